import { z } from 'zod';
import { formatAmount, positiveAmountSchema } from './money.js';
import { timeSchema, toWireTime } from './time.js';

const ramp = {
  start: positiveAmountSchema,
  cap: positiveAmountSchema,
  starts_at: timeSchema,
  ends_at: timeSchema,
};
const isRamp = (ramp: { start: bigint; cap: bigint; starts_at: number; ends_at: number }) =>
  ramp.cap >= ramp.start && ramp.ends_at > ramp.starts_at;
const RAMP = 'expected a price that does not fall: `cap` at least `start`, and `ends_at` after `starts_at`';

export const STEPS_MAX = 50;
const steps = z
  .array(z.strictObject({ at: timeSchema, amount: positiveAmountSchema }))
  .min(1)
  .max(STEPS_MAX)
  .refine(
    (steps) => steps.every(({ at, amount }, i) => i === 0 || (at > steps[i - 1]!.at && amount >= steps[i - 1]!.amount)),
    'expected steps in order of time, none lower than the one before',
  );

/** How the price of one slot moves: a function of time alone, that never falls and never passes its cap. */
export const priceScheduleSchema = z.discriminatedUnion('schedule', [
  z.strictObject({ schedule: z.literal('fixed'), amount: positiveAmountSchema }),
  z.strictObject({ schedule: z.literal('linear'), ...ramp }).refine(isRamp, RAMP),
  z.strictObject({ schedule: z.literal('exponential'), ...ramp }).refine(isRamp, RAMP),
  z
    .strictObject({ schedule: z.literal('steps'), steps, cap: positiveAmountSchema })
    .refine(({ steps, cap }) => steps.at(-1)!.amount <= cap, 'expected a `cap` that no step passes'),
]);
/** Amounts in micros, times in epoch milliseconds. */
export type PriceSchedule = z.output<typeof priceScheduleSchema>;

/** The most a slot can come to cost by this schedule, in micros: what is held for it. */
export function capOf(schedule: PriceSchedule): bigint {
  return schedule.schedule === 'fixed' ? schedule.amount : schedule.cap;
}

/** The least that a slot costs by it, in micros: its price before anything has moved. */
export function leastOf(schedule: PriceSchedule): bigint {
  return priceAt(schedule, Number.MIN_SAFE_INTEGER);
}

/**
 * The price of one slot at an instant, in micros, rounded down. Integers throughout, so every reader anywhere computes the same. Before a ramp
 * starts, or before the first step, it is the first price; after the end of a ramp it is the cap.
 */
export function priceAt(schedule: PriceSchedule, at: number): bigint {
  if (schedule.schedule === 'fixed') return schedule.amount;
  if (schedule.schedule === 'steps') {
    return (schedule.steps.findLast((step) => step.at <= at) ?? schedule.steps[0]!).amount;
  }
  const { start, cap, starts_at, ends_at } = schedule;
  if (at <= starts_at) return start;
  if (at >= ends_at) return cap;
  const [elapsed, whole] = [BigInt(Math.floor(at) - starts_at), BigInt(ends_at - starts_at)];
  if (schedule.schedule === 'linear') return start + ((cap - start) * elapsed) / whole;
  return (start * power((cap << SCALE) / start, (elapsed << EXPONENT_BITS) / whole)) >> SCALE;
}

/**
 * The first instant, in whole milliseconds, at which the price is `wanted` or more; null when it never is. For a price that is so from the
 * start, `-Infinity`.
 */
export function reachesAt(schedule: PriceSchedule, wanted: bigint): number | null {
  if (capOf(schedule) < wanted) return null;
  if (leastOf(schedule) >= wanted) return Number.NEGATIVE_INFINITY;
  if (schedule.schedule === 'fixed') return null;
  if (schedule.schedule === 'steps') return schedule.steps.find(({ amount }) => amount >= wanted)?.at ?? null;
  let [below, reached] = [schedule.starts_at, schedule.ends_at];
  while (reached - below > 1) {
    const middle = Math.floor((below + reached) / 2);
    if (priceAt(schedule, middle) >= wanted) reached = middle;
    else below = middle;
  }
  return reached;
}

/** A schedule as the wire carries it. */
export function scheduleToWire(schedule: PriceSchedule): Record<string, unknown> {
  if (schedule.schedule === 'fixed') return { schedule: 'fixed', amount: formatAmount(schedule.amount) };
  const cap = formatAmount(schedule.cap);
  if (schedule.schedule === 'steps') {
    const steps = schedule.steps.map(({ at, amount }) => ({ at: toWireTime(at), amount: formatAmount(amount) }));
    return { schedule: 'steps', steps, cap };
  }
  const { start, starts_at, ends_at } = schedule;
  const times = { starts_at: toWireTime(starts_at), ends_at: toWireTime(ends_at) };
  return { schedule: schedule.schedule, start: formatAmount(start), cap, ...times };
}

/** Binary places of a ratio of prices, and of the part of the ramp that has passed: a ramp has 65,536 prices. */
const SCALE = 96n;
const EXPONENT_BITS = 16n;

/** `ratio ^ (exponent / 2^16)` in fixed point: the product of the square roots, each of the one before, whose bit is set. */
function power(ratio: bigint, exponent: bigint): bigint {
  let [result, root] = [1n << SCALE, ratio];
  for (let bit = EXPONENT_BITS - 1n; bit >= 0n; bit -= 1n) {
    root = squareRoot(root << SCALE);
    if ((exponent >> bit) & 1n) result = (result * root) >> SCALE;
  }
  return result;
}

/** The integer square root, rounded down, by Newton's method from above. */
function squareRoot(value: bigint): bigint {
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
