import { regionOf, type Exposure } from './circumstances.js';
import {
  circumstanceFeatures,
  expectedBeforePrice,
  FILLED_BEFORE_AT,
  filledBeforeFeature,
  logRelativePrice,
  priceFactor,
  priceFeatures,
} from './features.js';
import { DRAWS, type FillLevels, type FillModel } from './fill-model.js';
import { piecesOf } from './pieces.js';
import { brief, seededNormals } from './seeded-normals.js';

/** How much the log rates of two whole markets with the same coefficients may differ: a standard deviation. */
const MARKET_SPREAD = 1;
const SEED = 7_641_003;

/**
 * What the record of a market says of its level, its regions' and its cells', beyond what the model expects: each is drawn towards the one
 * around it, the less the more was recorded there (a gamma prior of mean 1 on a Poisson rate). The record is the market's newest; the model may
 * have been learnt from another one.
 */
export function levelsOf(model: FillModel, record: readonly Exposure[]): FillLevels {
  const [market, regions, cells] = [newSum(), new Map<string, Sum>(), new Map<string, Sum>()];
  for (const exposure of record) {
    const expected = expectedFills(model, exposure);
    const region = regionOf(exposure.cell);
    const sums = [market, sumOf(regions, region), sumOf(cells, exposure.cell)];
    for (const sum of sums) {
      sum.filled += Number(exposure.filled);
      expected.forEach((count, d) => (sum.expected[d]! += count));
    }
  }
  const ofMarket = levelOf(market, MARKET_SPREAD, model.dispersion, ones(), 0);
  const ofRegions = new Map<string, number[]>();
  for (const [region, sum] of regions)
    ofRegions.set(region, levelOf(sum, model.spread.region, model.dispersion, ofMarket, seedOf(region)));
  const ofCells = new Map<string, number[]>();
  for (const [cell, sum] of cells) {
    const around = ofRegions.get(regionOf(cell))!.map((level, d) => level * ofMarket[d]!);
    ofCells.set(cell, levelOf(sum, model.spread.cell, model.dispersion, around, seedOf(cell)));
  }
  return { market: ofMarket, regions: Object.fromEntries(ofRegions), cells: Object.fromEntries(ofCells) };
}

/** Levels of a place of which nothing is recorded: as far from 1 as places are. */
export function unseenLevel(spread: number, place: string): number[] {
  const normal = seededNormals(SEED ^ seedOf(place));
  return ones().map(() => Math.exp(spread * normal()));
}

interface Sum {
  filled: number;
  readonly expected: number[];
}

const ones = (): number[] => Array<number>(DRAWS).fill(1);
const newSum = (): Sum => ({ filled: 0, expected: Array<number>(DRAWS).fill(0) });

function sumOf(sums: Map<string, Sum>, place: string): Sum {
  const sum = sums.get(place) ?? newSum();
  sums.set(place, sum);
  return sum;
}

function levelOf(sum: Sum, spread: number, dispersion: number, around: readonly number[], seed: number): number[] {
  const prior = 1 / spread ** 2;
  // Fills that come in clumps tell less than their number.
  const filled = sum.filled / dispersion;
  const normal = seededNormals(SEED ^ seed);
  return sum.expected.map((expected, d) => {
    const mode = (prior + filled) / (prior + (expected * around[d]!) / dispersion);
    return brief(mode * Math.exp(normal() / Math.sqrt(prior + filled)));
  });
}

/** A number that is the same for a place everywhere, so that its draws are. */
function seedOf(place: string): number {
  let hash = 2_166_136_261;
  for (const letter of place) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619);
  return hash >>> 0;
}

/** Fills that the model alone expects of a stretch, by draw. */
function expectedFills(model: FillModel, exposure: Exposure): number[] {
  const pieces = piecesOf(exposure.from_at, exposure.to_at).map(({ middle, hours }) => ({
    hours,
    features: circumstanceFeatures(exposure, middle),
    steps: priceFeatures(logRelativePrice(exposure, middle, model.usual_price_micros)),
  }));
  const before = filledBeforeFeature(exposure.filled_before);
  return model.draws.map((draw) => {
    const momentum = Math.exp(before * draw[FILLED_BEFORE_AT]!);
    let sum = 0;
    for (const { hours, features, steps } of pieces)
      sum += expectedBeforePrice(features, hours, draw) * priceFactor(steps, draw) * momentum;
    return sum;
  });
}
