import type { StandingBounty, StandingRun, StandingState } from '../protocol/index.js';
import { eachItem, PAGE_ITEMS, type BodyIn, type CallOptions, type Transport } from '../http/index.js';

export interface StandingFilter {
  /** Any when left out. */
  readonly state?: StandingState;
  readonly signal?: AbortSignal;
}

/** Bounties that are posted again and again, by the clock or by observations, within a budget (docs/standing.md). */
export class StandingBounties {
  constructor(private readonly transport: Transport) {}

  /**
   * Has a bounty posted again and again from now on, with the spend caps of this key. One idempotency key for all attempts, so it is made once.
   *
   * @example
   * const standing = await groundtruth.standing.create({
   *   template: {
   *     kind: 'photo', title: 'Harbour wall, boats visible', area: { lat: 32.7448, lng: 129.8737, radius_m: 150 },
   *     criteria: { all: [{ object: { label: 'boat' } }] }, price: { schedule: 'fixed', amount: '5.000000' }, open_for_s: 3_600,
   *   },
   *   trigger: { every_s: 86_400 },
   *   budget_per_day: '5.500000',
   * });
   * @param body `trigger` is `{ every_s, starts_at? }`, or `{ on: 'observation', feed? | query?, fact?, include_own?, cooldown_s }`. `budget_per_day` is a
   * text with up to six decimals, at least what one bounty holds. Times of a moving price count in seconds from the opening of each bounty.
   * @returns The standing bounty in state `active`; nothing is posted or held yet.
   * @throws {ProblemError} `invalid_request`, `criteria_unreachable`, `pattern_too_wide`, `not_found`, `reference_unusable`, `standing_limit`.
   */
  create(body: BodyIn<'create_standing_bounty'>, options: CallOptions = {}): Promise<StandingBounty> {
    return this.transport.call('create_standing_bounty', { ...options, body });
  }

  /**
   * One of this agent's. `committed` is what its bounties of the last 24 hours hold or have spent.
   *
   * @example
   * const { state, next_due_at, committed, budget_per_day } = await groundtruth.standing.get(standing.id);
   * @throws {ProblemError} `not_found`.
   */
  get(id: string, options: CallOptions = {}): Promise<StandingBounty> {
    return this.transport.call('get_standing_bounty', { ...options, id });
  }

  /**
   * This agent's, newest first. Pages are fetched as they are used.
   *
   * @example
   * for await (const { id, state } of groundtruth.standing.list({ state: 'active' })) console.log(id, state);
   */
  list({ state, signal }: StandingFilter = {}): AsyncIterable<StandingBounty> {
    return eachItem((cursor) =>
      this.transport.call('list_standing_bounties', { query: { state, cursor, limit: PAGE_ITEMS }, signal }),
    );
  }

  /**
   * What became of each slot or observation, newest first: a bounty, or why none. Skipped runs are kept for 30 days.
   *
   * @example
   * for await (const { outcome, reason, bounty_id } of groundtruth.standing.runs(standing.id)) console.log(outcome, reason ?? bounty_id);
   * @throws {ProblemError} `not_found` while iterating.
   */
  runs(id: string, { signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<StandingRun> {
    return eachItem((cursor) =>
      this.transport.call('list_standing_runs', { id, query: { cursor, limit: PAGE_ITEMS }, signal }),
    );
  }

  /**
   * Sets what it names: `budget_per_day`, `max_open`, `ends_at` (null: no end), `state`. May be repeated.
   *
   * @example
   * await groundtruth.standing.change(standing.id, { budget_per_day: '11.000000', ends_at: null });
   * @throws {ProblemError} `invalid_request`, `not_found`; `standing_state` once it has ended.
   */
  change(id: string, body: BodyIn<'change_standing_bounty'>, options: CallOptions = {}): Promise<StandingBounty> {
    return this.transport.call('change_standing_bounty', { ...options, id, body });
  }

  /**
   * Posts nothing until it is resumed; what is due or published meanwhile is not made up for. May be repeated.
   *
   * @example
   * await groundtruth.standing.pause(standing.id);
   * @throws {ProblemError} `not_found`; `standing_state` once it has ended.
   */
  pause(id: string, options: CallOptions = {}): Promise<StandingBounty> {
    return this.change(id, { state: 'paused' }, options);
  }

  /**
   * Goes on from the next slot, or from what is published from now on. May be repeated.
   *
   * @example
   * await groundtruth.standing.pause(standing.id);
   * await groundtruth.standing.resume(standing.id); // state: 'active' again
   * @throws {ProblemError} `not_found`; `standing_state` once it has ended.
   */
  resume(id: string, options: CallOptions = {}): Promise<StandingBounty> {
    return this.change(id, { state: 'active' }, options);
  }

  /**
   * Posts nothing more, for ever. Its bounties that are open stay: cancel them if they are not wanted. May be repeated.
   *
   * @example
   * await groundtruth.standing.end(standing.id);
   * @throws {ProblemError} `not_found`.
   */
  end(id: string, options: CallOptions = {}): Promise<StandingBounty> {
    return this.transport.call('end_standing_bounty', { ...options, id });
  }
}
