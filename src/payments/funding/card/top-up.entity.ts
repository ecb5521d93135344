import type { Id, Mode, ProblemCode, TopUpState } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../../kernel/clock.js';
import type { CardDisputeState } from './dispute.machine.js';
import type { RefundState } from './refund.machine.js';

/** How a top-up's row looks. Amounts are micros, whole cents. */
export interface TopUpRow {
  readonly id: Id<'top_up'>;
  readonly mode: Mode;
  readonly agent_id: Id<'agent'>;
  readonly amount: bigint;
  readonly state: TopUpState;
  readonly is_automatic: boolean;
  readonly payment_method: string;
  /** `pi_…` and `ch_…`; null until Stripe has told. */
  readonly payment_intent: string | null;
  readonly charge: string | null;
  readonly client_secret: string | null;
  readonly action_url: string | null;
  readonly failure: ProblemCode | null;
  readonly reason: string | null;
  /** What Stripe took for it; null until that is known. */
  readonly fee: bigint | null;
  readonly refunded: bigint;
  readonly created_at: Instant;
  /** Since when it is money that can be spent; with `charge` the tag of that money. */
  readonly succeeded_at: Instant | null;
}

/** Who bears what a bank took back, in micros. */
export interface Shares {
  readonly from_agent: bigint;
  readonly from_reserve: bigint;
  readonly from_losses: bigint;
}

export interface CardRefundRow {
  /** Also that of its effect at Stripe; of one made elsewhere, Stripe's own. */
  readonly id: string;
  readonly top_up_id: Id<'top_up'>;
  readonly amount: bigint;
  readonly state: RefundState;
  readonly cause: 'request' | 'fraud_warning' | 'elsewhere' | 'second_charge';
  /** `re_…`; null until Stripe has made it. */
  readonly refund: string | null;
  /** Who bore it when it was made elsewhere, or after all when it had counted as refused; null otherwise. */
  readonly from_agent: bigint | null;
  readonly from_reserve: bigint | null;
  readonly from_losses: bigint | null;
  readonly created_at: Instant;
}

export interface CardDisputeRow extends Shares {
  /** Stripe's. */
  readonly id: string;
  readonly mode: Mode;
  readonly top_up_id: Id<'top_up'>;
  readonly agent_id: Id<'agent'>;
  readonly amount: bigint;
  readonly state: CardDisputeState;
  /** What it has taken, given back and cost so far: each only grows. Who bears what is not back are its shares. */
  readonly taken: bigint;
  readonly returned: bigint;
  readonly fee: bigint;
}
