import type { Feed, FeedQueryInput, Subscription } from '../protocol/index.js';
import { eachItem, PAGE_ITEMS, type CallOptions, type Transport } from '../http/index.js';
import type { Payer } from './observation-stream.js';
import { SavedFeed, type SubscribeOptions } from './saved-feed.js';

/** Saved queries over cards. Each is its owner's alone: another's is `not_found`. */
export class SavedFeeds {
  constructor(
    private readonly transport: Transport,
    private readonly balance: Payer,
  ) {}

  /**
   * Saves a query. It asks only for what cards show, so that a filter tells nothing that is sold.
   *
   * @example
   * const area = { lat: 32.7448, lng: 129.8737, radius_m: 20_000 };
   * const feed = await client.feeds.create('Harbour', { kinds: ['photo'], area, tier_min: 'signed', independent_captures_min: 2 });
   * @throws {ProblemError} `invalid_request`, `feeds_limit`.
   */
  async create(name: string, query: FeedQueryInput = {}, options: CallOptions = {}): Promise<SavedFeed> {
    return this.of(await this.transport.call('create_feed', { ...options, body: { name, query } }));
  }

  /**
   * Your feeds, oldest first. Pages are fetched as they are used.
   *
   * @example
   * for await (const feed of client.feeds.list()) console.log(feed.id, feed.name);
   */
  list({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<Feed> {
    return eachItem((cursor) => this.transport.call('list_feeds', { query: { limit: PAGE_ITEMS, cursor }, signal }));
  }

  /**
   * One feed of yours, to stream.
   *
   * @example
   * const { feed: saved } = await client.feeds.get(feed.id); // saved.name, saved.filter
   * @throws {ProblemError} `not_found`.
   */
  async get(id: string, options: CallOptions = {}): Promise<SavedFeed> {
    return this.of(await this.transport.call('get_feed', { ...options, id }));
  }

  /**
   * Forgets a feed and cancels its subscriptions; streams that are open go on until they end.
   *
   * @example
   * await client.feeds.delete(feed.id);
   * @throws {ProblemError} `not_found`, also when it is deleted already.
   */
  delete(id: string, options: CallOptions = {}): Promise<Feed> {
    return this.transport.call('delete_feed', { ...options, id });
  }

  /**
   * As `subscribe` of a feed.
   *
   * @example
   * const { id } = await client.feeds.subscribe(feed.id, { deliver: 'bodies', cap_per_day: '2' });
   * @throws {ProblemError} `forbidden`, `invalid_request`, `not_found`, `feeds_limit`.
   */
  subscribe(feed: string, terms: SubscribeOptions = {}, options: CallOptions = {}): Promise<Subscription> {
    return this.transport.call('create_subscription', { ...options, body: { feed, ...terms } });
  }

  /**
   * Your subscriptions, oldest first.
   *
   * @example
   * for await (const { id, state, spent } of client.feeds.subscriptions()) console.log(id, state, spent);
   */
  subscriptions({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<Subscription> {
    return eachItem((cursor) =>
      this.transport.call('list_subscriptions', { query: { limit: PAGE_ITEMS, cursor }, signal }),
    );
  }

  /**
   * Nothing more is bought by it. Repeatable.
   *
   * @example
   * await client.feeds.cancel(subscription.id);
   * @throws {ProblemError} `not_found`.
   */
  cancel(subscriptionId: string, options: CallOptions = {}): Promise<Subscription> {
    return this.transport.call('cancel_subscription', { ...options, id: subscriptionId });
  }

  private of(feed: Feed): SavedFeed {
    return new SavedFeed(this.transport, this.balance, feed);
  }
}
