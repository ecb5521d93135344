import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as uuidv7 } from 'uuid';
import type { EventType, Id } from '@groundtruth/sdk/protocol';
import { ManualClock } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import type { Principal } from '../../identity/index.js';
import { loadConfig } from '../../platform/config/index.js';
import { sql, UnitOfWork, type Command } from '../../platform/database/index.js';
import { Egress } from '../../platform/egress/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { silentLog } from '../../platform/telemetry/index.js';
import { ObservationsRepository } from '../observations/observations.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { EndpointsRepository } from './endpoints.repository.js';
import { WebhookCatchUp } from './webhook.catch-up.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookDispatcher } from './webhook.dispatcher.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { WebhookFanOut } from './webhook.fan-out.js';
import { WebhookSecrets } from './webhook.secrets.js';
import { WebhookSender } from './webhook.sender.js';
import { WebhookBell, WebhookTerm } from './webhook.term.js';
import { WebhookUrls } from './webhook.urls.js';

const START = Date.UTC(2026, 10, 21);

export interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver on a real socket that does what `act` says with each request. */
export class Receiver {
  readonly heard: Heard[] = [];
  act: (response: ServerResponse, heard: Heard) => void = (response) => void response.end();
  private server: Server | null = null;

  async open(): Promise<this> {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        const heard = { headers: request.headers, body };
        this.heard.push(heard);
        this.act(response, heard);
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server!.address() as AddressInfo).port}/hooks`;
  }

  ids(): string[] {
    return this.heard.map(({ headers }) => String(headers['webhook-id']));
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server!.close(resolve));
  }
}

/** One process that sends webhooks. */
interface SenderProcess {
  readonly dispatcher: WebhookDispatcher;
  readonly fanOut: WebhookFanOut;
  readonly endpoints: WebhookEndpointsService;
  readonly deliveries: WebhookDeliveriesService;
}

/** Webhooks on a real database, with a clock of their own and receivers on real sockets. */
export class WebhookBench {
  readonly clock = new ManualClock(START);
  private readonly running: WebhookDispatcher[] = [];
  private readonly receivers: Receiver[] = [];
  private keys = 0;

  private constructor(
    readonly db: TestDatabase,
    private readonly settings: Record<string, string>,
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<WebhookBench> {
    const defaults = { EGRESS_ALLOW_PRIVATE: '127.0.0.0/8', WEBHOOK_POLL_MS: '20', WEBHOOK_TIMEOUT_MS: '10000' };
    return new WebhookBench(await testDatabase(), { ...defaults, ...settings });
  }

  process(settings: Record<string, string> = {}): SenderProcess {
    const { db, clock } = this;
    const config = loadConfig({ ...this.settings, ...settings });
    const unitOfWork = new UnitOfWork(db.dataSource, clock);
    const [endpoints, deliveries, observations] = [new EndpointsRepository(), new DeliveriesRepository(), new ObservationsRepository()]; // prettier-ignore
    const [term, bell, urls] = [new WebhookTerm(clock, config), new WebhookBell(), new WebhookUrls(config)];
    const secrets = new WebhookSecrets(Buffer.alloc(32, 1));
    const egress = new Egress({ whole_ms: config.WEBHOOK_TIMEOUT_MS, connect_ms: config.WEBHOOK_TIMEOUT_MS });
    const catchUp = new WebhookCatchUp(unitOfWork, endpoints, deliveries, observations, term);
    const sender = new WebhookSender(unitOfWork, endpoints, deliveries, egress, urls, secrets, new Outbox(clock), clock, config); // prettier-ignore
    const dispatcher = new WebhookDispatcher(unitOfWork, endpoints, deliveries, catchUp, sender, bell, clock, silentLog, config); // prettier-ignore
    this.running.push(dispatcher);
    return {
      dispatcher,
      fanOut: new WebhookFanOut(unitOfWork, observations, deliveries, term, bell),
      endpoints: new WebhookEndpointsService(unitOfWork, endpoints, urls, secrets, bell, clock, config),
      deliveries: new WebhookDeliveriesService(unitOfWork, endpoints, deliveries, term, bell, clock),
    };
  }

  async receiver(act?: Receiver['act']): Promise<Receiver> {
    const receiver = await new Receiver().open();
    if (act) receiver.act = act;
    this.receivers.push(receiver);
    return receiver;
  }

  owner(mode: 'test' | 'live' = 'test'): Principal {
    const caps = { per_bounty: null, rolling_24h: null };
    return { id: mintId('agent'), role: 'agent', mode, name: 'bot', key_id: 'key', scopes: ['read', 'spend'], caps };
  }

  command(caller: Principal, key = `key-${this.keys++}`): Command {
    return { principal: caller.id, key, operation: 'webhooks', body: {} };
  }

  /** Something that concerns an owner, as `EventsService` writes it. */
  async happens(
    { fanOut }: SenderProcess,
    owner: Principal,
    type: EventType = 'capture.accepted',
  ): Promise<Id<'event'>> {
    const id = mintId('event');
    const event = {
      id,
      type,
      resource_id: mintId('capture'),
      data: { capture_id: uuidv7() },
      created_at: this.clock.now(),
    };
    await this.db.unitOfWork.run(async (tx) => {
      await sql(tx, `SELECT FROM feed_sequence WHERE name = 'events' FOR UPDATE`);
      await sql(
        tx,
        `INSERT INTO event (seq, id, mode, type, resource_id, audience, data, created_at)
         SELECT next, $1, $2, $3, $4, $5, $6, $7 FROM feed_sequence WHERE name = 'events'`,
        [id, owner.mode, type, event.resource_id, [owner.id], event.data, new Date(event.created_at)],
      );
      await sql(tx, `UPDATE feed_sequence SET next = next + 1 WHERE name = 'events'`);
      await fanOut.event(tx, event, { mode: owner.mode, audience: [owner.id] });
    });
    return id;
  }

  /** Ends the processes and receivers, as after each test. */
  async rest(): Promise<void> {
    for (const dispatcher of this.running.splice(0)) await dispatcher.stop();
    for (const receiver of this.receivers.splice(0)) await receiver.close();
  }

  async close(): Promise<void> {
    await this.rest();
    await this.db.close();
  }
}
