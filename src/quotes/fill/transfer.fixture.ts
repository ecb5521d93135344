import { randomOf } from '../../../test/support/random.js';
import { SUPPLY_DAYS } from './circumstances.js';
import { FillEstimator } from './fill-estimator.js';
import { brierSkill, expectedCalibrationError } from './scoring.js';
import { pastOf, type Past, type Population } from './synthetic.fixture.js';

const DENSE: Population = {
  home: { lat: 32.7, lng: 129.9 },
  cells: 6,
  people: 40,
  looks_per_h: 0.04,
  cost_usd: 4,
  cost_spread: 0.5,
  busiest_hour: 14,
  rhythm: 0.8,
  accepted: 0.85,
};

/** Made-up places that differ in how many people there are, when they are awake, what they ask, and whether nine in ten leave on day 40. */
export const POPULATIONS = {
  dense: DENSE,
  thin: { ...DENSE, home: { lat: 47.4, lng: 8.5 }, people: 6 },
  night: { ...DENSE, home: { lat: 40.7, lng: -74 }, people: 20, busiest_hour: 23 },
  dear: { ...DENSE, home: { lat: 59.9, lng: 10.7 }, people: 20, cost_usd: 8 },
  shock: { ...DENSE, home: { lat: -33.9, lng: 151.2 }, shock: { day: 40, looks: 0.1 } },
} satisfies Record<string, Population>;
export type PopulationName = keyof typeof POPULATIONS;

const BOUNTIES = 300;
/** Days of a market before anyone asks what its record says, and between two looks at it. */
const DAYS_FIRST = 14;
const DAYS_BETWEEN = 7;
const DAY_MS = 86_400_000;

export const trainingPast = (name: PopulationName): Past => pastOf(POPULATIONS[name], BOUNTIES, randomOf(1));
export const newestFirst = ({ exposures }: Pick<Past, 'exposures'>) =>
  [...exposures].sort((a, b) => b.closes_at - a.closes_at);

/**
 * Coefficients learnt in one place, asked in another: each bounty there at the moment it was posted, with levels from what had closed there
 * in the 30 days before, looked at once a week.
 */
export function scoreElsewhere(trained: Past, estimator: FillEstimator, name: PopulationName) {
  const other = pastOf(POPULATIONS[name], BOUNTIES, randomOf(2));
  const asked = other.cases.filter(({ day }) => day >= DAYS_FIRST);
  let [now, looked_on] = [estimator, -Infinity];
  const predictions = asked.map(({ asked: { opened_at }, asked, day }) => {
    if (day - looked_on >= DAYS_BETWEEN) {
      looked_on = day;
      const oldest = opened_at - SUPPLY_DAYS * DAY_MS;
      now = estimator.at(other.exposures.filter(({ closes_at }) => closes_at <= opened_at && closes_at > oldest));
    }
    return now.estimate(asked).probability;
  });
  const outcomes = asked.map(({ filled }) => filled);
  const base = trained.cases.filter(({ filled }) => filled).length / trained.cases.length;
  return { error: expectedCalibrationError(predictions, outcomes)!, skill: brierSkill(predictions, outcomes, base)! };
}
