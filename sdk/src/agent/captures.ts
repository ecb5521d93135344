import type { Capture, CaptureState } from '../protocol/index.js';
import { waitForState, type Answer, type CallOptions, type Transport, type WaitOptions } from '../http/index.js';

/** States after which nothing happens by itself. A rejected capture may still be appealed; then wait anew. */
const FINAL: readonly CaptureState[] = ['rejected', 'expired', 'superseded', 'settled'];

/** Captures as their parties see them: the requester learns state and failed stage only, until it is paid for. */
export class Captures {
  constructor(protected readonly transport: Transport) {}

  /**
   * One capture. `detail` is null for its requester.
   *
   * @example
   * const { state, failed_stage } = await groundtruth.captures.get(id);
   * @throws {ProblemError} `not_found`, also for a capture that is none of yours.
   */
  get(id: string, options: CallOptions = {}): Promise<Capture> {
    return this.transport.call('get_capture', { ...options, id });
  }

  /**
   * The newest signed verdict with its salt and its proof of being in the log. Check it with `verifyVerdict` of `/feeds`.
   *
   * @example
   * const { verdict, salt, proof } = await groundtruth.captures.verdict(id);
   * @returns `proof` is null until a checkpoint covers the verdict: seconds, as a rule.
   * @throws {ProblemError} `not_found` while there is none, and for the requester until the capture is paid.
   */
  verdict(id: string, options: CallOptions = {}): Promise<Answer<'get_verdict'>> {
    return this.transport.call('get_verdict', { ...options, id });
  }

  /**
   * Waits until the capture is in one of the states, looking every 0.1 to 2 seconds.
   *
   * @example
   * const capture = await groundtruth.captures.waitFor(id, { until: ['settled', 'rejected', 'review'] });
   * @throws {StateNotReached} at the timeout (60,000 ms unless given), or at once when it ended in another state.
   */
  waitFor(id: string, options: WaitOptions<CaptureState>): Promise<Capture> {
    const look = () => this.get(id, { signal: options.signal });
    return waitForState({ look, final: FINAL, timing: this.transport.timing }, options);
  }
}
