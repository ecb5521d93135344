import type { Currency, Id, InvitationState, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

/** How an invitation's row looks: an offer and a bounty that met, until the contributor says yes or no. */
export interface InvitationRow {
  id: Id<'invitation'>;
  mode: Mode;
  offer_id: Id<'offer'>;
  bounty_id: Id<'bounty'>;
  contributor_id: Id<'contributor'>;
  state: InvitationState;
  /** Micros: the bounty's price when they met. */
  price: bigint;
  currency: Currency;
  /** Reserved without asking. */
  automatic: boolean;
  /** Code of the refusal that ended an automatic confirmation. */
  refusal: string | null;
  reservation_id: Id<'reservation'> | null;
  expires_at: Instant;
  created_at: Instant;
  ended_at: Instant | null;
}
