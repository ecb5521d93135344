import type { Area, BOUNTY_KINDS, Criteria, Mode, Point } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

/** Where policy is asked, in the order in which a bounty and its money pass. */
export const STAGES = ['quote', 'publish', 'reserve', 'capture', 'deposit', 'release', 'payout'] as const;
export type Stage = (typeof STAGES)[number];

/** The terms of a bounty as policy sees them. Title, instructions and criteria are strangers' text: matched, never obeyed, never repeated. */
export interface BountySubject {
  /** What the decision is stored under: the bounty, or for a quote its agent. */
  readonly id: string;
  readonly mode: Mode;
  readonly kind: (typeof BOUNTY_KINDS)[number];
  readonly title: string;
  readonly instructions: string;
  readonly purpose: string;
  readonly area: Area;
  /** Its labels, prompts and patterns are read like the instructions; left out only where no criteria exist. */
  readonly criteria?: Pick<Criteria, 'all'>;
  readonly window?: { readonly opens_at?: Instant; readonly closes_at: Instant };
  /** Cap of the price of one capture. */
  readonly price_micros: bigint;
}

export interface ReserveSubject extends BountySubject {
  readonly contributor: { readonly id: string; readonly adult_attested: boolean };
}

export interface CaptureSubject extends ReserveSubject {
  /** Where the capture says it was made; null or absent when it does not say. */
  readonly place?: Point | null;
}

/** Somebody who gives or receives money. */
export interface Party {
  readonly id: string;
  readonly name?: string | null;
  /** An address on a chain. */
  readonly wallet?: string | null;
}

export interface MoneySubject {
  /** The top-up, capture or payout that moves money. */
  readonly id: string;
  readonly mode: Mode;
  readonly parties: readonly Party[];
}

export interface SubjectOf {
  quote: BountySubject;
  publish: BountySubject;
  reserve: ReserveSubject;
  capture: CaptureSubject;
  deposit: MoneySubject;
  release: MoneySubject;
  payout: MoneySubject;
}

/** An area that an operator has switched off. */
export interface SuspendedArea {
  readonly id: string;
  readonly area: Area;
}

/** Everybody no money may go to or come from, as of one moment. */
export interface SanctionsList {
  readonly as_of: Instant;
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly wallets: readonly string[];
}

/** What policy knows about the world; `decide` reads nothing else. */
export interface PolicyFacts {
  readonly now: Instant;
  readonly suspended: readonly SuspendedArea[];
  /** null: no list is loaded, so live money is held. */
  readonly sanctions: SanctionsList | null;
}

/**
 * `refuse` is final. `hold` waits for an operator: after `deadline_s` it counts as refused; null when money is owed already, which stays
 * held for as long as it takes. `rule` is stable and published in docs/policy.md; `hint` is ours and never quotes the subject.
 */
export type PolicyDecision = { readonly pack_version: string } & (
  { readonly outcome: 'allow'; readonly rule: null; readonly hint: null } | Refusal | Hold
);

export interface Refusal {
  readonly outcome: 'refuse';
  readonly rule: string;
  readonly hint: string;
}

export interface Hold {
  readonly outcome: 'hold';
  readonly rule: string;
  readonly hint: string;
  readonly deadline_s: number | null;
}
