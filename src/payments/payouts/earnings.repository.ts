import { Inject, Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { seconds, type Instant } from '../../kernel/clock.js';
import { ACCOUNT_CODES, LedgerService, TRANSFER_CODES } from '../../ledger/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { sql, type Tx } from '../../platform/database/index.js';
import type { Earned } from './batch.rules.js';
import { cardAccountsOf } from './card.accounts.js';
import { maturesAt, type Lot, type Maturity } from './maturity.rules.js';

const { agent_available: AVAILABLE, bounty: BOUNTY } = ACCOUNT_CODES;
const { top_up: TOP_UP, bounty_refund: REFUND, bounty_hold: HOLD, payout_return: RETURN } = TRANSFER_CODES;

/** What somebody spent at one moment that a contributor earned. */
interface Spent {
  /** Account number of the spender’s balance; null for what came from nobody’s, such as the loss reserve. */
  readonly spender: bigint | null;
  readonly spent_at: Instant;
  readonly amount: bigint;
  /** The youngest money from others that the spender had then; null without any. */
  readonly others_at: Instant | null;
}

/** What contributors have earned of card money, and how much of it is too young to leave: read from the ledger, kept nowhere else. */
@Injectable()
export class EarningsRepository {
  constructor(
    private readonly ledger: LedgerService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** At `now`, in micros. What has left or is set aside took the oldest. */
  async of(tx: Tx, mode: Mode, contributorId: string, now: Instant): Promise<Earned> {
    const payable = cardAccountsOf(mode).payable(contributorId);
    const maturity = this.maturity();
    const account = await this.ledger.account(tx, payable);
    const since = new Date(now - seconds(maturity.new_s));
    const young = await sql<Spent & Record<string, unknown>>(tx, SPENT, [account, since]);
    let maturing = 0n;
    for (const spent of young) {
      const lots = spent.spender === null ? [] : await this.lotsOf(tx, spent.spender, spent.others_at);
      if (maturesAt(lots, spent.spent_at, maturity) > now) maturing += spent.amount;
    }
    return { available: await this.ledger.available(tx, payable), maturing };
  }

  private maturity(): Maturity {
    const { CARD_MATURITY_S: known_s, CARD_MATURITY_NEW_S: new_s, CARD_NEW_AGENT_S: new_for_s } = this.config;
    return { known_s, new_s: Math.max(known_s, new_s), new_for_s };
  }

  /** Top-ups count as charged when they were credited, which is no earlier. */
  private async lotsOf(tx: Tx, spender: bigint, others_at: Instant | null): Promise<Lot[]> {
    const text = 'SELECT created_at AS at FROM ledger_transfer WHERE credit = $1 AND code = $2 ORDER BY seq';
    const own = await sql<{ at: Instant }>(tx, text, [spender, TOP_UP]);
    const others: Lot[] =
      others_at === null ? [] : [{ charged_at: others_at, credited_at: others_at, from_others: true }];
    return [...own.map(({ at }): Lot => ({ charged_at: at, credited_at: at })), ...others];
  }
}

/**
 * Earnings of account $1 since $2, by who spent them when: money from a bounty was spent when the bounty last took hold of some, money from a
 * balance when it moved. Nothing older can still be maturing, for it was spent no later than it was earned.
 */
const SPENT = `
  WITH earned AS (
    SELECT t.amount, d.code = ${BOUNTY.code} AS of_bounty, d.code AS from_code, t.debit, t.created_at
      FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit
     WHERE t.credit = $1 AND t.created_at > $2 AND t.kind IN (0, 2) AND t.code <> ${RETURN}
  ), spent AS (
    SELECT CASE WHEN e.of_bounty THEN h.debit WHEN e.from_code = ${AVAILABLE.code} THEN e.debit END AS spender,
           coalesce(h.created_at, e.created_at) AS spent_at, e.amount
      FROM earned e LEFT JOIN LATERAL (
        SELECT h.debit, h.created_at FROM ledger_transfer h WHERE e.of_bounty AND h.credit = e.debit AND h.code = ${HOLD} ORDER BY h.seq DESC LIMIT 1
      ) h ON true
  ), summed AS (
    SELECT spender, spent_at, sum(amount)::bigint AS amount FROM spent GROUP BY spender, spent_at
  )
  SELECT s.spender, s.spent_at, s.amount, o.created_at AS others_at
    FROM summed s LEFT JOIN LATERAL (
      SELECT o.created_at FROM ledger_transfer o
       WHERE o.credit = s.spender AND o.code NOT IN (${TOP_UP}, ${REFUND}) AND o.kind IN (0, 2) AND o.created_at <= s.spent_at
       ORDER BY o.seq DESC LIMIT 1
    ) o ON true`;
