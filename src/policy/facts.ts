import type { Area, Point } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

/** What policy knows about the world; `decide` reads nothing else. Nothing in it changes once it is given. */
export interface PolicyFacts {
  readonly now: Instant;
  readonly suspended: readonly SuspendedArea[];
  /** null: no list is loaded, so live money is held. */
  readonly sanctions: SanctionsList | null;
  readonly places: SensitivePlaces;
  /** What the same requester, or one linked to it, asked for before; not what is judged now. Empty where nothing is asked for. */
  readonly linked: readonly LinkedBounty[];
  /** What operators have answered about this subject under this pack. */
  readonly reviews: readonly Review[];
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

/** Places where a camera harms somebody, from one dated file. */
export interface SensitivePlaces {
  /** Names the file's content; stored with each decision. */
  readonly version: string;
  /** Places whose outline lies within `reach_m` metres of the area. Their own category may reach less far. */
  near(area: Area, reach_m: number): readonly SensitivePlace[];
}

export interface SensitivePlace {
  readonly category: string;
  readonly area: Area;
}

/** A bounty as linkage remembers it. */
export interface LinkedBounty extends Point {
  readonly bounty_id: string;
  /** From the middle of its area to the furthest point, in metres. */
  readonly extent_m: number;
  readonly kind: string;
  readonly title: string;
  readonly instructions: string;
  readonly opens_at: Instant;
  readonly closes_at: Instant;
  readonly posted_at: Instant;
  /** Cap of the price of one slot. */
  readonly price_micros: bigint;
  /** Hazard classes it was in, by rule id. */
  readonly hazards: readonly string[];
}

/** An operator's answer to a hold, or the refusal that silence became. `about` as in the hold. */
export interface Review {
  readonly rule: string;
  readonly about: string;
  readonly answer: 'allow' | 'refuse';
}
