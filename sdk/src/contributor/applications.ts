import type { Application, Reservation } from '../protocol/index.js';
import { waitForState, type CallOptions, type Transport, type WaitOptions } from '../http/index.js';

const FINAL = ['drawn', 'not_drawn', 'withdrawn'] as const;

/** Wishes for slots that are drawn (`purpose: markets`): who pays cannot choose who comes. */
export class Applications {
  constructor(private readonly transport: Transport) {}

  /**
   * Applies for one slot in the current round. Nothing is held: no slot, no price, no challenge. It counts as a reservation towards your limit
   * until it is decided.
   *
   * @example
   * const application = await contributor.applications.create(drawnBounty.id);
   * const reservation = await contributor.applications.drawn(application.id);
   * @throws {ProblemError} as `reservations.create`, but `bounty_mode` where slots are not drawn; then `applicant_linked` (with somebody who pays for
   * it), `bounty_full`, `application_exists`.
   */
  create(bountyId: string, options: CallOptions = {}): Promise<Application> {
    return this.transport.call('create_application', { ...options, id: bountyId });
  }

  /**
   * One application of yours.
   *
   * @example
   * const { state, round, deadline_at } = await contributor.applications.get(application.id);
   * @throws {ProblemError} `not_found`.
   */
  get(id: string, options: CallOptions = {}): Promise<Application> {
    return this.transport.call('get_application', { ...options, id });
  }

  /**
   * Takes it back, until its round closes; later, release the reservation if it is drawn. Repeatable.
   *
   * @example
   * await contributor.applications.withdraw(application.id);
   * @throws {ProblemError} `not_found`; `application_state` once its round has closed.
   */
  withdraw(id: string, options: CallOptions = {}): Promise<Application> {
    return this.transport.call('withdraw_application', { ...options, id });
  }

  /**
   * Waits for the draw and answers the reservation, whose time runs from the draw. A round lasts minutes, so give a `timeout_ms` of that order
   * (60,000 when left out).
   *
   * @example
   * const reservation = await contributor.applications.drawn(application.id, { timeout_ms: 10 * 60_000 });
   * @throws {StateNotReached} at the timeout, or at once when it was not drawn: apply to the next round.
   */
  async drawn(id: string, options: Omit<WaitOptions<'drawn'>, 'until'> = {}): Promise<Reservation> {
    const look = () => this.get(id, { signal: options.signal });
    const watched = { look, final: FINAL, timing: this.transport.timing };
    const { reservation_id } = await waitForState(watched, { ...options, until: 'drawn' });
    return this.transport.call('get_reservation', { id: reservation_id!, signal: options.signal });
  }
}
