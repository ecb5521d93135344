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
  /** Who asks for it. Left out, nothing links it to other bounties. */
  readonly requester_id?: string;
  readonly kind: (typeof BOUNTY_KINDS)[number];
  readonly title: string;
  readonly instructions: string;
  readonly purpose: string;
  readonly area: Area;
  /** Its labels, prompts and patterns are read like the instructions; left out only where no criteria exist. */
  readonly criteria?: Pick<Criteria, 'all'>;
  readonly window?: { readonly opens_at?: Instant; readonly closes_at: Instant };
  /** Cap of the price of one slot, never the price of the moment: a rising price ends there. */
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
  /** Limits that the caller can keep to, by name, as the wire writes them: `price_max`, `notice_s_min`. */
  readonly limits?: Readonly<Record<string, string | number>>;
}

export interface Hold {
  readonly outcome: 'hold';
  readonly rule: string;
  readonly hint: string;
  readonly deadline_s: number | null;
  /** What in particular an operator has to look at; part of what the answer is for. Ours, never the subject's words. */
  readonly about?: string;
  /** Left out: yes. No: only the world can answer, by a fresh list or a name. */
  readonly is_reviewable?: false;
}
