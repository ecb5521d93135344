import { Inject, Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import { LedgerService, transferId, type TransferRequest } from '../../ledger/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import type { Tx } from '../../platform/database/index.js';
import { accountsOf, FUNDS } from '../accounts.js';
import { linked, single } from '../linked.js';
import { reserveShareOf } from '../loss-reserve.rules.js';
import type { Move } from '../rails/stablecoin/escrow.books.js';
import type { Share } from '../funders.js';
import { splitRead } from '../read.till.js';

/** What was sold, and who earns by it. */
export interface Sale {
  readonly mode: Mode;
  readonly observation_id: Id<'observation'>;
  readonly contributor_id: string;
  readonly funders: readonly Share[];
  /** Micros. */
  readonly price: bigint;
}

/** Books reads that were paid on chain: each is one linked set of transfers, whose parts sum to its price. */
@Injectable()
export class ReadRevenue {
  constructor(
    private readonly ledger: LedgerService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** `from`: where the money came in. Repeatable for one `payment`. Posts, so it comes last in its transaction. */
  async share(tx: Tx, sale: Sale, payment: string, from: 'channels' | 'reads'): Promise<void> {
    if (sale.price === 0n) return;
    const accounts = accountsOf(sale.mode, FUNDS.stablecoin[sale.mode]);
    const { contributed, funded, kept } = splitRead(sale.price, sale.funders);
    const source = accounts.chain(from);
    const reserve = reserveShareOf(kept, this.config.LOSS_RESERVE_BPS);
    const moves: Move[] = [
      [source, accounts.readEarnings(sale.contributor_id), contributed, 'read_share'],
      ...funded.map(({ agent_id, amount }): Move => [source, accounts.readEarnings(agent_id), amount, 'read_share']),
      [source, accounts.readFees(), kept, 'read_share'],
      [accounts.readFees(), accounts.readReserve(), reserve, 'reserve_fill'],
    ];
    await this.post(tx, payment, 'read', moves, sale.observation_id);
  }

  private async post(
    tx: Tx,
    cause: string,
    purpose: string,
    moves: readonly Move[],
    correlation: string,
  ): Promise<void> {
    const due = moves.filter(([, , amount]) => amount > 0n);
    const ids = await this.ledger.accounts(
      tx,
      due.flatMap(([debit, credit]) => [debit, credit]),
    );
    const transfers = due.map(([, , amount, code], i): TransferRequest => ({
      ...single(transferId(cause, `${purpose}:${i}`), ids[2 * i]!, ids[2 * i + 1]!, amount),
      code,
      correlation,
    }));
    await this.ledger.postOrThrow(tx, linked(transfers));
  }

  /**
   * What was shared and did not come in, or came in after all when negative: the reserve of reads bears it as far as it goes, the platform the
   * rest. `cause` names this one change.
   */
  async lose(
    tx: Tx,
    mode: Mode,
    amount: bigint,
    { cause, from, correlation }: { cause: string; from: 'channels' | 'reads'; correlation: string },
  ): Promise<void> {
    const accounts = accountsOf(mode, FUNDS.stablecoin[mode]);
    const source = accounts.chain(from);
    if (amount < 0n) {
      // What the platform bore comes back to it first.
      const { posted } = await this.ledger.balance(tx, accounts.readLosses());
      const borne = least(posted, -amount);
      return this.post(tx, cause, 'found', [
        [source, accounts.readLosses(), borne, 'correction'],
        [source, accounts.readReserve(), -amount - borne, 'correction'],
      ], correlation); // prettier-ignore
    }
    const covered = least(amount, await this.ledger.available(tx, accounts.readReserve()));
    await this.post(tx, cause, 'lost', [
      [accounts.readReserve(), source, covered, 'loss_cover'],
      [accounts.readLosses(), source, amount - covered, 'loss_cover'],
    ], correlation); // prettier-ignore
  }
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
