import type { Mode, ModeKeys, ObservationCard } from '../protocol/index.js';
import { Transport, UnexpectedAnswer, type CallOptions, type ClientOptions } from '../http/index.js';
import { streamCards, type StreamOptions } from './card-stream.js';
import { Observations } from './observations.js';
import { Webhooks } from './webhooks.js';
import { SavedFeeds } from './saved-feeds.js';

/**
 * The reading side: follow the feed, buy what matters, check it.
 *
 * @example
 * const feeds = new FeedClient({ baseUrl, apiKey });
 * const keys = await feeds.keys('test');
 * for await (const card of feeds.stream({ from: lastSeen, signal })) {
 *   const { body } = await feeds.observations.read(card.id);
 *   const { record } = await verifyObservation(body, keys, { allowTest: true });
 *   await store.put(card.id, record);
 *   lastSeen = card.id;
 * }
 */
export class FeedClient {
  readonly observations: Observations;
  readonly webhooks: Webhooks;
  /** Saved queries, their streams and subscriptions. */
  readonly feeds: SavedFeeds;
  private readonly transport: Transport;

  constructor(options: ClientOptions) {
    this.transport = new Transport(options);
    this.observations = new Observations(this.transport);
    this.webhooks = new Webhooks(this.transport);
    this.feeds = new SavedFeeds(this.transport, this.observations);
  }

  /**
   * Every card after `from`, as it is published, for ever. Reconnects by itself and goes on where it was: no card is lost and none
   * comes twice, whatever the network does. What is read slowly is kept by the server, not by this program.
   *
   * @example
   * for await (const card of feeds.stream({ from: lastSeen, kind: 'photo', signal })) console.log(card);
   * @returns An iterator that ends when the signal is aborted.
   * @throws {ProblemError} `unauthenticated`, `forbidden`, `invalid_request`; outages and rate limits are waited out.
   */
  stream(options: StreamOptions = {}): AsyncGenerator<ObservationCard, void> {
    return streamCards(this.transport, options);
  }

  /**
   * The public keys of a mode, as this server states them. Ask once, compare them with what its operator publishes, and keep them:
   * keys fetched beside the data they check prove nothing.
   *
   * @example
   * const { verdict, observation, log } = await feeds.keys('test');
   * @throws {UnexpectedAnswer} when the server has no keys of this mode.
   */
  async keys(mode: Mode, options: Pick<CallOptions, 'signal'> = {}): Promise<ModeKeys> {
    const { data } = await this.transport.call('get_keys', options);
    const keys = data.find((candidate) => candidate.mode === mode);
    if (!keys) throw new UnexpectedAnswer(`the server has no ${mode} keys`, 200);
    return keys;
  }

  /**
   * Newest checkpoint of a mode's log, as a signed C2SP note.
   *
   * @example
   * const note = await feeds.checkpoint('test');
   * @throws {ProblemError} `not_found` while the log is empty.
   */
  checkpoint(mode: Mode, options: Pick<CallOptions, 'signal'> = {}): Promise<string> {
    return this.transport.call('log_checkpoint', { ...options, query: { mode } });
  }

  /**
   * Proof that the log of `to` leaves is a continuation of the log of `from` leaves; check it with `verifyConsistency` of `/protocol`.
   *
   * @example
   * const proof = await feeds.consistency('test', { from: trusted.size, to: newer.size });
   * const root = await verifyConsistency(proof, { keys: { mode: 'test', ...keys.log }, allowTest: true, trusted });
   * @throws {ProblemError} `not_found` for sizes that no checkpoint covers.
   */
  consistency(mode: Mode, { from, to, signal }: { from: number; to: number; signal?: AbortSignal }) {
    return this.transport.call('log_proof', { query: { mode, from, to }, signal });
  }
}
