import { cellToParent } from 'h3-js';
import type { BountyTerms } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';

/** What a bounty looked like to whoever might have gone: all that the fill estimator knows of it. */
export interface Circumstances {
  readonly kind: BountyTerms['kind'];
  readonly provenance: BountyTerms['criteria']['provenance'];
  /** Coarse H3 cell (`CELL_RESOLUTION`) of the area's middle. */
  readonly cell: string;
  /** Degrees; local solar time follows from it. */
  readonly lng: number;
  /** Distinct contributors who filled something in that cell in the `SUPPLY_DAYS` before the bounty opened. */
  readonly supply: number;
  /** Median price, in micros, of what was filled around there in that time (`usualPrice`); null when nothing was filled anywhere. */
  readonly usual_price: bigint | null;
  readonly opened_at: Instant;
  readonly closes_at: Instant;
  /** Price of a slot at an instant, in micros. */
  priceAt(at: Instant): bigint;
}

/**
 * A stretch of time in which a bounty had a free slot, from the moment it had until the next reservation that led to an accepted capture
 * began (`filled`) or until something else ended the stretch (censored: cancelled, expired, suspended, slots all held).
 */
export interface Exposure extends Circumstances {
  readonly bounty_id: string;
  readonly from_at: Instant;
  readonly to_at: Instant;
  readonly filled: boolean;
  /** Accepted captures whose reservations began before this stretch. */
  readonly filled_before: number;
}

/** Edge about 8.5 km: within it a contributor may go, and it hides which street was asked about. */
export const CELL_RESOLUTION = 5;
/** Edge about 60 km: what a cell without a history of its own is taken to resemble first. */
const REGION_RESOLUTION = 3;
export const SUPPLY_DAYS = 30;

export const regionOf = (cell: string): string => cellToParent(cell, REGION_RESOLUTION);
