import { regionOf, type Circumstances, type Exposure } from './circumstances.js';
import {
  circumstanceFeatures,
  expectedBeforePrice,
  FILLED_BEFORE_AT,
  logRelativePrice,
  priceFactor,
  priceFeatures,
} from './features.js';
import type { FillLevels, FillModel } from './fill-model.js';
import { fitModel, withinBounds } from './fit-model.js';
import { levelsOf, unseenLevel } from './levels.js';
import { piecesOf } from './pieces.js';
import { allFilled } from './waiting.js';

/** A bounty whose fills are asked about: from `opened_at` to `closes_at`, at the price it says. */
export interface FillCase extends Circumstances {
  readonly slots: number;
}

export interface FillEstimate {
  /** That every slot is filled by the deadline: that a reservation which leads to an accepted capture has begun for each. */
  readonly probability: number;
  /** The same of the first slot. */
  readonly first: number;
  /** Between these `probability` is with 90 %, as far as what is unknown of the rates goes. */
  readonly interval: readonly [low: number, high: number];
  /** How many fills, recorded in the very same circumstances, would tell the rate as exactly. */
  readonly sample_size: number;
  /** Whose history it rests on: of the cell, of the region around it, or of everywhere. */
  readonly basis: 'cell' | 'region' | 'everywhere';
}

/**
 * Price → probability of a fill, by what was recorded. Every answer is a mean over draws from what the coefficients may be; in each draw
 * the rate never falls when the price rises, so no answer does either.
 */
export class FillEstimator {
  constructor(
    readonly model: FillModel,
    readonly levels: FillLevels | null = null,
  ) {}

  /** Null when the exposures, newest first, are too few (`fitModel`). */
  static fit(exposures: readonly Exposure[]): FillEstimator | null {
    const model = fitModel(exposures);
    return model && new FillEstimator(model);
  }

  /** The same with the levels that a market's record, newest first, shows; it may be another market than it was fitted on. */
  at(record: readonly Exposure[]): FillEstimator {
    return new FillEstimator(this.model, levelsOf(this.model, withinBounds(record)));
  }

  /** The case at its own price. */
  estimate(of: FillCase): FillEstimate {
    return this.curveOf(of).at(1);
  }

  /** The case at multiples of its own price; what does not depend on the price is worked out once. */
  curveOf(of: FillCase): FillCurve {
    return new FillCurve(this.model, this.levels, of);
  }
}

export class FillCurve {
  /** Fills to be expected before price, by piece and draw. */
  private readonly bases: readonly (readonly number[])[];
  private readonly logPrices: readonly number[];
  private readonly basis: FillEstimate['basis'];

  constructor(
    private readonly model: FillModel,
    levels: FillLevels | null,
    private readonly of: FillCase,
  ) {
    const region = regionOf(of.cell);
    const ofCell = levels?.cells[of.cell];
    const ofRegion = levels?.regions[region];
    this.basis = ofCell ? 'cell' : ofRegion ? 'region' : 'everywhere';
    const level = product(
      levels?.market ?? unseenLevel(0, ''),
      ofRegion ?? unseenLevel(model.spread.region, region),
      ofCell ?? unseenLevel(model.spread.cell, of.cell),
    );
    const pieces = piecesOf(of.opened_at, of.closes_at);
    this.logPrices = pieces.map(({ middle }) => logRelativePrice(of, middle, model.usual_price_micros));
    this.bases = pieces.map(({ middle, hours }) => {
      const features = circumstanceFeatures(of, middle);
      return model.draws.map((draw, d) => level[d]! * expectedBeforePrice(features, hours, draw));
    });
  }

  at(multiple: number): FillEstimate {
    const expected = this.expectedAt(multiple);
    const all = expected.map((count, d) => allFilled(count, this.of.slots, this.model.draws[d]![FILLED_BEFORE_AT]!));
    const sorted = [...all].sort((a, b) => a - b);
    const interval = [quantile(sorted, 0.05), quantile(sorted, 0.95)] as const;
    return {
      // The mean of what is nearly nothing in nearly all draws can lie outside; held inside it still never falls with the price.
      probability: Math.min(interval[1], Math.max(interval[0], mean(all))),
      first: mean(expected.map((count) => -Math.expm1(-count))),
      interval,
      sample_size: 1 / variance(expected.map(Math.log)),
      basis: this.basis,
    };
  }

  /** Fills of the first slot to be expected over the whole time, by draw. */
  private expectedAt(multiple: number): number[] {
    const prices = this.logPrices.map((log) => priceFeatures(log + Math.log(multiple)));
    return this.model.draws.map((draw, d) =>
      prices.reduce((sum, steps, n) => sum + this.bases[n]![d]! * priceFactor(steps, draw), 0),
    );
  }
}

const product = (...factors: readonly number[][]): number[] =>
  factors[0]!.map((_, d) => factors.reduce((all, factor) => all * factor[d]!, 1));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - below);
}
