import type { DELIVERY_STATES, WebhookDelivery, WebhookEndpoint, WebhookEndpointSecret } from '../protocol/index.js';
import { eachItem, PAGE_ITEMS, type Answer, type BodyIn, type CallOptions, type Transport } from '../http/index.js';

/** Events and cards posted to an address of yours, signed as Standard Webhooks says. `verifyWebhook` checks them there. */
export class Webhooks {
  constructor(private readonly transport: Transport) {}

  /**
   * Has events, cards or both posted to a URL from now on.
   *
   * @example
   * const { id, secret } = await groundtruth.webhooks.create({
   *   url: 'https://bot.example/hooks', events: ['capture.accepted'], cards: { kind: 'photo' },
   * });
   * await store.put(id, secret);
   * @returns The endpoint, with its secret: store it, no other answer has it.
   * @throws {ProblemError} `webhook_url_refused` for an address that is not public; `webhook_endpoint_limit`.
   */
  create(endpoint: BodyIn<'create_webhook_endpoint'>, options: CallOptions = {}): Promise<WebhookEndpointSecret> {
    return this.transport.call('create_webhook_endpoint', { ...options, body: endpoint });
  }

  /**
   * Yours, oldest first.
   *
   * @example
   * for (const { url, state, failing_since } of await groundtruth.webhooks.list()) console.log(url, state, failing_since);
   */
  async list(options: CallOptions = {}): Promise<WebhookEndpoint[]> {
    return (await this.transport.call('list_webhook_endpoints', options)).data;
  }

  /**
   * One of yours.
   *
   * @example
   * const { state, pause_reason } = await groundtruth.webhooks.get(endpoint.id);
   * @throws {ProblemError} `not_found`.
   */
  get(id: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.transport.call('get_webhook_endpoint', { ...options, id });
  }

  /**
   * Changes what is named and leaves the rest. Resuming sends what happened since the pause. May be repeated.
   *
   * @example
   * await groundtruth.webhooks.change(endpoint.id, { state: 'paused' });
   * @throws {ProblemError} `not_found`, `webhook_url_refused`.
   */
  change(id: string, change: BodyIn<'change_webhook_endpoint'>, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.transport.call('change_webhook_endpoint', { ...options, id, body: change });
  }

  /**
   * Sends nothing to it any more, and forgets what waited.
   *
   * @example
   * await groundtruth.webhooks.delete(endpoint.id);
   * @throws {ProblemError} `not_found`, also the second time.
   */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.transport.call('delete_webhook_endpoint', { ...options, id });
  }

  /**
   * A new secret. For 24 hours the one before signs as well: give the receiver the new one in that time.
   *
   * @example
   * const { secret, previous_secret_until } = await groundtruth.webhooks.rotate(endpoint.id);
   * @throws {ProblemError} `not_found`.
   */
  rotate(id: string, options: CallOptions = {}): Promise<WebhookEndpointSecret> {
    return this.transport.call('rotate_webhook_secret', { ...options, id, body: {} });
  }

  /**
   * Sends again: what was not delivered since a time (at most 30 days ago), or messages by their ids, delivered or not.
   *
   * @example
   * while ((await groundtruth.webhooks.replay(endpoint.id, { since: new Date(Date.now() - 3_600_000).toISOString() })).has_more);
   * @throws {ProblemError} `not_found`; `invalid_request` for a time too long ago.
   */
  replay(id: string, what: BodyIn<'replay_webhooks'>, options: CallOptions = {}): Promise<Answer<'replay_webhooks'>> {
    return this.transport.call('replay_webhooks', { ...options, id, body: what });
  }

  /**
   * Sends a ping.
   *
   * @example
   * const { message_id } = await groundtruth.webhooks.test(endpoint.id);
   * @throws {ProblemError} `not_found`, `webhook_endpoint_paused`.
   */
  test(id: string, options: CallOptions = {}): Promise<WebhookDelivery> {
    return this.transport.call('test_webhook_endpoint', { ...options, id, body: {} });
  }

  /**
   * What was or will be sent to it, newest first.
   *
   * @example
   * for await (const { message_id, last_outcome } of groundtruth.webhooks.deliveries(endpoint.id, { state: 'dead' })) console.log(message_id, last_outcome);
   * @throws {ProblemError} `not_found`.
   */
  deliveries(
    id: string,
    { state, signal }: { readonly state?: (typeof DELIVERY_STATES)[number] } & Pick<CallOptions, 'signal'> = {},
  ): AsyncIterable<WebhookDelivery> {
    return eachItem((cursor) =>
      this.transport.call('list_webhook_deliveries', { id, query: { limit: PAGE_ITEMS, cursor, state }, signal }),
    );
  }
}
