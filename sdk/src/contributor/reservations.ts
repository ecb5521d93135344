import type { RELEASE_REASONS, Reservation } from '../protocol/index.js';
import type { CallOptions, Transport } from '../http/index.js';

export type ReleaseReason = (typeof RELEASE_REASONS)[number];

/** Slots this contributor holds. */
export class Reservations {
  constructor(private readonly transport: Transport) {}

  /**
   * Takes one slot at its price of this moment, with a challenge to seal. Slots of bounties for markets are drawn: `applications.create`.
   *
   * @example
   * const { price, challenge, lapses_at } = await contributor.reservations.create(bounty.id);
   * @throws {ProblemError} in this order: `not_found`, `policy_refused`, `bounty_mode`, `window_closed`, `bounty_not_open`, `reputation_too_low`, `reservation_barred`,
   * `reservation_limit`, `bounty_full`.
   */
  create(bountyId: string, options: CallOptions = {}): Promise<Reservation> {
    return this.transport.call('create_reservation', { ...options, id: bountyId });
  }

  /**
   * Enters a race: a challenge to seal, and no slot. The price is that of the moment at which the seal is received (`POST /v1/seals`, or the
   * capture itself), and so is the place in line. Until then `price` is what it would be now.
   *
   * @example
   * const { challenge, lapses_at } = await contributor.reservations.challenge(race.id);
   * @throws {ProblemError} as `create`, but `bounty_mode` where slots are reserved, and never `bounty_full`.
   */
  challenge(bountyId: string, options: CallOptions = {}): Promise<Reservation> {
    return this.transport.call('create_challenge', { ...options, id: bountyId });
  }

  /**
   * One reservation of yours.
   *
   * @example
   * const { state, deadline_at } = await contributor.reservations.get(reservation.id);
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
