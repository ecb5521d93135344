import { Inject, Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import { ACCOUNT_CODES, LedgerService, TRANSFER_CODES, transferId, type TransferRequest } from '../ledger/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { sql, type Tx } from '../platform/database/index.js';
import { accountsOf } from './accounts.js';
import type { Share } from './funders.js';
import { linked, single } from './linked.js';
import { reserveShareOf } from './loss-reserve.rules.js';
import type { HeldBounty, Settlement } from './rail.js';

/** The hold account of a bounty, on the ledger of its rail: what every rail does with it alike. */
@Injectable()
export class BountyAccount {
  constructor(
    private readonly ledger: LedgerService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async held(tx: Tx, bounty: HeldBounty): Promise<bigint> {
    return this.ledger.available(tx, accountsOf(bounty.mode, bounty.fund).bounty(bounty.bounty_id));
  }

  /** Whose money came in and was not withdrawn, and how much, by agent; what was spent or returned at the end still counts. */
  async funders(tx: Tx, bounty: HeldBounty): Promise<Share[]> {
    const { ledger, code, owner } = accountsOf(bounty.mode, bounty.fund).bounty(bounty.bounty_id);
    return sql<Share & Record<string, unknown>>(tx, FUNDERS, [ledger, ACCOUNT_CODES[code].code, owner]);
  }

  /** Pays contributor and fee from the bounty, and the loss reserve its share of the fee: all or nothing. Repeatable. */
  async settle(tx: Tx, settlement: Settlement): Promise<Id<'transfer'>[]> {
    const { capture_id, bounty_id, contributor_id, pay, fee } = settlement;
    const accounts = accountsOf(settlement.mode, settlement.fund);
    const keys = [
      accounts.bounty(bounty_id),
      accounts.payable(contributor_id),
      accounts.fees(),
      accounts.lossReserve(),
    ];
    const [held, payable, fees, reserve] = (await this.ledger.accounts(tx, keys)) as [bigint, bigint, bigint, bigint];
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
}

const FUNDERS = `
  WITH bounty AS (SELECT id FROM ledger_account WHERE ledger = $1 AND code = $2 AND owner = $3),
  moved AS (
    SELECT t.debit AS agent, t.amount FROM ledger_transfer t JOIN bounty b ON t.credit = b.id WHERE t.code = ${TRANSFER_CODES.bounty_hold}
    UNION ALL
    SELECT t.credit, -t.amount FROM ledger_transfer t JOIN bounty b ON t.debit = b.id WHERE t.code = ${TRANSFER_CODES.pledge_return}
  )
  SELECT a.owner AS agent_id, sum(m.amount)::bigint AS amount FROM moved m JOIN ledger_account a ON a.id = m.agent
   WHERE a.code = ${ACCOUNT_CODES.agent_available.code} GROUP BY a.owner HAVING sum(m.amount) > 0 ORDER BY a.owner COLLATE "C"`;
