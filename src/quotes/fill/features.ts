import type { Instant } from '../../kernel/clock.js';
import type { Circumstances } from './circumstances.js';
import { hoursBetween } from './pieces.js';

/** A coefficient of the log rate: what it is taken for before any data, how sure that is, and the range it never leaves. */
export interface Coefficient {
  readonly mean: number;
  readonly sd: number;
  readonly min?: number;
}

/**
 * Steps of the price's effect, in natural logs of the price over the usual one. Between two of them the log rate rises by a slope of its
 * own, never falls; above the last it rises no more, since nothing dearer was seen often enough to promise that it helps.
 */
const PRICE_KNOTS = [-4, -0.75, -0.3, 0, 0.3, 0.75, 1.5];

/** The log rate of fills an hour, before price: what `circumstanceFeatures` answers, in this order. */
const CIRCUMSTANCES: readonly Coefficient[] = [
  { mean: Math.log(0.05), sd: 3 }, // level
  { mean: 0.5, sd: 0.15 }, // supply
  { mean: 0, sd: 1 }, // a film
  { mean: 0, sd: 1 }, // a reading
  { mean: 0, sd: 1 }, // a signed capture, or more
  { mean: 0, sd: 1 }, // an attested one
  { mean: 0, sd: 1 }, // hour of day, once and twice a day
  { mean: 0, sd: 1 },
  { mean: 0, sd: 0.5 },
  { mean: 0, sd: 0.5 },
  { mean: 0, sd: 0.5 }, // weekend
  { mean: 0, sd: 0.5 }, // hours since it opened
  { mean: 0, sd: 0.5 }, // hours until it closes
];
const PRICES: readonly Coefficient[] = PRICE_KNOTS.slice(1).map(() => ({ mean: 1, sd: 1.5, min: 0 }));
const FILLED_BEFORE: Coefficient = { mean: 0, sd: 0.5, min: -1 };

/** All coefficients: circumstances, then price, then how many slots were filled before. */
export const COEFFICIENTS: readonly Coefficient[] = [...CIRCUMSTANCES, ...PRICES, FILLED_BEFORE];
const PRICE_AT = CIRCUMSTANCES.length;
export const FILLED_BEFORE_AT = PRICE_AT + PRICES.length;

/** All that the rate depends on at an instant, except price and slots. */
export function circumstanceFeatures(of: Circumstances, at: Instant): number[] {
  const hour = solarHour(at, of.lng);
  const turn = (2 * Math.PI * hour) / 24;
  return [
    1,
    Math.log1p(of.supply),
    Number(of.kind === 'video'),
    Number(of.kind === 'reading'),
    Number(of.provenance === 'signed' || of.provenance === 'attested'),
    Number(of.provenance === 'attested'),
    Math.cos(turn),
    Math.sin(turn),
    Math.cos(2 * turn),
    Math.sin(2 * turn),
    Number(isWeekend(at, of.lng)),
    Math.log1p(hoursBetween(of.opened_at, at)),
    Math.log1p(hoursBetween(at, of.closes_at)),
  ];
}

/** The price at an instant over the usual one there, as a natural log; `fallback` is micros, for a place where none is known. */
export function logRelativePrice(of: Circumstances, at: Instant, fallback: number): number {
  return Math.log(Number(of.priceAt(at)) / (of.usual_price === null ? fallback : Number(of.usual_price)));
}

/** How far a price has come along each step; none of them falls when the price rises. */
export function priceFeatures(logRelativePrice: number): number[] {
  return PRICES.map((_, n) => {
    const [from, to] = [PRICE_KNOTS[n]!, PRICE_KNOTS[n + 1]!];
    return Math.min(Math.max(logRelativePrice - from, 0), to - from);
  });
}

export const filledBeforeFeature = (count: number): number => Math.log1p(count);

const HOUR_MS = 3_600_000;
const MS_PER_DEGREE = (24 * HOUR_MS) / 360;

function solarHour(at: Instant, lng: number): number {
  const hours = ((at + lng * MS_PER_DEGREE) / HOUR_MS) % 24;
  return (hours + 24) % 24;
}

function isWeekend(at: Instant, lng: number): boolean {
  const day = new Date(at + lng * MS_PER_DEGREE).getUTCDay();
  return day === 0 || day === 6;
}

/** Hours times rate before price, of one draw over one piece of time. */
export function expectedBeforePrice(features: readonly number[], hours: number, draw: readonly number[]): number {
  let log = 0;
  for (let j = 0; j < features.length; j++) log += features[j]! * draw[j]!;
  return hours * Math.exp(log);
}

/** By how much a price multiplies the rate, in one draw: rises with the price. */
export function priceFactor(steps: readonly number[], draw: readonly number[]): number {
  let log = 0;
  for (let j = 0; j < steps.length; j++) log += steps[j]! * draw[PRICE_AT + j]!;
  return Math.exp(log);
}
