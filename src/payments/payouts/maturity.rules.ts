import { seconds, type Instant } from '../../kernel/clock.js';

/** Money that came into the balance of a requester from outside: one charge of a card. */
export interface Lot {
  /** When the card was charged. */
  readonly charged_at: Instant;
  /** When it became spendable; never before it was charged. */
  readonly credited_at: Instant;
  /** It came from somebody else’s balance, a share of a read for instance: whose card paid is not asked, so it counts as somebody’s new. */
  readonly from_others?: boolean;
  /** It went back to its card, some of it or all, or is disputed: it shows nothing of how long its requester has been known. */
  readonly is_taken_back?: boolean;
}

/** Seconds. `new_s` ≥ `known_s`. */
export interface Maturity {
  /** From the charge until what it paid for may leave. */
  readonly known_s: number;
  /** The same for a charge of a requester that is new. */
  readonly new_s: number;
  /** How long after the first charge that was kept a requester is new. */
  readonly new_for_s: number;
}

/**
 * When what a requester spent at `spent_at` is old enough to leave: as if the youngest money it had then had paid for it. Never earlier than by
 * any other way of saying which charge paid, so a requester cannot age a stolen card by keeping some old money. Spending that no charge
 * explains counts as charged when it was spent, by somebody new.
 */
export function maturesAt(lots: readonly Lot[], spent_at: Instant, maturity: Maturity): Instant {
  const had = lots.filter(({ credited_at }) => credited_at <= spent_at);
  if (had.length === 0) return spent_at + seconds(maturity.new_s);
  const own = lots.filter(({ from_others, is_taken_back }) => !from_others && !is_taken_back);
  const first = Math.min(...own.map(({ charged_at }) => charged_at));
  return Math.max(...had.map((lot) => lot.charged_at + seconds(windowOf(lot, first, maturity))));
}

/** The time after a charge until what it paid for may leave, in seconds. */
export function windowOf({ charged_at, from_others }: Lot, first_charged_at: Instant, maturity: Maturity): number {
  return from_others || charged_at - first_charged_at < seconds(maturity.new_for_s) ? maturity.new_s : maturity.known_s;
}
