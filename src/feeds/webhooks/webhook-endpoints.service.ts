import { Inject, Injectable } from '@nestjs/common';
import type { WebhookEndpoint, WebhookEndpointSecret } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { DomainError, found } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Answer, type Command, type Tx } from '../../platform/database/index.js';
import type { BodyOf } from '../../platform/http/serves.js';
import { EndpointsRepository, type EndpointTerms } from './endpoints.repository.js';
import type { EndpointRow } from './webhook.entity.js';
import { WebhookUrls } from './webhook.urls.js';
import { WebhookSecrets } from './webhook.secrets.js';
import { WebhookBell } from './webhook.term.js';
import { endpointView } from './webhook.view.js';

/** After a rotation the secret before signs as well, for this long. */
const BOTH_SECRETS_S = 24 * 3_600;
/** What was being written when an endpoint was paused may be dated a little earlier. */
const OVERLAP_S = 60;

/** Endpoints as their owners keep them. */
@Injectable()
export class WebhookEndpointsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: EndpointsRepository,
    private readonly urls: WebhookUrls,
    private readonly secrets: WebhookSecrets,
    private readonly bell: WebhookBell,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Makes one, active. Refuses with `webhook_url_refused` or `webhook_endpoint_limit`. */
  async create(command: Command, caller: Principal, body: BodyOf<'create_webhook_endpoint'>) {
    const answer = await this.unitOfWork.once(command, async (tx) => {
      this.urls.check(caller.mode, body.url);
      const limit = this.config.WEBHOOK_ENDPOINTS_MAX;
      if ((await this.endpoints.count(tx, caller.id)) >= limit)
        throw new DomainError('webhook_endpoint_limit', `${caller.id} has ${limit} endpoints already`, { limit });
      const now = this.clock.now();
      const row = await this.endpoints.insert(tx, {
        id: mintId('webhook_endpoint'),
        mode: caller.mode,
        owner_id: caller.id,
        ...termsOf(body),
        created_at: now,
      });
      return { view: endpointView(row, now), number: row.secret_number };
    });
    return this.withSecret(answer);
  }

  async list(caller: Principal): Promise<{ data: WebhookEndpoint[] }> {
    const rows = await this.unitOfWork.run((tx) => this.endpoints.list(tx, caller.id));
    return { data: rows.map((row) => endpointView(row, this.clock.now())) };
  }

  async get(caller: Principal, id: string): Promise<WebhookEndpoint> {
    return this.unitOfWork.run(async (tx) =>
      endpointView(ownedBy(caller, await this.endpoints.get(tx, id), id), this.clock.now()),
    );
  }

  /** Changes what is named. Resuming makes up for what happened since the pause. Repeatable. */
  async change(caller: Principal, id: string, body: BodyOf<'change_webhook_endpoint'>): Promise<WebhookEndpoint> {
    return this.unitOfWork.run(async (tx) => {
      const row = ownedBy(caller, await this.endpoints.lock(tx, id), id);
      if (body.url !== undefined) this.urls.check(caller.mode, body.url);
      await this.endpoints.change(tx, id, { ...row, ...changesOf(body) });
      if (body.state !== undefined) await this.turn(tx, row, body.state);
      return endpointView((await this.endpoints.get(tx, id))!, this.clock.now());
    });
  }

  async remove(caller: Principal, id: string): Promise<{ id: string }> {
    return this.unitOfWork.run(async (tx) => {
      ownedBy(caller, await this.endpoints.lock(tx, id), id);
      const rest = { pause_reason: null, paused_at: null };
      await this.endpoints.advance(tx, id, 'delete', this.clock.now(), rest);
      return { id };
    });
  }

  /** A new secret. Rotated twice within the hours of the first time, only the last two count. */
  async rotate(command: Command, caller: Principal, id: string) {
    const answer = await this.unitOfWork.once(command, async (tx) => {
      ownedBy(caller, await this.endpoints.lock(tx, id), id);
      const now = this.clock.now();
      const row = await this.endpoints.rotate(tx, id, now + seconds(BOTH_SECRETS_S));
      return { view: endpointView(row, now), number: row.secret_number };
    });
    return this.withSecret(answer);
  }

  private async turn(tx: Tx, row: EndpointRow, to: 'active' | 'paused'): Promise<void> {
    const now = this.clock.now();
    if (to === row.state) return;
    if (to === 'paused') {
      await this.endpoints.advance(tx, row.id, 'pause', now, { pause_reason: 'owner', paused_at: new Date(now) });
      return;
    }
    const fresh = { pause_reason: null, paused_at: null, failing_since: null };
    await this.endpoints.advance(tx, row.id, 'resume', now, fresh);
    await this.endpoints.catchUpFrom(tx, row, row.paused_at! - seconds(OVERLAP_S));
    this.bell.call();
  }

  /** Secrets are no part of what is stored of an answer: the same one follows again for the same request. */
  private withSecret({
    result: { view, number },
    replayed,
  }: Answer<{ view: WebhookEndpoint; number: number }>): Answer<WebhookEndpointSecret> {
    return { result: { ...view, secret: this.secrets.secretOf(view.id, number) }, replayed };
  }
}

/** Another's is not there. */
export function ownedBy(caller: Principal, row: EndpointRow | null, id: string): EndpointRow {
  return found(row?.owner_id === caller.id ? row : null, id);
}

function termsOf({ url, description, events, cards }: BodyOf<'create_webhook_endpoint'>): EndpointTerms {
  return { url, description, events: [...new Set(events)], ...cardTerms(cards) };
}

function changesOf({ url, description, events, cards }: BodyOf<'change_webhook_endpoint'>): Partial<EndpointTerms> {
  return {
    ...(url !== undefined && { url }),
    ...(description !== undefined && { description }),
    ...(events !== undefined && { events: [...new Set(events)] }),
    ...(cards !== undefined && cardTerms(cards)),
  };
}

function cardTerms(cards: BodyOf<'create_webhook_endpoint'>['cards']) {
  return { has_cards: cards !== null, card_kind: cards?.kind ?? null, card_cell: cards?.cell ?? null };
}
