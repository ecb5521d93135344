import { Inject, Injectable } from '@nestjs/common';
import { assert } from '../../kernel/assert.js';
import { Clock, seconds } from '../../kernel/clock.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Log } from '../../platform/telemetry/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { EndpointsRepository } from './endpoints.repository.js';
import { WebhookCatchUp } from './webhook.catch-up.js';
import type { DeliveryRow, EndpointRow } from './webhook.entity.js';
import { WebhookSender } from './webhook.sender.js';
import { WebhookBell } from './webhook.term.js';

/** Attempts at once in one process. */
const WIDTH = 128;
/** Of these, all endpoints together that are failing: receivers that hang never take the whole width. */
const WIDTH_OF_FAILING = WIDTH / 2;
/** Attempts at once to one endpoint; to one that fails, one. */
const WIDTH_OF_ENDPOINT = 4;
/** Added to the longest an attempt takes: then a claim whose process died is over. */
const LEASE_MARGIN_S = 60;

/** The loop that sends webhooks: claims what is due and does not wait for its end, so that no receiver holds another one up. */
@Injectable()
export class WebhookDispatcher {
  private readonly ending = new AbortController();
  private readonly sending = new Set<Promise<void>>();
  private readonly busy = new Map<string, number>();
  private failing = 0;
  private loop: Promise<void> | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly catchUp: WebhookCatchUp,
    private readonly sender: WebhookSender,
    private readonly bell: WebhookBell,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  start(): void {
    assert(this.loop === null, 'webhooks are sent by one loop in a process');
    this.loop = this.run();
  }

  /** Cuts what is on its way, which is handed back. Repeatable. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.bell.call();
    await this.loop;
    await Promise.all(this.sending);
  }

  private async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      try {
        if (await this.catchUp.pass()) this.bell.call();
        await this.claim();
      } catch (error) {
        this.log.error({ err: error }, 'webhooks could not be claimed and will be looked for again');
      }
      await this.bell.wait(this.config.WEBHOOK_POLL_MS);
    }
  }

  private async claim(): Promise<void> {
    const now = this.clock.now();
    const lease = now + this.config.WEBHOOK_TIMEOUT_MS + seconds(LEASE_MARGIN_S);
    for (const endpoint of await this.unitOfWork.run((tx) => this.endpoints.withDue(tx, now, WIDTH))) {
      const free = this.freeFor(endpoint);
      if (free <= 0) continue;
      const claimed = await this.unitOfWork.run((tx) => this.deliveries.claimDue(tx, endpoint.id, now, lease, free));
      for (const delivery of claimed) this.send(endpoint, delivery);
    }
  }

  private freeFor({ id, failing_since }: EndpointRow): number {
    const is_failing = failing_since !== null;
    const own = (is_failing ? 1 : WIDTH_OF_ENDPOINT) - (this.busy.get(id) ?? 0);
    const all = is_failing ? WIDTH_OF_FAILING - this.failing : WIDTH - this.sending.size;
    return Math.min(own, all, WIDTH - this.sending.size);
  }

  private send(endpoint: EndpointRow, delivery: DeliveryRow): void {
    const weight = endpoint.failing_since === null ? 0 : 1;
    this.failing += weight;
    this.busy.set(endpoint.id, (this.busy.get(endpoint.id) ?? 0) + 1);
    const done = this.sender
      .send(endpoint, delivery, this.ending.signal)
      // Its claim runs out, and it is tried again.
      .catch((error: unknown) => this.log.error({ err: error, endpoint: endpoint.id }, 'a webhook attempt was lost'))
      .then(() => {
        this.failing -= weight;
        this.sending.delete(done);
        const left = this.busy.get(endpoint.id)! - 1;
        if (left > 0) this.busy.set(endpoint.id, left);
        else this.busy.delete(endpoint.id);
        this.bell.call();
      });
    this.sending.add(done);
  }
}
