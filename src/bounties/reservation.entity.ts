import type { Currency, Id, Mode, ReservationState } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../kernel/clock.js';

/** How a reservation's row looks: price and fee are fixed here, in micros, whatever the bounty does later. */
export interface ReservationRow {
  id: Id<'reservation'>;
  mode: Mode;
  bounty_id: Id<'bounty'>;
  contributor_id: Id<'contributor'>;
  state: ReservationState;
  price: bigint;
  fee: bigint;
  currency: Currency;
  nonce: string;
  code: string;
  issued_at: Instant;
  lapses_at: Instant;
  release_reason: string | null;
  late: boolean;
  ended_at: Instant | null;
  /** Where a bounty on chain pays; null on the balance rail. */
  payout_to: Hex | null;
  /** The wallet that the Distributor then owes it to; null when `payout_to` is a wallet. */
  payout_for: Hex | null;
  /** False in a race: its capture takes a slot when it is looked at. */
  holds_slot: boolean;
  /** When the first seal of a race fixed its price; null before that, and where a slot is held. */
  priced_at: Instant | null;
}
