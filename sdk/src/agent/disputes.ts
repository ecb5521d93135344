import type { Dispute, DisputeState } from '../protocol/index.js';
import {
  eachItem,
  PAGE_ITEMS,
  waitForState,
  type CallOptions,
  type Transport,
  type WaitOptions,
} from '../http/index.js';

const FINAL: readonly DisputeState[] = ['upheld', 'denied', 'upheld_unfunded'];

/** Disputes as those who opened them see them; for an operator's key, the queue of those that wait for a decision. */
export class Disputes {
  constructor(protected readonly transport: Transport) {}

  /**
   * Yours, or the operator's queue, oldest first.
   *
   * @example
   * for await (const dispute of groundtruth.disputes.list()) console.log(dispute.state, dispute.deadline_at);
   */
  list({
    state,
    signal,
  }: { readonly state?: DisputeState } & Pick<CallOptions, 'signal'> = {}): AsyncIterable<Dispute> {
    return eachItem((cursor) =>
      this.transport.call('list_disputes', { query: { limit: PAGE_ITEMS, cursor, state }, signal }),
    );
  }

  /**
   * One dispute.
   *
   * @example
   * const { state, decision_reason } = await contributor.disputes.get(dispute.id);
   * @throws {ProblemError} `not_found`, also for a dispute that the other side opened.
   */
  get(id: string, options: CallOptions = {}): Promise<Dispute> {
    return this.transport.call('get_dispute', { ...options, id });
  }

  /**
   * Waits until the dispute is decided, looking every 0.1 to 2 seconds.
   *
   * @example
   * const { state } = await contributor.disputes.waitFor(decided.id, { until: ['upheld', 'denied', 'upheld_unfunded'] });
   * @throws {StateNotReached} at the timeout (60,000 ms unless given), or at once when it ended in another state.
   */
  waitFor(id: string, options: WaitOptions<DisputeState>): Promise<Dispute> {
    const look = () => this.get(id, { signal: options.signal });
    return waitForState({ look, final: FINAL, timing: this.transport.timing }, options);
  }
}
