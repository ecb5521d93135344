import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { onCommit, UnitOfWork, type Tx } from '../../platform/database/index.js';
import type { OutboxRelay } from '../../platform/outbox/index.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import { fundersOf, isFunder } from '../observations/observation.funders.js';
import { cardOf } from '../observations/observation.view.js';
import { ObservationsRepository } from '../observations/observations.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { Message } from './webhook.entity.js';
import { cardMessage, eventMessage, type HappenedEvent } from './webhook.messages.js';
import { WebhookBell, WebhookTerm } from './webhook.term.js';

/** Makes the deliveries of what happens, for every active endpoint that asks for it. */
@Injectable()
export class WebhookFanOut {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly observations: ObservationsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly term: WebhookTerm,
    private readonly bell: WebhookBell,
  ) {}

  subscribe(relay: OutboxRelay): void {
    // A card is seen first by its funders, then, when the exclusive period is over, by everybody.
    for (const type of ['observation.published', 'observation.released'])
      relay.on(type, (event) => this.card(String(event.observation_id)));
  }

  /** In the transaction that writes the event, so that none is in the one place and not in the other. */
  async event(tx: Tx, event: HappenedEvent, to: { readonly mode: Mode; readonly audience: readonly string[] }) {
    const message = { ...eventMessage(event), type: event.type };
    const made = await this.deliveries.insertForEvent(tx, message, to, this.term.fromNow());
    if (made > 0) onCommit(tx, () => this.bell.call());
  }

  /** Repeatable: an endpoint is sent a card once. */
  private async card(observationId: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await this.observations.get(tx, observationId);
      if (!row) return;
      const audience = {
        mode: row.mode,
        kind: row.kind,
        cell: row.coarse_cell,
        funders: fundersOf(row),
        is_public: row.public_seq !== null,
      };
      const cards = { ofFunder: cardMessageFor(row, row.funder_id), ofOthers: cardMessageFor(row, '') };
      const made = await this.deliveries.insertForCard(tx, cards, audience, this.term.fromNow());
      if (made > 0) onCommit(tx, () => this.bell.call());
    });
  }
}

/** Dated by when this viewer first could see it. */
export function cardMessageFor(row: ObservationRow, viewerId: string): Message {
  const at = isFunder(row, viewerId) ? row.published_at : row.public_at;
  return cardMessage(cardOf(row, viewerId), at ?? row.created_at);
}
