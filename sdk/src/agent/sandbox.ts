import type { Simulation, SimulationState } from '../protocol/index.js';
import {
  waitForState,
  type Answer,
  type BodyIn,
  type CallOptions,
  type Transport,
  type WaitOptions,
} from '../http/index.js';

const FINAL: readonly SimulationState[] = ['handed_in', 'refused', 'left', 'failed'];

/** Test mode only: money, people and time for whoever tries the market out. */
export class Sandbox {
  constructor(private readonly transport: Transport) {}

  /**
   * Gives this key’s agent sandbox dollars. One idempotency key for all attempts, so it is never given twice.
   *
   * @example
   * const { balances } = await groundtruth.sandbox.credit('100.000000');
   * @param amount Dollars, at most six decimals, more than zero.
   * @throws {ProblemError} `mode_mismatch` in live mode; `sandbox_limit` beyond what one agent is given in 24 hours (`left` says what is left).
   */
  credit(amount: string, options: CallOptions = {}): Promise<Answer<'add_sandbox_credit'>> {
    return this.transport.call('add_sandbox_credit', { ...options, body: { amount } });
  }

  /**
   * Asks a simulated contributor to answer an open bounty of yours: `honest` (when left out), `late`, `fraudulent` (with a `fraud`, or one is
   * drawn) or `absent`, after `delay_s` seconds of the market's clock. It goes by the same routes as anybody, and its work is verified like anybody's.
   *
   * @example
   * const simulation = await groundtruth.sandbox.contribute({ bounty_id: readingBounty.id, behaviour: 'honest' });
   * @returns What it will do, in words, and what should come of it.
   * @throws {ProblemError} in this order: `mode_mismatch`, `not_found`, `bounty_not_open`, `criteria_unreachable` (with the `param` that nobody
   * simulated can answer), `invalid_request` (a replay of nothing), `sandbox_limit`.
   */
  contribute(request: BodyIn<'create_simulation'>, options: CallOptions = {}): Promise<Simulation> {
    return this.transport.call('create_simulation', { ...options, body: request });
  }

  /**
   * One simulated contributor of yours, with the ids of its reservation and capture and how the capture stands.
   *
   * @example
   * const { state, capture, refusal } = await groundtruth.sandbox.get(simulation.id);
   * @throws {ProblemError} `not_found`.
   */
  get(id: string, options: CallOptions = {}): Promise<Simulation> {
    return this.transport.call('get_simulation', { ...options, id });
  }

  /**
   * Waits until it has handed in, was refused, has left or failed. What becomes of its capture is told by `captures.waitFor`.
   *
   * @example
   * const { capture_id } = await groundtruth.sandbox.waitFor(simulation.id, { until: 'handed_in' });
   * @throws {StateNotReached} at the timeout (60,000 ms unless given), or at once when it ended in another state.
   */
  waitFor(id: string, options: WaitOptions<SimulationState>): Promise<Simulation> {
    const look = () => this.get(id, { signal: options.signal });
    return waitForState({ look, final: FINAL, timing: this.transport.timing }, options);
  }

  readonly clock = {
    /**
     * What time it is on this market, and whether it can be moved.
     *
     * @example
     * const { now, movable } = await groundtruth.sandbox.clock.get();
     */
    get: (options: CallOptions = {}): Promise<Answer<'get_clock'>> => this.transport.call('get_clock', options),

    /**
     * Moves the clock of the whole market forward, for everybody on it; it never goes back. Deadlines that are then over end within seconds.
     * One idempotency key for all attempts, so it is moved once.
     *
     * @example
     * const { now } = await groundtruth.sandbox.clock.advance(3_600);
     * @param seconds A whole number, 1 to 2,592,000 (30 days).
     * @throws {ProblemError} `mode_mismatch`; `sandbox_clock_off` unless the operator has set SANDBOX_CLOCK=on.
     */
    advance: (seconds: number, options: CallOptions = {}): Promise<Answer<'advance_clock'>> =>
      this.transport.call('advance_clock', { ...options, body: { advance_s: seconds } }),
  };
}
