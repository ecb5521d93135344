import type { DeliveryOutcome, EventType, Id, Mode, PAUSE_REASONS } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import type { DeliveryState } from './delivery.machine.js';
import type { EndpointState } from './endpoint.machine.js';

export type PauseReason = (typeof PAUSE_REASONS)[number];

export interface EndpointRow {
  readonly id: Id<'webhook_endpoint'>;
  readonly mode: Mode;
  readonly owner_id: string;
  readonly url: string;
  readonly description: string;
  readonly events: EventType[];
  readonly has_cards: boolean;
  readonly card_kind: 'photo' | 'video' | 'reading' | null;
  readonly card_cell: string | null;
  readonly state: EndpointState;
  readonly pause_reason: PauseReason | null;
  readonly paused_at: Instant | null;
  /** Counts from 1; each has a secret of its own. */
  readonly secret_number: number;
  readonly previous_secret_until: Instant | null;
  readonly failing_since: Instant | null;
  /** What comes after this place in the sequence of events was perhaps missed; null when nothing was. */
  readonly catch_up_events: bigint | null;
  readonly catch_up_cards: bigint | null;
  readonly created_at: Instant;
}

export interface DeliveryRow {
  readonly endpoint_id: Id<'webhook_endpoint'>;
  readonly message_id: string;
  readonly seq: bigint;
  readonly type: string;
  readonly body: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_outcome: DeliveryOutcome | null;
  readonly due_at: Instant;
  readonly give_up_at: Instant;
  /** When it happened, which a replay may be long after. */
  readonly occurred_at: Instant;
  readonly created_at: Instant;
}

/** What is sent, before it is known to whom. */
export interface Message {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly occurred_at: Instant;
}
