import type { Id, Mode, SubscriptionState } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';

/** How a saved feed's row looks. */
export interface FeedRow {
  id: Id<'feed'>;
  mode: Mode;
  owner_id: string;
  name: string;
  /** As it was given, in wire form. */
  query: Record<string, unknown>;
  /** Coarse cells it covers; null: everywhere. */
  cells: string[] | null;
  created_at: Instant;
}

/** How a subscription's row looks. Amounts are micros. */
export interface SubscriptionRow {
  id: Id<'subscription'>;
  mode: Mode;
  feed_id: Id<'feed'>;
  owner_id: string;
  state: SubscriptionState;
  deliver: 'cards' | 'bodies';
  cap_per_day: bigint | null;
  price_max: bigint | null;
  created_at: Instant;
}
