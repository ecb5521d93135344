import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { DeliveryOutcome } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../../kernel/clock.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { Egress, type EgressAnswer } from '../../platform/egress/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { EndpointsRepository } from './endpoints.repository.js';
import { isGone, outcomeOf, verdictOf } from './retry.rules.js';
import type { DeliveryRow, EndpointRow, PauseReason } from './webhook.entity.js';
import { WebhookSecrets } from './webhook.secrets.js';
import { WebhookUrls } from './webhook.urls.js';

const USER_AGENT = 'Groundtruth-Webhooks/1';
const DICE_SIDES = 1_000_000;

/** One attempt at one delivery, and what follows from it. */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly egress: Egress,
    private readonly urls: WebhookUrls,
    private readonly secrets: WebhookSecrets,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Sends a claimed delivery. When this process dies in between, it is sent again once its claim is over. Cut short by `signal`, it is handed
   * back as not tried.
   */
  async send(endpoint: EndpointRow, delivery: DeliveryRow, signal: AbortSignal): Promise<void> {
    const answer = await this.egress.post(endpoint.url, {
      policy: this.urls.policies[endpoint.mode],
      headers: {
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        ...this.secrets.headersOf(endpoint, { id: delivery.message_id, body: delivery.body }, this.clock.now()),
      },
      body: delivery.body,
      signal,
    });
    await this.unitOfWork.run(async (tx) => {
      if (signal.aborted && 'failure' in answer) return this.deliveries.handBack(tx, delivery, this.clock.now());
      await this.record(tx, endpoint, delivery, answer);
    });
  }

  private async record(tx: Tx, endpoint: EndpointRow, delivery: DeliveryRow, answer: EgressAnswer): Promise<void> {
    const now = this.clock.now();
    const last: { status: number | null; outcome: DeliveryOutcome } = {
      status: 'status' in answer ? answer.status : null,
      outcome: outcomeOf(answer),
    };
    const verdict = verdictOf(delivery, answer, now, randomInt(DICE_SIDES) / DICE_SIDES);
    const set = { last_status: last.status, last_outcome: last.outcome };
    if (verdict.move === 'wait') await this.deliveries.postpone(tx, delivery, verdict.due_at, last);
    else await this.deliveries.advance(tx, delivery, verdict.move, set);
    if (verdict.move === 'deliver') return this.endpoints.succeeded(tx, endpoint.id);
    const failing_since = await this.endpoints.failed(tx, endpoint.id, now);
    if (isGone(answer)) await this.pause(tx, endpoint, 'gone');
    else if (now - failing_since >= seconds(this.config.WEBHOOK_PAUSE_AFTER_S))
      await this.pause(tx, endpoint, 'failures');
  }

  /** Tells its owner, who may not be looking at the receiver. */
  private async pause(tx: Tx, { id, owner_id, mode }: EndpointRow, reason: PauseReason): Promise<void> {
    const now = this.clock.now();
    const set = { pause_reason: reason, paused_at: new Date(now) };
    if ((await this.endpoints.advance(tx, id, 'pause', now, set)) === null) return;
    await this.outbox.append(tx, { type: 'webhook_endpoint.paused', webhook_endpoint_id: id, owner_id, mode, reason });
  }
}
