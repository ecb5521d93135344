import type { RELEASE_REASONS, Reservation } from '../protocol/index.js';
import type { CallOptions, Transport } from '../http/index.js';

export type ReleaseReason = (typeof RELEASE_REASONS)[number];

/** Slots this contributor holds. */
export class Reservations {
  constructor(private readonly transport: Transport) {}

  /**
   * Takes one slot at its price of this moment, with a challenge to seal.
   *
   * @example
   * const { price, challenge, lapses_at } = await contributor.reservations.create(bounty.id);
   * @throws {ProblemError} in this order: `not_found`, `policy_refused`, `window_closed`, `bounty_not_open`, `reservation_barred`,
   * `reservation_limit`, `bounty_full`.
   */
  create(bountyId: string, options: CallOptions = {}): Promise<Reservation> {
    return this.transport.call('create_reservation', { ...options, id: bountyId });
  }

  /**
   * One reservation of yours.
   *
   * @example
   * const { state, deadline_at } = await contributor.reservations.get(id);
   * @throws {ProblemError} `not_found`.
   */
  get(id: string, options: CallOptions = {}): Promise<Reservation> {
    return this.transport.call('get_reservation', { ...options, id });
  }

  /**
   * Gives the slot back. In the second half of its time that counts as late, except for `unsafe`, which is always free. Repeatable.
   *
   * @example
   * await contributor.reservations.release(reservation.id, 'unsafe');
   * @throws {ProblemError} `not_found`; `reservation_state` once it was used or has lapsed.
   */
  release(id: string, reason: ReleaseReason = 'changed_mind', options: CallOptions = {}): Promise<Reservation> {
    return this.transport.call('release_reservation', { ...options, id, query: { reason } });
  }
}
