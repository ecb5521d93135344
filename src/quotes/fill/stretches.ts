import type { Instant } from '../../kernel/clock.js';

/** A reservation as far as a slot is concerned. */
export interface Hold {
  readonly from: Instant;
  /** When the slot was free again; null when it never was, because the capture was accepted or is not decided. */
  readonly to: Instant | null;
  /** Whether its capture was accepted. */
  readonly filled: boolean;
}

export interface SlotHistory {
  readonly slots: number;
  /** When it took work: each from and to, in order. Suspensions lie between. */
  readonly open: readonly { readonly from: Instant; readonly to: Instant }[];
  readonly holds: readonly Hold[];
  /** Instants at which its terms were changed: no stretch goes across one. */
  readonly cuts: readonly Instant[];
}

export interface Stretch {
  readonly from_at: Instant;
  readonly to_at: Instant;
  readonly filled: boolean;
  readonly filled_before: number;
  /** For how long before it all slots were taken, in milliseconds: so much the clock of a rising price is behind. */
  readonly behind_ms: number;
}

/**
 * The stretches in which a free slot waited for the next fill. Each ends when a reservation begins whose capture was accepted; or when
 * no slot is free, the bounty takes no work, or its terms change, and then nothing is known but that nobody came. No stretch is empty.
 */
export function stretchesOf(history: SlotHistory): Stretch[] {
  const stretches: Stretch[] = [];
  let at = Number.NEGATIVE_INFINITY;
  let [free, open, filled_before, behind_ms] = [history.slots, 0, 0, 0];
  let from_at: Instant | null = null;
  for (const change of changesOf(history)) {
    if (free <= 0 && Number.isFinite(at)) behind_ms += change.at - at;
    at = change.at;
    const filled = change.filled ?? false;
    free += change.free ?? 0;
    open += change.open ?? 0;
    const waits = open > 0 && free > 0;
    if (from_at !== null && (filled || change.cut || !waits)) {
      if (at > from_at) stretches.push({ from_at, to_at: at, filled, filled_before, behind_ms });
      from_at = null;
    }
    if (filled) filled_before++;
    if (waits) from_at ??= at;
  }
  return stretches;
}

interface Change {
  readonly at: Instant;
  readonly free?: number;
  readonly open?: number;
  readonly filled?: boolean;
  readonly cut?: boolean;
}

/** In order of time; at one instant slots are freed before they are taken, and terms change before anyone reserves by them. */
function changesOf({ open, holds, cuts }: SlotHistory): Change[] {
  const changes: Change[] = [
    ...open.flatMap(({ from, to }) => [
      { at: from, open: 1 },
      { at: to, open: -1 },
    ]),
    ...cuts.map((at) => ({ at, cut: true })),
    ...holds.flatMap(({ to }) => (to === null ? [] : [{ at: to, free: 1 }])),
    ...holds.map(({ from, filled }) => ({ at: from, free: -1, filled })),
  ];
  return changes.sort((a, b) => a.at - b.at);
}
