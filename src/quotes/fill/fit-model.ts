import { regionOf, type Exposure } from './circumstances.js';
import {
  circumstanceFeatures,
  COEFFICIENTS,
  filledBeforeFeature,
  logRelativePrice,
  priceFeatures,
  type Coefficient,
} from './features.js';
import { DRAWS, FILL_MODEL_VERSION, type FillModel } from './fill-model.js';
import { solveLower, solveUpper, type Lower } from './matrix.js';
import { piecesOf } from './pieces.js';
import { fitRate, type RateFit, type RateRow } from './rate-fit.js';
import { brief, seededNormals } from './seeded-normals.js';

/** A model of fewer says nothing: published in docs/quotes.md. */
export const BOUNTIES_MIN = 20;
const FILLS_MIN = 10;
/** Bounds on the work of one fit, in pieces of exposure and in places with an effect of their own; the newest and the busiest stay. */
const PIECES_MAX = 12_000;
const CELLS_MAX = 100;
const REGIONS_MAX = 30;
/** How much the log rates of places differ, before data; and what an estimate of it stays within. */
const SPREAD = { start: 0.7, min: 0.15, max: 2 };
const SPREAD_ROUNDS = 2;
const SEED = 20_261_121;

/**
 * Learns from exposures of one mode, newest first. Null when they are fewer than the published minimum: 20 closed bounties, 10 fills.
 *
 * Log rate of fills an hour = circumstances + price steps + slots filled before + what the cell and its region add. Places are partially
 * pooled: their effects have a common spread, itself estimated (empirical Bayes), so one with little history stays near its region.
 */
export function fitModel(exposures: readonly Exposure[]): FillModel | null {
  const used = withinBounds(exposures);
  const bounties = new Set(used.map(({ bounty_id }) => bounty_id)).size;
  const fills = used.filter(({ filled }) => filled).length;
  if (bounties < BOUNTIES_MIN || fills < FILLS_MIN) return null;
  const usual = medianPrice(used.filter(({ filled }) => filled));
  const places = placesOf(used);
  const rows = used.map((exposure) => rowsOf(exposure, usual, places));
  const { fit, spread } = fitPooled(rows.flat(), places);
  const dispersion = brief(overdispersion(used, rows, fit));
  return {
    version: FILL_MODEL_VERSION,
    bounties,
    fills,
    draws: draw(fit, Math.sqrt(dispersion)),
    spread,
    dispersion,
    usual_price_micros: brief(usual),
  };
}

/** Where the effect of each place stands among the coefficients. */
interface Places {
  readonly cells: ReadonlyMap<string, number>;
  readonly regions: ReadonlyMap<string, number>;
}

interface Spread {
  readonly cell: number;
  readonly region: number;
}

/** The newest of them, as far as one fit may take time. */
export function withinBounds(exposures: readonly Exposure[]): Exposure[] {
  let pieces = 0;
  return exposures.filter(({ from_at, to_at }) => (pieces += piecesOf(from_at, to_at).length) <= PIECES_MAX);
}

function placesOf(exposures: readonly Exposure[]): Places {
  const busiest = (names: string[], max: number): string[] => {
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, max)
      .map(([name]) => name);
  };
  const cells = busiest(
    exposures.map(({ cell }) => cell),
    CELLS_MAX,
  );
  const regions = busiest(
    exposures.map(({ cell }) => regionOf(cell)),
    REGIONS_MAX,
  );
  const from = COEFFICIENTS.length;
  return {
    cells: new Map(cells.map((cell, n) => [cell, from + n])),
    regions: new Map(regions.map((region, n) => [region, from + cells.length + n])),
  };
}

function coefficientsOf(places: Places, spread: Spread): Coefficient[] {
  const effect = (sd: number) => () => ({ mean: 0, sd });
  return [
    ...COEFFICIENTS,
    ...Array.from(places.cells, effect(spread.cell)),
    ...Array.from(places.regions, effect(spread.region)),
  ];
}

function medianPrice(fills: readonly Exposure[]): number {
  const prices = fills.map((fill) => Number(fill.priceAt(fill.to_at))).sort((a, b) => a - b);
  return prices[Math.floor(prices.length / 2)]!;
}

function rowsOf(exposure: Exposure, usual: number, places: Places): RateRow[] {
  const { from_at, to_at, cell } = exposure;
  const effects = [places.cells.get(cell), places.regions.get(regionOf(cell))].filter((at) => at !== undefined);
  const pieces = piecesOf(from_at, to_at);
  return pieces.map(({ middle, hours }, n) => {
    const logPrice = logRelativePrice(exposure, middle, usual);
    const dense = [
      ...circumstanceFeatures(exposure, middle),
      ...priceFeatures(logPrice),
      filledBeforeFeature(exposure.filled_before),
    ];
    const at = dense.map((_, j) => j).filter((j) => dense[j] !== 0);
    return {
      at: [...at, ...effects],
      values: [...at.map((j) => dense[j]!), ...effects.map(() => 1)],
      hours,
      filled: exposure.filled && n === pieces.length - 1,
    };
  });
}

/** Fits, and fits again with the spread that the places' effects then show. */
function fitPooled(rows: readonly RateRow[], places: Places): { fit: RateFit; spread: Spread } {
  let spread: Spread = { cell: SPREAD.start, region: SPREAD.start };
  let fit = fitRate(rows, coefficientsOf(places, spread));
  for (let round = 0; round < SPREAD_ROUNDS; round++) {
    const variances = variancesOf(fit.factor);
    const shown = (at: Iterable<number>): number => {
      const squares = Array.from(at, (j) => fit.coefficients[j]! ** 2 + variances[j]!);
      const sd = Math.sqrt(squares.reduce((sum, square) => sum + square, SPREAD.start ** 2) / (squares.length + 1));
      return Math.min(SPREAD.max, Math.max(SPREAD.min, sd));
    };
    spread = { cell: shown(places.cells.values()), region: shown(places.regions.values()) };
    fit = fitRate(rows, coefficientsOf(places, spread), fit.coefficients);
  }
  return { fit, spread };
}

function variancesOf(factor: Lower): number[] {
  return factor.map((_, j) => {
    const unit = new Float64Array(factor.length);
    unit[j] = 1;
    return solveLower(factor, unit).reduce((sum, value) => sum + value ** 2, 0);
  });
}

/**
 * How much more the fills of bounties vary about what was expected than if each came by itself: Pearson's statistic over bounties, never
 * below 1. Slots of one bounty share what nobody recorded, and intervals must be the wider for it.
 */
function overdispersion(exposures: readonly Exposure[], rows: readonly RateRow[][], fit: RateFit): number {
  const sums = new Map<string, { expected: number; filled: number }>();
  exposures.forEach(({ bounty_id, filled }, n) => {
    const sum = sums.get(bounty_id) ?? { expected: 0, filled: 0 };
    for (const { at, values, hours } of rows[n]!) {
      sum.expected += hours * Math.exp(at.reduce((log, j, a) => log + values[a]! * fit.coefficients[j]!, 0));
    }
    sums.set(bounty_id, { expected: sum.expected, filled: sum.filled + Number(filled) });
  });
  let [squares, expected] = [0, 0];
  for (const sum of sums.values()) {
    squares += (sum.filled - sum.expected) ** 2;
    expected += sum.expected;
  }
  return Math.max(1, squares / expected);
}

/** Draws of the coefficients that hold everywhere; those of places are for the newest record to say (`levelsOf`). */
function draw(fit: RateFit, widen: number): number[][] {
  const normal = seededNormals(SEED);
  return Array.from({ length: DRAWS }, () => {
    const deviation = solveUpper(
      fit.factor,
      fit.coefficients.map(() => widen * normal()),
    );
    return COEFFICIENTS.map(({ min = -Infinity }, j) => brief(Math.max(min, fit.coefficients[j]! + deviation[j]!)));
  });
}
