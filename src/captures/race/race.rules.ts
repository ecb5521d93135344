/** Captures that may wait or be looked at for each slot that is still to be won. */
const UNDECIDED_PER_SLOT = 2;

/** Slots of a race, as far as they are used. */
export interface RaceSlots {
  readonly quantity: number;
  /** Captures accepted so far, paid or not. */
  readonly accepted: number;
  /** Captures being verified or in review, each with a slot of its own. */
  readonly judged: number;
}

/** How many may wait in line: at most twice the slots still to be won are undecided, those that are looked at included. */
export function lineMax({ quantity, accepted, judged }: RaceSlots): number {
  return Math.max(0, UNDECIDED_PER_SLOT * (quantity - accepted) - judged);
}
