import { quantityOf, type ReadingCriterion } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import type { Dice } from './dice.js';

/** Half of the spread that any two neighbours are granted, so that simulated ones never contradict each other. */
const SPREAD_SHARE = 0.5;
/** How far outside an invented value lies, as a share of the range asked for. */
const OUTSIDE_SHARE = 0.5;
const DECIMALS = 1e4;

type Asked = ReadingCriterion['reading'];

/** What an instrument could have measured there: near the middle of what is asked for and can be, in the unit asked for. */
export function valueWithin(asked: Asked, dice: Dice): number {
  const { low, high, spread } = plausible(asked);
  const [min, max] = [Math.max(asked.min, low), Math.min(asked.max, high)];
  const off = Math.min(spread * SPREAD_SHARE, (max - min) / 2);
  return rounded((min + max) / 2 + (dice.next() - 0.5) * off, min, max);
}

/** A value that nobody asked for. */
export function valueOutside({ min, max }: Asked): number {
  return max + Math.max(1, (max - min) * OUTSIDE_SHARE);
}

/** What is believable, in the unit asked for. */
function plausible({ quantity_kind, unit }: Asked) {
  const quantity = quantityOf(quantity_kind);
  const scale = quantity?.units[unit];
  assert(quantity && scale, 'a bounty asks for a quantity and a unit of the table');
  const ends = [quantity.plausible.min, quantity.plausible.max].map((end) => (end - scale.offset) / scale.factor);
  return { low: ends[0]!, high: ends[1]!, spread: quantity.neighbour_spread_min / scale.factor };
}

/** Few decimals, as instruments show them, unless the range is narrower than that. */
function rounded(value: number, min: number, max: number): number {
  const short = Math.round(value * DECIMALS) / DECIMALS;
  return short >= min && short <= max ? short : value;
}
