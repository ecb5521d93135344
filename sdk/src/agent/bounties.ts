import type { LocalAccount } from 'viem';
import type { Bounty, BountyState, Draw, Point } from '../protocol/index.js';
import {
  eachItem,
  PAGE_ITEMS,
  waitForState,
  type Answer,
  type BodyIn,
  type CallOptions,
  type Transport,
  type WaitOptions,
} from '../http/index.js';
import { signFunding } from './escrow.js';
import { nearText } from '../http/near.js';

export interface BountySearch {
  /** Degrees, WGS 84. Left out: anywhere. */
  readonly near?: Point;
  /** From `near`, in metres, 1 to 100,000; 5,000 when left out. */
  readonly radius_m?: number;
  readonly kind?: 'photo' | 'video' | 'reading';
  /** Only those whose slot costs this or more now, in units of their currency. */
  readonly price_min?: string;
  /** Of open ones near a point; `newest` when left out. `price`: the most a slot can come to cost. */
  readonly sort?: 'newest' | 'price' | 'distance';
  /** `open` when left out, unless `mine`. */
  readonly state?: BountyState;
  /** Only those of this key's agent, drafts and closed ones included. */
  readonly mine?: boolean;
  readonly signal?: AbortSignal;
}

/** Bounties of the requesting side. Amounts are texts with six decimals, times RFC 3339. */
export class Bounties {
  constructor(private readonly transport: Transport) {}

  /**
   * Dry run: what policy says, fee, hold, whether the balance covers it, and how probable a fill is at which price (docs/quotes.md). Creates
   * nothing, may be repeated.
   *
   * @example
   * const { hold, covered, policy, fill, recommended_price } = await groundtruth.bounties.quote({ ...terms, wanted_probability: 0.9 });
   * @returns `hold` is price and fee of every slot. `policy.outcome` `refuse` is an answer here, not an error. `fill` is null while too few
   * fills are recorded, and `fill_unknown` says so.
   * @throws {ProblemError} `invalid_request`; `criteria_unreachable`, `pattern_too_wide`, `not_found` or `reference_unusable` with the
   * `param` at fault.
   */
  quote(terms: BodyIn<'quote_bounty'>, options: CallOptions = {}): Promise<Answer<'quote_bounty'>> {
    return this.transport.call('quote_bounty', { ...options, body: terms });
  }

  /**
   * Posts a bounty and holds price and fee of every slot. One idempotency key for all attempts, so it is never posted twice.
   *
   * @example
   * const inTwoHours = new Date(Date.now() + 2 * 3_600_000).toISOString();
   * const bounty = await groundtruth.bounties.create({
   *   kind: 'photo', title: 'Harbour wall, boats visible',
   *   area: { lat: 32.7448, lng: 129.8737, radius_m: 150 }, window: { closes_at: inTwoHours },
   *   criteria: { all: [{ object: { label: 'boat' } }], provenance: 'signed' },
   *   price: { schedule: 'fixed', amount: '5.000000' }, quantity: 1,
   * });
   * @returns The bounty in state `open`; its price is held, not spent. With `fund: false` a `draft` that holds nothing; with `pledges` in its terms
   * a `draft` that opens once pledges cover it (`pledges.create`, or `bounties.fund` for all that is missing).
   * @throws {ProblemError} in this order: `invalid_request`, `criteria_unreachable`, `pattern_too_wide`, `not_found` and
   * `reference_unusable` (a reference picture), `policy_refused` (451, with the rule), `spend_cap_exceeded`, `insufficient_funds`.
   */
  create(terms: BodyIn<'create_bounty'>, options: CallOptions = {}): Promise<Bounty> {
    return this.transport.call('create_bounty', { ...options, body: terms });
  }

  /**
   * One bounty. `held` is null for anyone but its agent.
   *
   * @example
   * const { state, slots, available_actions } = await groundtruth.bounties.get(bounty.id);
   * @throws {ProblemError} `not_found`, also for another's draft.
   */
  get(id: string, options: CallOptions = {}): Promise<Bounty> {
    return this.transport.call('get_bounty', { ...options, id });
  }

  /**
   * Bounties near a place, or one's own, newest first unless `sort` says otherwise. Pages are fetched as they are used.
   *
   * @example
   * for await (const bounty of groundtruth.bounties.list({ mine: true })) console.log(bounty.id, bounty.state);
   * @throws {ProblemError} `invalid_request` while iterating.
   */
  list({ near, mine, signal, ...filter }: BountySearch = {}): AsyncIterable<Bounty> {
    const query = { ...filter, near: near && nearText(near), mine: mine ? 'true' : undefined, limit: PAGE_ITEMS };
    return eachItem((cursor) => this.transport.call('search_bounties', { query: { ...query, cursor }, signal }));
  }

  /**
   * The rounds in which the slots of a bounty for markets are drawn, oldest first; check each with `verifyDraw` of `/protocol`.
   *
   * @example
   * for await (const { round, state, slots } of groundtruth.bounties.draws(drawn.id)) console.log(round, state, slots);
   * @throws {ProblemError} `not_found`.
   */
  draws(id: string, { signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<Draw> {
    return eachItem((cursor) =>
      this.transport.call('list_draws', { id, query: { cursor, limit: PAGE_ITEMS }, signal }),
    );
  }

  /**
   * Holds price and fee of every slot of a draft, which opens it.
   *
   * @example
   * const open = await groundtruth.bounties.fund(draft.id);
   * @throws {ProblemError} `not_found`, `bounty_not_open`, `policy_refused`, `spend_cap_exceeded`, `insufficient_funds`.
   */
  fund(id: string, options: CallOptions = {}): Promise<Bounty> {
    return this.transport.call('fund_bounty', { ...options, id, body: {} });
  }

  /**
   * Funds a draft on the stablecoin rail with one signature of its payer. The exchange pays the gas.
   *
   * @example
   * const onChain = { rail: 'stablecoin', currency: 'USDC', payer: { address: wallet.address } } as const;
   * const draft = await groundtruth.bounties.create({ ...terms, ...onChain });
   * await groundtruth.bounties.fundFrom(draft, wallet); // a viem account
   * await groundtruth.bounties.waitFor(draft.id, { until: 'open' });
   * @returns The bounty, still a `draft` whose `escrow.state` is `submitted`: it opens once the chain shows the money, and says why in
   * `escrow.problem` and `escrow.reason` when the chain refused it.
   * @throws {EscrowRefused} before anything is signed; {ProblemError} `bounty_not_open`, `policy_refused`, `signature_invalid`,
   * `authorization_used`, `insufficient_funds`.
   */
  async fundFrom(
    bounty: Bounty,
    wallet: Pick<LocalAccount, 'address' | 'signTypedData'>,
    options: CallOptions = {},
  ): Promise<Bounty> {
    const authorization = await signFunding(bounty, wallet);
    return this.transport.call('fund_bounty', { ...options, id: bounty.id, body: { authorization } });
  }

  /**
   * Pays more or waits longer: another schedule whose cap is at least the one before, a later end, or both. Holds what the new cap needs more.
   * Reservations keep their price. One idempotency key for all attempts, so it is never raised twice.
   *
   * @example
   * await groundtruth.bounties.raise(bounty.id, { price: { schedule: 'fixed', amount: '7.500000' } });
   * @throws {ProblemError} `bounty_not_open`, `price_lowered`, `window_shortened`, `policy_refused`, `spend_cap_exceeded`, `insufficient_funds`;
   * `criteria_unreachable` for more than an escrow on chain holds.
   */
  raise(id: string, change: BodyIn<'raise_bounty'>, options: CallOptions = {}): Promise<Bounty> {
    return this.transport.call('raise_bounty', { ...options, id, body: change });
  }

  /**
   * Takes no new work. What is reserved or in flight is still decided and paid; then the rest of the hold returns.
   *
   * @example
   * const { state } = await groundtruth.bounties.cancel(bounty.id); // 'closing', or 'closed' for a draft
   * @throws {ProblemError} `not_found`; `bounty_not_open` when it is closing or closed already.
   */
  cancel(id: string, { reason, ...options }: CallOptions & BodyIn<'cancel_bounty'> = {}): Promise<Bounty> {
    return this.transport.call('cancel_bounty', { ...options, id, body: { reason } });
  }

  /**
   * Waits until the bounty is in one of the states, looking every 0.1 to 2 seconds.
   *
   * @example
   * await groundtruth.bounties.cancel(bounty.id);
   * const closed = await groundtruth.bounties.waitFor(bounty.id, { until: 'closed', timeout_ms: 600_000 });
   * @throws {StateNotReached} at the timeout (60,000 ms unless given), or at once when it closed without the state.
   */
  waitFor(id: string, options: WaitOptions<BountyState>): Promise<Bounty> {
    const look = () => this.get(id, { signal: options.signal });
    return waitForState({ look, final: ['closed'], timing: this.transport.timing }, options);
  }
}
