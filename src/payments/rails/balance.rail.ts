import { Inject, Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import { LedgerService, transferId, type TransferRequest } from '../../ledger/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import type { Tx } from '../../platform/database/index.js';
import { accountsOf } from '../accounts.js';
import { reserveShareOf } from '../loss-reserve.rules.js';
import { Rail, type HeldBounty, type Settlement } from '../rail.js';

/** Prepaid balance: the ledger alone decides, in the transaction that also moves the bounty or the capture. */
@Injectable()
export class BalanceRail extends Rail {
  constructor(
    private readonly ledger: LedgerService,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  async hold(tx: Tx, bounty: HeldBounty, amount: bigint): Promise<void> {
    const { available, held } = await this.open(tx, bounty);
    await this.ledger.postOrThrow(tx, [
      {
        ...single(transferId(bounty.bounty_id, 'hold'), available, held, amount),
        code: 'bounty_hold',
        correlation: bounty.bounty_id,
      },
    ]);
  }

  async settle(tx: Tx, settlement: Settlement): Promise<Id<'transfer'>[]> {
    const accounts = accountsOf(settlement.mode);
    const { held } = await this.open(tx, settlement);
    const payable = await this.ledger.account(tx, accounts.payable(settlement.contributor_id));
    const fees = await this.ledger.account(tx, accounts.fees());
    const reserve = await this.ledger.account(tx, accounts.lossReserve());
    const { capture_id, bounty_id, pay, fee } = settlement;
    const kept = reserveShareOf(fee, this.config.LOSS_RESERVE_BPS);
    const about = { correlation: bounty_id, reference: capture_id };
    const parts: TransferRequest[] = [
      { ...single(transferId(capture_id, 'pay'), held, payable, pay), code: 'capture_pay', ...about },
      { ...single(transferId(capture_id, 'fee'), held, fees, fee), code: 'platform_fee', ...about },
      { ...single(transferId(capture_id, 'reserve'), fees, reserve, kept), code: 'reserve_fill', ...about },
    ];
    const transfers = linked(parts.filter(({ amount }) => amount > 0n));
    await this.ledger.postOrThrow(tx, transfers);
    return transfers.map((transfer) => transfer.id);
  }

  async refundRest(tx: Tx, bounty: HeldBounty): Promise<bigint> {
    const { available, held } = await this.open(tx, bounty);
    const rest = await this.held(tx, bounty);
    if (rest === 0n) return 0n;
    await this.ledger.postOrThrow(tx, [
      {
        ...single(transferId(bounty.bounty_id, 'rest'), held, available, rest),
        code: 'bounty_refund',
        correlation: bounty.bounty_id,
      },
    ]);
    return rest;
  }

  async held(tx: Tx, bounty: HeldBounty): Promise<bigint> {
    return this.ledger.available(tx, accountsOf(bounty.mode).bounty(bounty.bounty_id));
  }

  async available(tx: Tx, mode: Mode, agentId: string): Promise<bigint> {
    return this.ledger.available(tx, accountsOf(mode).available(agentId));
  }

  private async open(tx: Tx, bounty: HeldBounty): Promise<{ available: bigint; held: bigint }> {
    const accounts = accountsOf(bounty.mode);
    return {
      available: await this.ledger.account(tx, accounts.available(bounty.agent_id)),
      held: await this.ledger.account(tx, accounts.bounty(bounty.bounty_id)),
    };
  }
}

/** All of them or none. */
const linked = (transfers: readonly TransferRequest[]): TransferRequest[] =>
  transfers.map((transfer, index) => ({ ...transfer, linked: index < transfers.length - 1 }));

function single(id: Id<'transfer'>, debit: bigint, credit: bigint, amount: bigint) {
  return { id, kind: 'single' as const, debit, credit, amount };
}
