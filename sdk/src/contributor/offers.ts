import type { Invitation, InvitationState, Offer, OfferState, Reservation } from '../protocol/index.js';
import { eachItem, PAGE_ITEMS, type BodyIn, type CallOptions, type Transport } from '../http/index.js';

/** Standing asks: where, when and for how much this contributor goes. Nobody else sees them; the public book counts them. */
export class Offers {
  constructor(private readonly transport: Transport) {}

  /**
   * Makes a standing ask. When an open bounty pays it, you are invited; with `auto_confirm` the slot is reserved at once.
   *
   * @example
   * const offer = await contributor.offers.create({
   *   area: { lat: 32.7448, lng: 129.8737, radius_m: 5_000 }, kinds: ['photo'], price_min: '4.000000',
   *   hours: { time_zone: 'Asia/Tokyo', weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '17:00', until: '19:00' },
   *   valid_until: new Date(Date.now() + 30 * 86_400_000).toISOString(),
   * });
   * @param body Amounts in units of the currency with at most six decimals; `area` or H3 `cells` of resolution 7; at most 90 days.
   * @throws {ProblemError} `invalid_request` with the `param` at fault; `offers_limit` at 20 active ones.
   */
  create(body: BodyIn<'create_offer'>, options: CallOptions = {}): Promise<Offer> {
    return this.transport.call('create_offer', { ...options, body });
  }

  /**
   * Your offers, newest first. Pages are fetched as they are used.
   *
   * @example
   * for await (const offer of contributor.offers.list({ state: 'active' })) console.log(offer.id, offer.price_min);
   */
  list({ state, signal }: { state?: OfferState; signal?: AbortSignal } = {}): AsyncIterable<Offer> {
    const query = { state, limit: PAGE_ITEMS };
    return eachItem((cursor) => this.transport.call('list_offers', { query: { ...query, cursor }, signal }));
  }

  /**
   * Ends an offer and its open invitations; reservations go on. Repeatable: an offer that has ended answers as it is.
   *
   * @example
   * const { state } = await contributor.offers.withdraw(offer.id); // 'withdrawn', or 'expired'
   * @throws {ProblemError} `not_found`.
   */
  withdraw(id: string, options: CallOptions = {}): Promise<Offer> {
    return this.transport.call('withdraw_offer', { ...options, id });
  }
}

/** Bounties that your offers have met. An invitation holds no slot: whoever is first has it. */
export class Invitations {
  constructor(private readonly transport: Transport) {}

  /**
   * Your invitations, newest first; the events `invitation.created` and its likes tell of them as they come.
   *
   * @example
   * for await (const { id, price, deadline_at } of contributor.invitations.list({ state: 'open' })) console.log(id, price, deadline_at);
   */
  list({ state, signal }: { state?: InvitationState; signal?: AbortSignal } = {}): AsyncIterable<Invitation> {
    const query = { state, limit: PAGE_ITEMS };
    return eachItem((cursor) => this.transport.call('list_invitations', { query: { ...query, cursor }, signal }));
  }

  /**
   * Reserves the slot, at the price of this moment, which is never below your ask. One idempotency key for all attempts.
   *
   * @example
   * const { price, challenge, lapses_at } = await contributor.invitations.confirm(invitation.id);
   * @throws {ProblemError} in this order: `not_found`, `invitation_state`, then as `reservations.create`: above all `bounty_full`.
   */
  confirm(id: string, options: CallOptions = {}): Promise<Reservation> {
    return this.transport.call('confirm_invitation', { ...options, id, body: {} });
  }

  /**
   * Says no, without penalty; you are not asked again for this bounty.
   *
   * @example
   * await contributor.invitations.decline(invitation.id);
   * @throws {ProblemError} `not_found`; `invitation_state`.
   */
  decline(id: string, options: CallOptions = {}): Promise<Invitation> {
    return this.transport.call('decline_invitation', { ...options, id, body: {} });
  }
}
