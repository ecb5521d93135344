import fc from 'fast-check';
import { FillEstimator, type FillCase } from './fill-estimator.js';
import { BOUNTIES_MIN } from './fit-model.js';
import { fillLevelsSchema, fillModelSchema } from './fill-model.js';
import { newestFirst, POPULATIONS, scoreElsewhere, trainingPast, type PopulationName } from './transfer.fixture.js';

const trained = trainingPast('dense');
const fitted = FillEstimator.fit(newestFirst(trained))!;
const here = fitted.at(trained.exposures);
const HOUR_MS = 3_600_000;
const usual: FillCase = {
  ...trained.cases.at(-1)!.asked,
  slots: 1,
  usual_price: 4_000_000n,
  priceAt: () => 4_000_000n,
};

const randomCase: fc.Arbitrary<FillCase> = fc
  .record({
    n: fc.nat(trained.cases.length - 1),
    hours: fc.integer({ min: 1, max: 72 }),
    slots: fc.integer({ min: 1, max: 40 }),
    price: fc.integer({ min: 10_000, max: 100_000_000 }),
    rise: fc.double({ min: 0, max: 3, noNaN: true }),
    kind: fc.constantFrom('photo' as const, 'reading' as const),
  })
  .map(({ n, hours, slots, price, rise, kind }) => {
    const { opened_at, ...of } = trained.cases[n]!.asked;
    const closes_at = opened_at + hours * HOUR_MS;
    const priceAt = (at: number) =>
      BigInt(Math.round(price * (1 + (rise * (at - opened_at)) / (closes_at - opened_at))));
    return { ...of, kind, opened_at, closes_at, slots, priceAt };
  });

describe('a fill estimate', () => {
  it('never falls when every price of the schedule rises, nor do the ends of its interval', () => {
    fc.assert(
      fc.property(randomCase, fc.double({ min: 0.1, max: 5, noNaN: true }), (of, multiple) => {
        const curve = here.curveOf(of);
        const [low, high] = [curve.at(multiple), curve.at(multiple * 1.3)];
        expect(high.probability).toBeGreaterThanOrEqual(low.probability - 1e-9);
        expect(high.first).toBeGreaterThanOrEqual(low.first - 1e-9);
        expect(high.interval[0]).toBeGreaterThanOrEqual(low.interval[0] - 1e-9);
        expect(high.interval[1]).toBeGreaterThanOrEqual(low.interval[1] - 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('is a probability within its interval, and no surer of all slots than of the first', () => {
    fc.assert(
      fc.property(randomCase, (of) => {
        const { probability, first, interval } = here.estimate(of);
        expect(probability).toBeGreaterThanOrEqual(interval[0] - 1e-9);
        expect(probability).toBeLessThanOrEqual(interval[1] + 1e-9);
        expect(interval[0]).toBeGreaterThanOrEqual(0);
        expect(first).toBeLessThanOrEqual(1);
        expect(probability).toBeLessThanOrEqual(first + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('is surer of more time, and of a better price: not of nothing', () => {
    const longer = { ...usual, closes_at: usual.closes_at + 24 * HOUR_MS };
    expect(here.estimate(longer).probability).toBeGreaterThan(here.estimate(usual).probability);
    const [low, high] = [here.curveOf(usual).at(0.25), here.curveOf(usual).at(2)];
    expect(high.probability - low.probability).toBeGreaterThan(0.2);
  });

  it('says nothing of what nobody recorded: none below the minimum, few and wide where nothing happened', () => {
    const few = new Set(trained.exposures.slice(0, 10).map(({ bounty_id }) => bounty_id)).size;
    expect(few).toBeLessThan(BOUNTIES_MIN);
    expect(FillEstimator.fit(trained.exposures.slice(0, 10))).toBeNull();
    const [known, unknown] = [here.estimate(usual), here.estimate({ ...usual, cell: '85283473fffffff' })];
    expect([known.basis, unknown.basis]).toEqual(['cell', 'everywhere']);
    expect(unknown.sample_size).toBeLessThan(known.sample_size / 2);
    expect(unknown.interval[1] - unknown.interval[0]).toBeGreaterThan(known.interval[1] - known.interval[0]);
  });

  it('falls when the newest record of the place shows fewer fills', () => {
    const quiet = trained.exposures.map((exposure) => ({ ...exposure, filled: false }));
    expect(fitted.at(quiet).estimate(usual).probability).toBeLessThan(here.estimate(usual).probability / 2);
  });

  it('is the same after its model was stored and read', () => {
    const read = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const again = new FillEstimator(fillModelSchema.parse(read(here.model)), fillLevelsSchema.parse(read(here.levels)));
    expect(again.estimate(usual)).toEqual(here.estimate(usual));
  });

  // The other pairs, and where it fails, are in test/simulation/fill-transfer.long.
  it.each<PopulationName>(['thin', 'dear'])(
    'learnt in a dense place, is calibrated and has skill in a %s one',
    (name) => {
      expect(POPULATIONS[name].home).not.toEqual(POPULATIONS.dense.home);
      const { error, skill } = scoreElsewhere(trained, fitted, name);
      expect(error).toBeLessThanOrEqual(0.1);
      expect(skill).toBeGreaterThan(0.2);
    },
  );
});
