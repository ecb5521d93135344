import { Inject, Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { seconds, type Instant } from '../../kernel/clock.js';
import { ACCOUNT_CODES, LedgerService, TRANSFER_CODES } from '../../ledger/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { sql, type Tx } from '../../platform/database/index.js';
import type { Earned } from './batch.rules.js';
import { cardAccountsOf } from './card.accounts.js';
import { EarningsHolds, type EarningsHoldRow, type EarningsPair } from './earnings-holds.repository.js';
import { heldUntil, type Hold } from './hold.rules.js';
import { maturesAt, type Lot, type Maturity } from './maturity.rules.js';

const { agent_available: AVAILABLE, bounty: BOUNTY } = ACCOUNT_CODES;
const {
  top_up: TOP_UP,
  bounty_refund: REFUND,
  bounty_hold: HOLD,
  pledge_return: UNPLEDGED,
  payout_return: RETURN,
} = TRANSFER_CODES;

/** What a contributor earned at one moment, and who had spent it when. */
interface Spent {
  /** Account number of the spender’s balance, and the agent it belongs to; null for what came from nobody’s, such as the loss reserve. */
  readonly spender: bigint | null;
  readonly agent_id: string | null;
  readonly spent_at: Instant;
  readonly earned_at: Instant;
  readonly amount: bigint;
  /** The youngest money from others that the spender had then; null without any. */
  readonly others_at: Instant | null;
}

/** What contributors have earned of card money, and how much of it may not leave yet: read from the ledger and from what is in doubt. */
@Injectable()
export class EarningsRepository {
  constructor(
    private readonly ledger: LedgerService,
    private readonly holds: EarningsHolds,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** At `now`, in micros. What has left or is set aside took the oldest. */
  async of(tx: Tx, mode: Mode, contributorId: string, now: Instant): Promise<Earned> {
    const payable = cardAccountsOf(mode).payable(contributorId);
    let maturing = 0n;
    for (const { young, held } of (await this.waiting(tx, mode, contributorId, now)).values()) maturing += young + held;
    return { available: await this.ledger.available(tx, payable), maturing };
  }

  /** Of what may not leave yet at `now`, what would be old enough but for a hold, in micros. */
  async held(tx: Tx, mode: Mode, contributorId: string, now: Instant): Promise<bigint> {
    const waiting = await this.waiting(tx, mode, contributorId, now);
    return [...waiting.values()].reduce((total, { held }) => total + held, 0n);
  }

  /** What came from one agent and may not leave yet, young or held, in micros; never more than is payable. */
  async notLeft(tx: Tx, { mode, agent_id, contributor_id }: EarningsPair, now: Instant): Promise<bigint> {
    const from = (await this.waiting(tx, mode, contributor_id, now)).get(agent_id) ?? NOTHING;
    const payable = await this.ledger.available(tx, cardAccountsOf(mode).payable(contributor_id));
    return least(from.young + from.held, payable);
  }

  /** By agent, what of its money may not leave at `now`: too young, or held though old enough. Less what an operator has taken of it. */
  private async waiting(tx: Tx, mode: Mode, contributorId: string, now: Instant): Promise<Map<string | null, Waiting>> {
    const maturity = this.maturity();
    const pairs = await this.holds.ofContributor(tx, mode, contributorId);
    const agentHolds = await this.holds.ofAgents(tx, mode, maturity.new_s, now);
    const account = await this.ledger.account(tx, cardAccountsOf(mode).payable(contributorId));
    const begun = [now, ...agentHolds.map(({ from }) => from), ...pairs.map(({ held_at }) => held_at)];
    const since = new Date(Math.min(...begun) - seconds(maturity.new_s));
    const lotsOf = this.lots(tx);
    const waiting = new Map<string | null, Waiting>();
    for (const spent of await sql<Spent & Record<string, unknown>>(tx, SPENT, [account, since])) {
      const { spender, agent_id, spent_at, earned_at, amount } = spent;
      const lots = spender === null ? [] : await lotsOf(spender, spent.others_at);
      const matures_at = maturesAt(lots, spent_at, maturity);
      const pair = pairs.find((one) => one.agent_id === agent_id);
      const holds =
        agent_id === null
          ? []
          : holdsOn(
              earned_at,
              agentHolds.filter((one) => one.agent_id === agent_id),
              pair,
            );
      if (heldUntil(Math.max(matures_at, earned_at), holds) <= now) continue;
      const { young, held } = waiting.get(agent_id) ?? NOTHING;
      const is_young = matures_at > now;
      waiting.set(agent_id, is_young ? { young: young + amount, held } : { young, held: held + amount });
    }
    for (const { agent_id, taken } of pairs) {
      const { young, held } = waiting.get(agent_id) ?? NOTHING;
      const of_held = least(held, taken);
      waiting.set(agent_id, { young: young - least(young, taken - of_held), held: held - of_held });
    }
    return waiting;
  }

  private maturity(): Maturity {
    const { CARD_MATURITY_S: known_s, CARD_MATURITY_NEW_S: new_s, CARD_NEW_AGENT_S: new_for_s } = this.config;
    return { known_s, new_s: Math.max(known_s, new_s), new_for_s };
  }

  /** Asks for the money of each spender once. Top-ups count as charged when they were credited, which is no earlier. */
  private lots(tx: Tx): (spender: bigint, others_at: Instant | null) => Promise<Lot[]> {
    const known = new Map<bigint, Lot[]>();
    return async (spender, others_at) => {
      let own = known.get(spender);
      if (!own) {
        const rows = await sql<{ at: Instant; is_taken_back: boolean }>(tx, CHARGES, [spender]);
        own = rows.map(({ at, is_taken_back }): Lot => ({ charged_at: at, credited_at: at, is_taken_back }));
        known.set(spender, own);
      }
      return others_at === null ? own : [...own, { charged_at: others_at, credited_at: others_at, from_others: true }];
    };
  }
}

/** Micros. */
interface Waiting {
  readonly young: bigint;
  readonly held: bigint;
}
const NOTHING: Waiting = { young: 0n, held: 0n };

/** What an operator released is held by nothing that began before; what it has not released of a pair in doubt is held. */
function holdsOn(earned_at: Instant, of_agent: readonly Hold[], pair: EarningsHoldRow | undefined): readonly Hold[] {
  if (!pair) return of_agent;
  if (pair.released_at === null) return [...of_agent, { from: pair.held_at, until: null }];
  const { released_at } = pair;
  return earned_at > released_at ? of_agent : of_agent.filter(({ from }) => from > released_at);
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

const CHARGES = `
  SELECT t.created_at AS at, EXISTS (SELECT FROM top_up u WHERE u.id = t.correlation AND (u.state <> 'succeeded' OR u.refunded > 0)) AS is_taken_back
    FROM ledger_transfer t WHERE t.credit = $1 AND t.code = ${TOP_UP} ORDER BY t.seq`;

/**
 * Earnings of account $1 since $2, by who spent them when: money from a bounty was spent by its funders, each by what it gave, when the bounty last
 * took hold of some of theirs; money from a balance when it moved. Nothing older can still be maturing, for it was spent no later than it was earned.
 */
const SPENT = `
  WITH earned AS (
    SELECT t.amount, d.code = ${BOUNTY.code} AS of_bounty, d.code AS from_code, t.debit, t.created_at
      FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit
     WHERE t.credit = $1 AND t.created_at > $2 AND t.kind IN (0, 2) AND t.code <> ${RETURN}
  ), moved AS (
    SELECT h.credit AS bounty, h.debit AS spender, h.created_at, h.amount FROM ledger_transfer h
     WHERE h.code = ${HOLD} AND h.credit IN (SELECT debit FROM earned WHERE of_bounty)
    UNION ALL
    SELECT u.debit, u.credit, NULL, -u.amount FROM ledger_transfer u
     WHERE u.code = ${UNPLEDGED} AND u.debit IN (SELECT debit FROM earned WHERE of_bounty)
  ), given AS (
    SELECT bounty, spender, max(created_at) AS spent_at, sum(amount) AS amount FROM moved GROUP BY bounty, spender HAVING sum(amount) > 0
  ), funder AS (
    SELECT *, sum(amount) OVER (PARTITION BY bounty ORDER BY spender) AS upto, sum(amount) OVER (PARTITION BY bounty) AS total FROM given
  ), spent AS (
    SELECT CASE WHEN e.of_bounty THEN f.spender WHEN e.from_code = ${AVAILABLE.code} THEN e.debit END AS spender,
           coalesce(f.spent_at, e.created_at) AS spent_at, e.created_at AS earned_at,
           -- Rounded so that the parts sum to what was earned.
           CASE WHEN f.total IS NULL THEN e.amount ELSE div(e.amount * f.upto, f.total) - div(e.amount * (f.upto - f.amount), f.total) END AS amount
      FROM earned e LEFT JOIN funder f ON e.of_bounty AND f.bounty = e.debit
  ), summed AS (
    SELECT spender, spent_at, earned_at, sum(amount)::bigint AS amount FROM spent GROUP BY spender, spent_at, earned_at
  )
  SELECT s.spender, a.owner AS agent_id, s.spent_at, s.earned_at, s.amount, o.created_at AS others_at
    FROM summed s LEFT JOIN ledger_account a ON a.id = s.spender LEFT JOIN LATERAL (
      SELECT o.created_at FROM ledger_transfer o
       WHERE o.credit = s.spender AND o.code NOT IN (${TOP_UP}, ${REFUND}, ${UNPLEDGED}) AND o.kind IN (0, 2) AND o.created_at <= s.spent_at
       ORDER BY o.seq DESC LIMIT 1
    ) o ON true`;
