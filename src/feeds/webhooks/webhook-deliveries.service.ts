import { Injectable } from '@nestjs/common';
import type { Page, WebhookDelivery } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { DomainError } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { onCommit, UnitOfWork, type Command, type Tx } from '../../platform/database/index.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../../platform/http/serves.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { EndpointsRepository } from './endpoints.repository.js';
import { ownedBy } from './webhook-endpoints.service.js';
import type { DeliveryRow, EndpointRow } from './webhook.entity.js';
import { pingMessage } from './webhook.messages.js';
import { WebhookBell, WebhookTerm } from './webhook.term.js';
import { deliveryView } from './webhook.view.js';

const DAY_S = 86_400;
/** How far back a replay may go. */
const REPLAY_S_MAX = 30 * DAY_S;
/** Longer than that, so that what was delivered is known as long as a replay may ask for it. */
const KEPT_S = 40 * DAY_S;
/** Given up ones that one replay takes up. */
const REVIVED_MAX = 500;
const PURGED_MAX = 1_000;

/** What goes to an endpoint, as its owner looks at it and asks for it again. */
@Injectable()
export class WebhookDeliveriesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly term: WebhookTerm,
    private readonly bell: WebhookBell,
    private readonly clock: Clock,
  ) {}

  async list(caller: Principal, id: string, query: QueryOf<'list_webhook_deliveries'>): Promise<Page<WebhookDelivery>> {
    const cursor = readCursor(query.cursor);
    const before = cursor === null ? null : BigInt(cursor);
    const rows = await this.unitOfWork.run(async (tx) => {
      ownedBy(caller, await this.endpoints.get(tx, id), id);
      return this.deliveries.list(tx, id, { state: query.state ?? null, before, limit: query.limit + 1 });
    });
    const { data, ...rest } = pageOf(rows, query.limit, (row) => String(row.seq));
    return { ...rest, data: data.map(deliveryView) };
  }

  /** Sends a ping. Refuses with `webhook_endpoint_paused`. */
  async ping(command: Command, caller: Principal, id: string) {
    return this.unitOfWork.once(command, async (tx) => {
      const endpoint = ownedBy(caller, await this.endpoints.lock(tx, id), id);
      if (endpoint.state === 'paused')
        throw new DomainError('webhook_endpoint_paused', `${id} is paused`, { pause_reason: endpoint.pause_reason });
      const message = pingMessage(mintId('event'), id, this.clock.now());
      await this.deliveries.insertFor(tx, id, message, this.term.fromNow());
      onCommit(tx, () => this.bell.call());
      return deliveryView((await this.deliveries.get(tx, id, message.id))!);
    });
  }

  /** Has messages sent again: those named, or what was not delivered since a time. */
  async replay(command: Command, caller: Principal, id: string, body: BodyOf<'replay_webhooks'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const endpoint = ownedBy(caller, await this.endpoints.lock(tx, id), id);
      onCommit(tx, () => this.bell.call());
      return 'since' in body ? this.since(tx, endpoint, body.since) : this.named(tx, endpoint, body.message_ids);
    });
  }

  /** Forgets what is long over. */
  async forget(): Promise<void> {
    const before = this.clock.now() - seconds(KEPT_S);
    await this.unitOfWork.run((tx) => this.deliveries.purge(tx, before, PURGED_MAX));
  }

  private async since(tx: Tx, endpoint: EndpointRow, since: Instant) {
    if (since < this.clock.now() - seconds(REPLAY_S_MAX))
      throw new DomainError('invalid_request', 'since: at most 30 days ago', { param: 'since' });
    const dead = await this.deliveries.deadSince(tx, endpoint.id, since, REVIVED_MAX + 1);
    const queued = await this.revive(tx, dead.slice(0, REVIVED_MAX));
    await this.endpoints.catchUpFrom(tx, endpoint, since);
    return { queued, has_more: dead.length > REVIVED_MAX };
  }

  private async named(tx: Tx, { id }: EndpointRow, messageIds: readonly string[]) {
    const keys = [...new Set(messageIds)].map((message_id) => ({ endpoint_id: id, message_id }));
    return { queued: await this.revive(tx, keys), has_more: false };
  }

  /** Their time begins anew. */
  private async revive(tx: Tx, keys: readonly Pick<DeliveryRow, 'endpoint_id' | 'message_id'>[]): Promise<number> {
    const { now, give_up_at } = this.term.fromNow();
    const fresh = { attempts: 0, due_at: new Date(now), give_up_at: new Date(give_up_at) };
    let revived = 0;
    for (const key of keys) if (await this.deliveries.advance(tx, key, 'replay', fresh)) revived++;
    return revived;
  }
}
