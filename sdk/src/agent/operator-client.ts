import type { Area, Capture, Dispute, EarningsHold, FrozenAgent, PayoutStop } from '../protocol/index.js';
import {
  eachItem,
  PAGE_ITEMS,
  Transport,
  type Answer,
  type BodyIn,
  type CallOptions,
  type ClientOptions,
} from '../http/index.js';
import { Captures } from './captures.js';
import { Disputes } from './disputes.js';
import { PolicyDesk } from './policy-desk.js';

/**
 * What an operator key may do, for demos, tests and small tools. An operator key belongs to one mode.
 *
 * @example
 * const operator = new OperatorClient({ baseUrl, apiKey: operatorKey });
 * await operator.sandbox.credit(agent.id, '100.000000');
 */
export class OperatorClient {
  readonly captures: Captures;
  readonly policy: PolicyDesk;
  private readonly transport: Transport;

  constructor(options: ClientOptions) {
    this.transport = new Transport(options);
    this.captures = new Captures(this.transport);
    this.policy = new PolicyDesk(this.transport);
  }

  readonly sandbox = {
    /**
     * Gives a test agent sandbox dollars.
     *
     * @example
     * const { balances } = await operator.sandbox.credit(agent.id, '100.000000');
     * @param amount At most six decimals, not negative.
     * @throws {ProblemError} `not_found`; `mode_mismatch` for a live agent or a live operator key.
     */
    credit: (agentId: string, amount: string, options: CallOptions = {}): Promise<Answer<'sandbox_credit'>> =>
      this.transport.call('sandbox_credit', { ...options, body: { agent_id: agentId, amount } }),
  };

  readonly reputation = {
    /**
     * Makes every reputation event again from what it follows from: after an upgrade, or in doubt. May be repeated, and while others work.
     *
     * @example
     * const { changed } = await operator.reputation.recompute();
     * @returns `changed`: events that were missing or wrong; 0 when nothing had been lost.
     */
    recompute: (options: CallOptions = {}): Promise<Answer<'recompute_reputation'>> =>
      this.transport.call('recompute_reputation', { ...options, body: {} }),
  };

  readonly freezes = {
    /**
     * Agents whose card money is frozen, with every dispute and fraud warning that froze them, and since when.
     *
     * @example
     * for await (const { agent_id, since, reasons } of operator.freezes.list()) console.log(agent_id, since, reasons.length);
     */
    list: ({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<FrozenAgent> =>
      eachItem((cursor) => this.transport.call('list_freezes', { query: { limit: PAGE_ITEMS, cursor }, signal })),

    /**
     * Lets an agent spend card money again, whatever froze it. The next dispute freezes it again. May be repeated.
     *
     * @example
     * const { lifted } = await operator.freezes.lift(agent.id);
     * @returns `lifted`: how many disputes and fraud warnings froze it.
     * @throws {ProblemError} `not_found`, also for an agent of the other mode.
     */
    lift: (agentId: string, options: CallOptions = {}): Promise<Answer<'lift_freezes'>> =>
      this.transport.call('lift_freezes', { ...options, id: agentId }),
  };

  readonly reviews = {
    /**
     * Captures that wait for a person, oldest first.
     *
     * @example
     * for await (const capture of operator.reviews.list()) console.log(capture.id, capture.deadline_at);
     */
    list: ({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<Capture> =>
      eachItem((cursor) => this.transport.call('list_reviews', { query: { limit: PAGE_ITEMS, cursor }, signal })),

    /**
     * Decides a capture in review; the verdict that follows is signed by the verifier a moment later.
     *
     * @example
     * await operator.reviews.decide(doubtful.id, { decision: 'accept', finding: 'present', reason: 'the boat is behind the mast' });
     * @throws {ProblemError} `not_found`; `capture_state` unless it is in review and undecided.
     */
    decide: (
      captureId: string,
      decision: BodyIn<'decide_review'>,
      options: CallOptions = {},
    ): Promise<Answer<'decide_review'>> =>
      this.transport.call('decide_review', { ...options, id: captureId, body: decision }),
  };

  readonly disputes = {
    /**
     * Disputes that wait for a decision, oldest first.
     *
     * @example
     * for await (const dispute of operator.disputes.list()) console.log(dispute.side, dispute.reason_code, dispute.deadline_at);
     */
    list: ({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<Dispute> =>
      new Disputes(this.transport).list({ signal }),

    /**
     * Upholds or denies a dispute. An upheld one is paid from a free slot of its bounty or from the loss reserve; when neither covers it,
     * it ends `upheld_unfunded`.
     *
     * @example
     * await operator.disputes.decide(dispute.id, { decision: 'uphold', reason: 'the flock is behind the wall' });
     * @throws {ProblemError} `not_found`; `dispute_state` unless it is open, and, for a requester's, its capture is paid.
     */
    decide: (id: string, decision: BodyIn<'decide_dispute'>, options: CallOptions = {}): Promise<Dispute> =>
      this.transport.call('decide_dispute', { ...options, id, body: decision }),
  };

  readonly payoutStops = {
    /**
     * Holds new payouts of card money. What has left goes on.
     *
     * @example
     * const stop = await operator.payoutStops.create('the bank statement is being looked at');
     * @throws {ProblemError} `forbidden` without the scope `admin`.
     */
    create: (reason: string, options: CallOptions = {}): Promise<PayoutStop> =>
      this.transport.call('create_payout_stop', { ...options, body: { reason } }),

    /**
     * What holds or held them, newest first; a reconciliation says which rows do not match.
     *
     * @example
     * const standing = (await operator.payoutStops.list()).filter(({ lifted_at }) => lifted_at === null);
     */
    list: async (options: CallOptions = {}): Promise<PayoutStop[]> =>
      (await this.transport.call('list_payout_stops', options)).data,

    /**
     * Lets them go on. Repeatable.
     *
     * @example
     * await operator.payoutStops.lift(stop.id);
     * @throws {ProblemError} `not_found`.
     */
    lift: (id: string, options: CallOptions = {}): Promise<PayoutStop> =>
      this.transport.call('lift_payout_stop', { ...options, id }),
  };

  readonly earningsHolds = {
    /**
     * Decides about card money that a contributor earned from an agent and has not been paid: `hold` it, `release` it whatever becomes of the
     * agent, or take it on a finding of `collusion`; then what still comes is held too. A repeat of `collusion` takes what came since.
     *
     * @example
     * const { taken } = await operator.earningsHolds.decide({
     *   agent_id: agent.id, contributor_id: contributor.id, decision: 'collusion', reason: 'one device, two names',
     * });
     * @throws {ProblemError} `not_found` for an agent or a contributor of another mode.
     */
    decide: (body: BodyIn<'decide_earnings'>, options: CallOptions = {}): Promise<EarningsHold> =>
      this.transport.call('decide_earnings', { ...options, body }),

    /**
     * What was decided, or waits for it (`held`, of which `linked` pairs look like one), newest first, at most 500.
     *
     * @example
     * const waiting = await operator.earningsHolds.list('held');
     */
    list: async (state?: EarningsHold['state'], options: CallOptions = {}): Promise<EarningsHold[]> =>
      (await this.transport.call('list_earnings_holds', { ...options, query: { state } })).data,
  };

  readonly areas = {
    /**
     * Kill switch: from now on nothing is asked, promised or taken there.
     *
     * @example
     * const { id } = await operator.areas.suspend({ lat: 35.2324, lng: 139.1069, radius_m: 5_000 }, 'the volcano is restless');
     * @throws {ProblemError} `invalid_request`.
     */
    suspend: (area: Area, reason: string, options: CallOptions = {}): Promise<Answer<'suspend_area'>> =>
      this.transport.call('suspend_area', { ...options, body: { area, reason } }),

    /**
     * Ends a suspension. Repeatable.
     *
     * @example
     * await operator.areas.lift(suspension.id);
     * @throws {ProblemError} `not_found`.
     */
    lift: (id: string, options: CallOptions = {}): Promise<Answer<'lift_area'>> =>
      this.transport.call('lift_area', { ...options, id }),
  };

  /**
   * Replays the whole ledger and says whether the books balance. Reads only; its time grows with the number of transfers.
   *
   * @example
   * const { balanced, report } = await operator.books();
   * @throws {ProblemError} `forbidden` without the scope `admin`.
   */
  books(options: CallOptions = {}): Promise<Answer<'audit_books'>> {
    return this.transport.call('audit_books', options);
  }
}
