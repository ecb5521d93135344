import fc from 'fast-check';
import { ManualClock } from '../../../src/kernel/clock.js';
import { safetyOf } from './attack.js';
import { QUOTED, type Arm } from './arms.js';
import { budgetOf, compare } from './compare.js';
import { askOf } from './contributor.js';
import { ModelEngine } from './model-engine.js';
import { play, type Held, type Outcome } from './play.js';
import { populationNames, populationOf, type Population } from './population.js';
import { ServicesEngine } from './services-engine.js';
import { middleOf } from './table.js';
import { unshaded, worldOf, type World } from './world.js';

/** How long a reservation lives by default. */
const TTL_MS = 30 * 60_000;

/** Few people, one day, and all that may go wrong: forgers, rejections, people who do not come, more questions than money. */
async function smallWorld(seed: number): Promise<World> {
  const change: Partial<Population> = { people: 4, wants: 5, days: 1, told_share: 0.5, looks_per_day: 3 };
  const frauds = { fraud_share: 0.3, late_share: 0.4, late_probability: 0.9, honest_accepted: 0.7, budget_share: 0.4 };
  const standing = { share: 0.5, shade: 0.1, rings: 2 };
  return worldOf({ ...(await populationOf('dense')), ...change, ...frauds }, seed, 1, standing);
}

const onModel = (world: World, arm: Arm, budget: bigint) =>
  play(world, arm, budget, new ModelEngine(new ManualClock(0)));

async function onServices(world: World, arm: Arm, budget: bigint): Promise<Outcome> {
  const engine = await ServicesEngine.start();
  try {
    return await play(world, arm, budget, engine);
  } finally {
    await engine.close();
  }
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
const holdsOf = ({ asked }: Outcome) => asked.flatMap(({ holds }) => holds);

describe('a simulated market', () => {
  it('plays the same on the model as on the real services, to the micro', async () => {
    const world = await smallWorld(25);
    const budget = budgetOf(world);
    const model = await onModel(world, { name: 'rising' }, budget);
    const services = await onServices(world, { name: 'rising' }, budget);
    expect(services).toEqual(model);
    // A play in which nobody is refused, late or paid shows nothing of how they are treated.
    const lasted = (held: Held) =>
      held.to === null ? 'accepted' : held.to - held.from === TTL_MS ? 'lapsed' : 'refused';
    expect(new Set(holdsOf(model).map(lasted))).toEqual(new Set(['accepted', 'lapsed', 'refused']));
    expect(new Set(holdsOf(model).map(({ price }) => price)).size).toBeGreaterThan(2);
  }, 120_000);

  it('never spends more than there was, and what agents spend is what people earn and the fee', async () => {
    for (const name of await populationNames()) {
      const world = worldOf({ ...(await populationOf(name)), wants: 20 }, 1);
      for (const arm of [{ name: 'rising' }, { name: 'fixed', price: QUOTED }] as const) {
        const budget = budgetOf(world);
        const { asked, spent, books } = await onModel(world, arm, budget);
        const paid = asked.flatMap(({ holds }) => holds.filter(({ accepted }) => accepted));
        expect(spent).toBeLessThanOrEqual(budget);
        expect(books.spent).toBe(spent);
        expect(sum(books.earned)).toBe(sum(paid.map(({ price }) => price)));
        expect(asked.every(({ holds }) => holds.filter(({ accepted }) => accepted).length <= 1)).toBe(true);
      }
    }
  });

  it('gives rising prices not a micro more than the other one spent', async () => {
    const played = await compare(worldOf({ ...(await populationOf('thin')), wants: 15 }, 2));
    expect(played.rising_for_quoted.spent).toBeLessThanOrEqual(played.quoted.spent);
    expect(played.rising_for_best_fixed.spent).toBeLessThanOrEqual(played.best_fixed.spent);
  });

  it('is the same for a seed, and another for another', async () => {
    const at = async (seed: number) => onModel(await smallWorld(seed), { name: 'rising' }, 40_000_000n);
    expect(await at(5)).toEqual(await at(5));
    expect(await at(5)).not.toEqual(await at(6));
  });
});

describe('standing offers in a simulated market', () => {
  /** One honest person who never looks, so that whatever is filled was met by an offer. */
  async function alone(shade: number): Promise<World> {
    const change: Partial<Population> = {
      people: 1,
      wants: 12,
      days: 2,
      told_share: 0,
      looks_per_day: 1e-6,
      fraud_share: 0,
    };
    const terms = {
      ...(await populationOf('dense')),
      ...change,
      late_share: 0,
      honest_accepted: 1,
      asks_from_h: 9,
      asks_until_h: 12,
    };
    return worldOf({ ...terms, radius_km: 1, hourly_spread: 0, value_usd: 100 }, 1, 1, { share: 1, shade, rings: 6 });
  }
  const MONEY = 1_000_000_000n;

  it('are met at once by a fixed price that pays them, and are paid that price', async () => {
    const world = await alone(0);
    const holds = holdsOf(await onModel(world, { name: 'fixed', price: QUOTED }, MONEY));
    expect(holds.length).toBeGreaterThan(1);
    expect(new Set(holds.map(({ price }) => price))).toEqual(new Set([QUOTED]));
    expect(holds[0]!.from).toBe(world.wants[0]!.at);
  });

  it('are met by a rising price when it reaches what they ask, and not before', async () => {
    const [plain, shaded] = [await alone(0), await alone(0.5)];
    const [low, high] = [plain, shaded].map(async (world) => onModel(world, { name: 'rising' }, MONEY));
    for (const [world, outcome] of [
      [plain, await low!],
      [shaded, await high!],
    ] as const) {
      expect(holdsOf(outcome).length).toBeGreaterThan(1);
      for (const { want, holds } of outcome.asked)
        for (const { by, from, price } of holds)
          expect(price).toBeGreaterThanOrEqual(askOf(world.people[by]!, world.wants[want]!.place, from, true));
    }
    expect(holdsOf(await high!)[0]!.price).toBeGreaterThan(holdsOf(await low!)[0]!.price);
  });

  it('ask no more than people go for where prices are fixed, and change nobody who has none', async () => {
    const population = await populationOf('dense');
    const [without, some] = [worldOf(population, 3), worldOf(population, 3, 1, { share: 0.5, shade: 0.7, rings: 6 })];
    expect(some.looks).toEqual(without.looks);
    expect(without.stretches).toEqual([]);
    expect(new Set(some.stretches.map(({ by }) => some.people[by]!.hold_out))).toEqual(new Set([0.7]));
    expect(unshaded(some).people.every(({ rings, hold_out }) => rings === 0 || hold_out === 0)).toBe(true);
    const others = some.people.filter(({ rings }) => rings === 0);
    expect(without.people).toEqual(expect.arrayContaining(others));
  });
});

describe('the largest safe bet', () => {
  it('rises with every capture that must agree, and with everybody who else may be drawn', async () => {
    const population = await populationOf('dense');
    const [many, few] = [40, 5].map((people) => safetyOf(worldOf({ ...population, people }, 1), 5_000_000n)) as [
      ReturnType<typeof safetyOf>,
      ReturnType<typeof safetyOf>,
    ];
    many.forEach((safety, n) => {
      const before = many[n - 1];
      if (before?.tier === safety.tier) expect(safety.largest_safe_bet).toBeGreaterThan(before.largest_safe_bet);
      expect(safety.largest_safe_bet).toBeGreaterThan(few[n]!.largest_safe_bet);
      expect(safety.largest_safe_bet).toBeGreaterThan(safety.alone);
    });
  });

  it('is nothing at `signed` where nobody else applies: forgeries that pass are paid more than a name costs', async () => {
    const alone = safetyOf(worldOf({ ...(await populationOf('thin')), people: 1 }, 1), 5_000_000n);
    for (const { tier, alone: bet } of alone) expect(bet > 0).toBe(tier === 'attested');
  });
});

describe('a bet of what is published as safe', () => {
  it('costs whoever attacks it three times what it brings or more, whatever a capture pays and whoever else applies', async () => {
    const populations = await Promise.all((await populationNames()).map(populationOf));
    const worlds = populations.map((population) => worldOf({ ...population, wants: 10 }, 1));
    const ratios = (price: bigint) =>
      worlds.flatMap((world) => safetyOf(world, price)).flatMap(({ cost_vs_gain, cost_vs_gain_alone }) => [cost_vs_gain, cost_vs_gain_alone]); // prettier-ignore
    let published = 0;
    fc.assert(
      fc.property(fc.oneof(fc.bigInt(10_000n, 2_000_000n), fc.bigInt(10_000n, 100_000_000n)), (price) => {
        for (const ratio of ratios(price)) {
          // A rounding of doubles, no more.
          if (ratio !== null) expect((published++, ratio)).toBeGreaterThan(3 - 1e-9);
        }
      }),
      { numRuns: 25 },
    );
    expect(published).toBeGreaterThan(0);
    expect(ratios(100_000_000n).every((ratio) => ratio === null)).toBe(true);
  });
});

describe('a middle value', () => {
  it('stands in an interval of ranks: of 30 values the 10th to the 21st', () => {
    const values = Array.from({ length: 30 }, (_, n) => n + 1);
    expect(middleOf(values)).toEqual({ median: 15.5, low: 10, high: 21 });
    expect(middleOf([4])).toEqual({ median: 4, low: 4, high: 4 });
    expect(middleOf([])).toBeNull();
  });
});
