import { ManualClock, type Instant } from '../../../src/kernel/clock.js';
import { cellOf } from '../../../src/kernel/geo.js';
import { CELL_RESOLUTION, SUPPLY_DAYS, type Exposure } from '../../../src/quotes/fill/circumstances.js';
import { FillEstimator, type FillCase } from '../../../src/quotes/fill/fill-estimator.js';
import { brierSkill, expectedCalibrationError } from '../../../src/quotes/fill/scoring.js';
import { stretchesOf } from '../../../src/quotes/fill/stretches.js';
import { usualPrice } from '../../../src/quotes/fill/usual.js';
import { priceAt } from '@groundtruth/sdk/protocol';
import { ModelEngine } from './model-engine.js';
import { play, type Asked, type Held } from './play.js';
import type { Population } from './population.js';
import { worldOf, type World } from './world.js';

/** How well probabilities of a fill, learnt in one population, hold in another. */
export interface Transfer {
  readonly calibration_error: number;
  readonly brier_skill: number;
}

const DAY_MS = 86_400_000;
/** Six times as many days and questions: a month or more, or there is nothing to learn. */
const LONGER = 6;
/** Days of the other market before anyone asks what its record says, as a part of all; and how often the record is looked at. */
const FIRST = 0.25;
const LOOKS_AT_RECORD = 8;
/** Money without end: every question is asked. */
const ENOUGH = 10n ** 12n;
/** The past that is learnt from is another one than the past that is asked about, also within one population. */
const OTHER_SEED = 1_000;

interface Case {
  readonly asked: FillCase;
  readonly filled: boolean;
}
interface Past {
  readonly exposures: readonly Exposure[];
  readonly cases: readonly Case[];
}

/** Learns in one population, and asks about each question of the other at the moment it was posted. Null when there was too little to learn from. */
export async function transfer(from: Population, to: Population, seed: number): Promise<Transfer | null> {
  const learnt = await pastOf(worldOf(from, seed + OTHER_SEED, LONGER));
  const fitted = FillEstimator.fit(learnt.exposures.toSorted((a, b) => b.closes_at - a.closes_at));
  if (!fitted) return null;
  const world = worldOf(to, seed, LONGER);
  const past = await pastOf(world);
  const asked = past.cases.slice(Math.floor(past.cases.length * FIRST));
  const predictions = predict(fitted, past.exposures, asked);
  const outcomes = asked.map(({ filled }) => filled);
  const base = learnt.cases.filter(({ filled }) => filled).length / learnt.cases.length;
  return {
    calibration_error: expectedCalibrationError(predictions, outcomes)!,
    brier_skill: brierSkill(predictions, outcomes, base) ?? 0,
  };
}

/** With levels from what had closed there by then: looked at now and then, as the exchange does. */
function predict(fitted: FillEstimator, record: readonly Exposure[], asked: readonly Case[]): number[] {
  const every = Math.ceil(asked.length / LOOKS_AT_RECORD);
  let now = fitted;
  return asked.map(({ asked: of }, n) => {
    if (n % every === 0) now = fitted.at(recordAt(record, of.opened_at));
    return now.estimate(of).probability;
  });
}

function recordAt(record: readonly Exposure[], at: Instant): Exposure[] {
  const closed = record.filter(({ closes_at }) => closes_at <= at && closes_at > at - SUPPLY_DAYS * DAY_MS);
  return closed.sort((a, b) => b.closes_at - a.closes_at);
}

/** What the exchange would have recorded. Accepted is accepted: nobody knows of a forgery that passed. */
async function pastOf(world: World): Promise<Past> {
  const arm = { name: 'exploring', seed: world.seed } as const;
  const { asked } = await play(world, arm, ENOUGH, new ModelEngine(new ManualClock(0)));
  const fills = asked.flatMap(({ want, holds }) =>
    holds.filter(({ accepted }) => accepted).map((held) => ({ ...held, cell: cellAt(world, want) })),
  );
  const cases = asked.map((each) => ({ asked: caseOf(world, each, fills), filled: isFilled(each) }));
  const exposures = asked.flatMap((each, n) => exposuresOf(each, cases[n]!.asked));
  return { exposures, cases };
}

const isFilled = ({ holds }: Asked): boolean => holds.some(({ accepted }) => accepted);
const cellAt = ({ wants }: World, want: number): string => cellOf(wants[want]!.place, CELL_RESOLUTION);

function caseOf(world: World, { want, price }: Asked, fills: readonly (Held & { cell: string })[]): FillCase {
  const { place, at: opened_at, closes_at } = world.wants[want]!;
  const cell = cellAt(world, want);
  const recent = fills.filter(({ from }) => from < opened_at && from > opened_at - SUPPLY_DAYS * DAY_MS);
  const here = recent.filter((fill) => fill.cell === cell);
  const prices = (of: readonly Held[]) => of.map((fill) => fill.price);
  return {
    kind: 'photo',
    provenance: 'signed',
    cell,
    lng: place.lng,
    supply: new Set(here.map(({ by }) => by)).size,
    usual_price: usualPrice(prices(here), prices(recent)),
    opened_at,
    closes_at,
    slots: 1,
    priceAt: (at) => priceAt(price, at),
  };
}

function exposuresOf({ want, holds }: Asked, asked: FillCase): Exposure[] {
  const history = {
    slots: 1,
    open: [{ from: asked.opened_at, to: asked.closes_at }],
    holds: holds.map(({ from, to, accepted }) => ({ from, to, filled: accepted })),
    cuts: [],
  };
  return stretchesOf(history).map((stretch) => ({
    ...asked,
    ...stretch,
    bounty_id: `bty_${want}`,
    priceAt: (at) => asked.priceAt(at - stretch.behind_ms),
  }));
}
