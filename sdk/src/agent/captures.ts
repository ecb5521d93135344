import type { Capture, CaptureState, Dispute, OriginalAccess, OriginalLink } from '../protocol/index.js';
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

/** States after which nothing happens by itself. A rejected capture may still be appealed; then wait anew. */
const FINAL: readonly CaptureState[] = ['rejected', 'expired', 'superseded', 'settled'];

/** Captures as their parties see them: the requester learns state and failed stage only, until it is paid for. */
export class Captures {
  constructor(protected readonly transport: Transport) {}

  /**
   * One capture. `detail` is null for its requester.
   *
   * @example
   * const { state, failed_stage } = await groundtruth.captures.get(capture.id);
   * @throws {ProblemError} `not_found`, also for a capture that is none of yours.
   */
  get(id: string, options: CallOptions = {}): Promise<Capture> {
    return this.transport.call('get_capture', { ...options, id });
  }

  /**
   * The newest signed verdict with its salt and its proof of being in the log. Check it with `verifyVerdict` of `/feeds`.
   *
   * @example
   * const { verdict, salt, proof } = await groundtruth.captures.verdict(capture.id);
   * @returns `proof` is null until a checkpoint covers the verdict: seconds, as a rule. `inputs`, with which every check can be run again, are for the
   * contributor and the operator; null for the requester.
   * @throws {ProblemError} `not_found` while there is none, and for the requester until the capture is paid.
   */
  verdict(id: string, options: CallOptions = {}): Promise<Answer<'get_verdict'>> {
    return this.transport.call('get_verdict', { ...options, id });
  }

  /**
   * Answers for a capture that waits in `review` for you: its redacted picture is at `derivative` of `get`. Silence until `deadline_at`
   * pays it; an objection goes to the operator.
   *
   * @example
   * await groundtruth.captures.review(nearMiss.id, { decision: 'object', reason_code: 'not_what_was_asked' });
   * @throws {ProblemError} `not_found`; `forbidden` for its contributor; `capture_state` unless it waits for you.
   */
  review(id: string, body: BodyIn<'decide_review'>, options: CallOptions = {}): Promise<Capture> {
    return this.transport.call('decide_review', { ...options, id, body });
  }

  /**
   * Captures in review that wait for your answer, oldest first. The link to the redacted picture is in `get` of each.
   *
   * @example
   * for await (const { id, deadline_at } of groundtruth.captures.reviews()) console.log(id, deadline_at);
   */
  reviews({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<Capture> {
    return eachItem((cursor) => this.transport.call('list_reviews', { query: { limit: PAGE_ITEMS, cursor }, signal }));
  }

  /**
   * Appeals a rejection (contributor), or disputes what was accepted (requester). Once a side, until `deadline_at` of the capture.
   *
   * @example
   * const { id, deadline_at } = await contributor.captures.dispute(rejected.id, { reason_code: 'shows_what_was_asked', text: 'it is behind the mast' });
   * @throws {ProblemError} `not_found`; `invalid_request` for a reason of the other side; `dispute_state`; `dispute_window_closed`.
   */
  dispute(id: string, body: BodyIn<'create_dispute'>, options: CallOptions = {}): Promise<Dispute> {
    return this.transport.call('create_dispute', { ...options, id, body });
  }

  /**
   * A link to the sealed original, for its contributor and the operator. Each call is logged with its reason, which the contributor reads.
   *
   * @example
   * const { url } = await operator.captures.original(capture.id, 'appeal: is the code legible?');
   * @param reason 3 to 500 characters.
   * @throws {ProblemError} `not_found`, for its requester too; `original_removed` once its time of retention is over.
   */
  original(id: string, reason: string, options: CallOptions = {}): Promise<OriginalLink> {
    return this.transport.call('open_original', { ...options, id, body: { reason } });
  }

  /**
   * Who looked at the original, when and why, newest first; for its contributor and the operator.
   *
   * @example
   * for await (const { role, reason, at } of contributor.captures.originalAccesses(capture.id)) console.log(at, role, reason);
   * @throws {ProblemError} `not_found`, for its requester too.
   */
  originalAccesses(id: string, { signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<OriginalAccess> {
    const page = (cursor?: string) =>
      this.transport.call('list_original_accesses', { id, query: { limit: PAGE_ITEMS, cursor }, signal });
    return eachItem(page);
  }

  /**
   * Waits until the capture is in one of the states, looking every 0.1 to 2 seconds.
   *
   * @example
   * const { state, detail } = await groundtruth.captures.waitFor(capture.id, { until: ['settled', 'rejected', 'review'] });
   * @throws {StateNotReached} at the timeout (60,000 ms unless given), or at once when it ended in another state.
   */
  waitFor(id: string, options: WaitOptions<CaptureState>): Promise<Capture> {
    const look = () => this.get(id, { signal: options.signal });
    return waitForState({ look, final: FINAL, timing: this.transport.timing }, options);
  }
}
