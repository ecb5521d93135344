import type { Feed, ObservationCard, Subscription } from '../protocol/index.js';
import type { CallOptions, Transport } from '../http/index.js';
import { streamCards } from './card-stream.js';
import { streamObservations, type ObservationStreamOptions, type Payer, type StreamedObservation } from './observation-stream.js'; // prettier-ignore
import type { ResumeOptions } from './resumable-stream.js';

export interface SubscribeOptions {
  readonly deliver?: 'cards' | 'bodies';
  /** Most it may spend in any 24 hours, decimal units. Needed for `bodies`. */
  readonly cap_per_day?: string;
  /** Dearer ones come as cards; no limit when left out. */
  readonly price_max?: string;
}

/** A saved feed of yours. */
export class SavedFeed {
  readonly id: string;

  constructor(
    private readonly transport: Transport,
    private readonly balance: Payer,
    /** As the server holds it. */
    readonly feed: Feed,
  ) {
    this.id = feed.id;
  }

  /**
   * Every card of the feed after `from`, as it is published, for ever; reconnects by itself.
   *
   * @example
   * for await (const card of feed.cards({ from: lastSeen, signal })) console.log(card.hour, card.cell, card.price);
   * @throws {ProblemError} `not_found` when the feed is deleted; outages and rate limits are waited out.
   */
  cards(options: ResumeOptions = {}): AsyncGenerator<ObservationCard, void> {
    return streamCards(this.transport, options, this.id);
  }

  /**
   * Every observation of the feed after `from`, bought and checked: signature, log proof, and that it is what its card promised. Reconnects by
   * itself; each comes once, and none is paid for twice. With a `stake`, what cannot bear it is skipped, unless told otherwise.
   *
   * @example
   * for await (const { card, record } of feed.stream({ from: lastSeen, keys, stake: '0.1', allowTest: true, signal, skipped: console.warn })) {
   *   await act(record.facts, record.confidence);
   *   lastSeen = card.id;
   * }
   * @throws {ProofInvalid} for anything that does not hold: stop, and keep what you have as evidence.
   * @throws {ObservationSkipped} instead of calling `skipped`, when that was left out.
   * @throws {ProblemError} as `observations.read`, for what is no reason to skip.
   */
  stream(options: ObservationStreamOptions): AsyncGenerator<StreamedObservation, void> {
    return streamObservations(this.transport, this.id, { pay: this.balance, ...options });
  }

  /**
   * Has the server buy each body from your balance and push it: give the answer's id to `stream` as `subscription`.
   *
   * @example
   * const { id } = await feed.subscribe({ deliver: 'bodies', cap_per_day: '2', price_max: '0.05' });
   * for await (const { record } of feed.stream({ keys, subscription: id, allowTest: true, signal, skipped: console.warn })) await act(record);
   * @throws {ProblemError} `forbidden` (bodies need the scope `spend`), `invalid_request`, `not_found`, `feeds_limit`.
   */
  subscribe(terms: SubscribeOptions = {}, options: CallOptions = {}): Promise<Subscription> {
    return this.transport.call('create_subscription', { ...options, body: { feed: this.id, ...terms } });
  }
}
