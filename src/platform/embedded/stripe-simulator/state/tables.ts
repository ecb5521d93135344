import type { Stripe } from 'stripe';
import type { CardBehaviour } from '../resources/test-cards.js';

/** What the simulator keeps, by table. Objects of the API are stored as they are answered, with ids in place of expanded objects. */
export interface Tables {
  customers: Stripe.Customer;
  payment_methods: Stripe.PaymentMethod;
  /** By id of payment method: what the card behind it does. */
  cards: CardFacts;
  setup_intents: Stripe.SetupIntent;
  payment_intents: Stripe.PaymentIntent;
  /** By id of payment intent: what was asked when it was confirmed. */
  confirmations: Confirmation;
  charges: Stripe.Charge;
  /** By id of charge: its balance transaction, which the charge does not name yet. */
  late_transactions: { readonly transaction: string };
  refunds: Stripe.Refund;
  disputes: Stripe.Dispute;
  early_fraud_warnings: Stripe.Radar.EarlyFraudWarning;
  accounts: Stripe.V2.Core.Account;
  /** By id of account: what the API does not show. */
  account_facts: AccountFacts;
  transfers: Stripe.Transfer;
  payouts: Stripe.Payout;
  balance_transactions: Stripe.BalanceTransaction;
  /** By id of balance transaction: those not yet available. */
  unsettled: { readonly available_on: number };
  /** By id of balance transaction: the automatic payout that took it. */
  paid_out_in: { readonly payout: string };
  /** By owner. */
  balances: Totals;
  events: Stripe.Event;
  thin_events: ThinEvent;
  /** Still to be sent. */
  deliveries: Delivery;
  /** Delivered, lost or given up. */
  finished_deliveries: Delivery;
  idempotency: KeptAnswer;
  settings: { readonly value: string };
  counters: { readonly count: number };
}

export interface CardFacts {
  readonly behaviour: CardBehaviour;
  /** True after a first use without a customer: Stripe lets such a method be used once. */
  readonly spent: boolean;
}

export interface Confirmation {
  readonly off_session: boolean;
  readonly return_url: string | null;
  readonly behaviour: CardBehaviour;
  readonly payment_method: string;
}

export interface AccountFacts {
  readonly payout_schedule: 'daily' | 'manual';
  /** Seconds since 1970 before which no automatic payout is made. */
  readonly next_payout_at: number;
  /** Null until the account has a bank account. */
  readonly bank_account: string | null;
  /** True after a payout failed, until the bank account is replaced. */
  readonly payouts_paused: boolean;
  /** Month, `2026-11`, for which the active-account fee was taken. Null: never. */
  readonly active_month: string | null;
  /** What its balance is counted in; `usd` when absent. */
  readonly currency?: string;
  /** Stripe has taken money from it, so its balance may be below zero. */
  readonly was_debited?: boolean;
}

/** Cents. */
export interface Totals {
  readonly available: number;
  readonly pending: number;
}

/** As fetched; what is sent lacks `data`. */
export interface ThinEvent {
  readonly id: string;
  readonly object: 'v2.core.event';
  readonly type: string;
  readonly created: string;
  readonly livemode: false;
  readonly related_object: { readonly id: string; readonly type: string; readonly url: string };
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly type: string;
  readonly thin: boolean;
  readonly state: 'waiting' | 'delivered' | 'given_up' | 'lost';
  readonly attempts: number;
  /** Milliseconds since 1970 before which it is not sent by itself. */
  readonly next_at: number;
  /** Status of the last attempt; 0 when nobody answered; null before the first. */
  readonly last_status: number | null;
}

export interface KeptAnswer {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly request_id: string;
  /** Milliseconds since 1970 after which the key is free again. */
  readonly expires_at: number;
}
