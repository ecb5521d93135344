import { Injectable } from '@nestjs/common';
import { capOf, formatAmount, priceAt, toWireTime, type Mode, type Quote } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import { cellOf } from '../kernel/geo.js';
import { placeOf } from '../bounties/index.js';
import type { Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { CELL_RESOLUTION } from './fill/circumstances.js';
import type { FillCase, FillCurve, FillEstimator } from './fill/fill-estimator.js';
import { FillModels } from './fill/fill-models.repository.js';
import { FillRecord } from './fill/fill.record.js';
import { leastPrice } from './fill/price-search.js';
import { usualPrice } from './fill/usual.js';

/** What of the terms tells how they fill. */
export type FillTerms = Pick<
  BodyOf<'quote_bounty'>,
  'kind' | 'area' | 'window' | 'price' | 'quantity' | 'wanted_probability'
> & { readonly criteria: Pick<BodyOf<'quote_bounty'>['criteria'], 'provenance'> };
export type FillAnswer = Pick<Quote, 'fill' | 'fill_unknown' | 'curve' | 'recommended_price'>;

/** An estimate that fewer fills stand for is not given: published in docs/quotes.md. */
const SAMPLE_MIN = 4;
/** Around the price asked: half to twice of it. */
const MULTIPLES = [50n, 60n, 70n, 80n, 90n, 100n, 120n, 140n, 170n, 200n];
/** Recommendations stay within so many times the price asked, and are whole cents; below a dollar hundredths of them. */
const RECOMMENDED_REACH = 16n;
const CENT = 10_000n;
const DOLLAR = 1_000_000n;

/** What the record says of how terms would fill. Reads only. */
@Injectable()
export class FillQuotes {
  private readonly known = new Map<Mode, { seq: bigint; estimator: FillEstimator }>();

  constructor(
    private readonly models: FillModels,
    private readonly record: FillRecord,
    private readonly clock: Clock,
  ) {}

  /** `price_max`: micros that no recommendation passes, because policy or verification would refuse it. */
  async look(tx: Tx, mode: Mode, terms: FillTerms, price_max: bigint): Promise<FillAnswer> {
    const newest = await this.models.newest(tx, mode);
    const estimator = newest && (await this.estimatorOf(tx, mode, newest.seq));
    if (!newest || !estimator) return unknown('no_record');
    const curve = estimator.curveOf(await this.caseOf(tx, mode, terms));
    const { probability, first, interval, sample_size, basis } = curve.at(1);
    if (sample_size < SAMPLE_MIN) return unknown('too_few_fills');
    return {
      fill: {
        probability: share(probability),
        first: share(first),
        interval: intervalOf(interval),
        sample_size: Math.round(sample_size * 10) / 10,
        basis,
        by: toWireTime(terms.window.closes_at),
        fitted_at: toWireTime(newest.fitted_at),
      },
      fill_unknown: null,
      curve: curveAround(curve, capOf(terms.price)),
      recommended_price: recommended(curve, terms, price_max),
    };
  }

  private async estimatorOf(tx: Tx, mode: Mode, seq: bigint): Promise<FillEstimator | null> {
    const known = this.known.get(mode);
    if (known?.seq === seq) return known.estimator;
    const estimator = await this.models.estimator(tx, seq);
    if (estimator) this.known.set(mode, { seq, estimator });
    return estimator;
  }

  private async caseOf(tx: Tx, mode: Mode, terms: FillTerms): Promise<FillCase> {
    const now = this.clock.now();
    const place = placeOf(terms.area);
    const cell = cellOf(place, CELL_RESOLUTION);
    const here = await this.record.fillsBefore(tx, mode, cell, now);
    const everywhere = await this.record.fillsBefore(tx, mode, null, now);
    return {
      kind: terms.kind,
      provenance: terms.criteria.provenance,
      cell,
      lng: place.lng,
      supply: new Set(here.map(({ contributor }) => contributor)).size,
      usual_price: usualPrice(
        here.map(({ price }) => price),
        everywhere.map(({ price }) => price),
      ),
      opened_at: now,
      closes_at: terms.window.closes_at,
      slots: terms.quantity,
      priceAt: (at) => priceAt(terms.price, at),
    };
  }
}

const unknown = (reason: NonNullable<FillAnswer['fill_unknown']>): FillAnswer => ({
  fill: null,
  fill_unknown: reason,
  curve: [],
  recommended_price: null,
});

function curveAround(curve: FillCurve, cap: bigint): FillAnswer['curve'] {
  return MULTIPLES.map((percent) => {
    const { probability, interval } = curve.at(Number(percent) / 100);
    return {
      price_each: formatAmount((cap * percent) / 100n),
      probability: share(probability),
      interval: intervalOf(interval),
    };
  });
}

function recommended(curve: FillCurve, terms: FillTerms, price_max: bigint): string | null {
  if (terms.wanted_probability === undefined) return null;
  const cap = capOf(terms.price);
  const reach = cap * RECOMMENDED_REACH;
  const unit = cap >= DOLLAR ? CENT : CENT / 100n;
  const range = { from: cap / RECOMMENDED_REACH, to: reach < price_max ? reach : price_max, unit };
  const price = leastPrice(
    range,
    terms.wanted_probability,
    (price) => curve.at(Number(price) / Number(cap)).probability,
  );
  return price === null ? null : formatAmount(price);
}

/** Four digits: more would promise what no record holds. */
const share = (probability: number): number => Math.round(probability * 10_000) / 10_000;
const intervalOf = ([low, high]: readonly [number, number]) => ({ low: share(low), high: share(high) });
