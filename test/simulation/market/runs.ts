import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MARGIN, NAME_COST } from '../../../src/feeds/observations/value-at-risk.js';
import { safetyOf, type Safety } from './attack.js';
import { compare, type Played, type Stage } from './compare.js';
import { transfer, type Transfer } from './estimates.js';
import { populationNames, populationOf } from './population.js';
import { worldOf, type Standing } from './world.js';

/** Whose record the estimator was trained on, and how it did; null when there was too little. */
interface Estimated {
  readonly trained_on: string;
  readonly estimate: Transfer | null;
}

/** What attacks on the questions of one seed cost, at the fixed price that was best there. */
interface Attacked {
  readonly safety: readonly Safety[];
}

/** What one seed of one population showed. Money in dollars. */
export interface Run extends Estimated, Attacked {
  readonly population: string;
  readonly seed: number;
  readonly engine: string;
  readonly standing: Standing;
  readonly quoted: Shown;
  readonly best_fixed: Shown & { readonly price: number };
  readonly rising_for_quoted: Shown;
  readonly rising_for_best_fixed: Shown;
  readonly rising_without_holding_out: Shown;
}
type Prices = Omit<Run, keyof Estimated | keyof Attacked>;
interface Shown {
  readonly fills: number;
  readonly deceptions: number;
  readonly spent: number;
}

export interface Wanted {
  readonly population: string;
  readonly seed: number;
  readonly engine: string;
  readonly stage: Stage;
  readonly standing: Standing;
}

/** Plays one seed of one population. */
async function runOf({ population: name, seed, engine, stage, standing }: Wanted): Promise<Prices> {
  const world = worldOf(await populationOf(name), seed, 1, standing);
  const compared = await compare(world, stage);
  const { best_fixed } = compared;
  return {
    population: name,
    seed,
    engine,
    standing,
    quoted: shown(compared.quoted),
    best_fixed: { ...shown(best_fixed), price: dollars(best_fixed.price) },
    rising_for_quoted: shown(compared.rising_for_quoted),
    rising_for_best_fixed: shown(compared.rising_for_best_fixed),
    rising_without_holding_out: shown(compared.rising_without_holding_out),
  };
}

async function attackedOf({ population, seed, standing }: Wanted, price: number): Promise<Attacked> {
  const world = worldOf(await populationOf(population), seed, 1, standing);
  return { safety: safetyOf(world, BigInt(Math.round(price * 1e6))) };
}

/** Estimates are of a market without standing offers: they are the same whoever has some. */
async function estimatedOf({ population, seed }: Wanted): Promise<Estimated> {
  const trained_on = await teacherOf(population, seed);
  const [from, to] = [await populationOf(trained_on), await populationOf(population)];
  return { trained_on, estimate: await transfer(from, to, seed) };
}

/** What a seed showed, kept in a folder: what was played before, of the same populations and by the same code's version, is not played again. */
export async function keptRunOf(wanted: Wanted, folder: string): Promise<Run> {
  const { population, seed, engine, standing } = wanted;
  const both = [await populationOf(population), await populationOf(await teacherOf(population, seed))];
  const run = await kept(folder, [population, seed, engine], [VERSIONS.run, both[0], standing], () => runOf(wanted));
  const { price } = run.best_fixed;
  const attacked = await kept(
    folder,
    [population, seed, 'attack'],
    [VERSIONS.attack, both[0], standing, price, COSTS],
    () => attackedOf(wanted, price),
  );
  const estimated = await kept(folder, [population, seed, 'estimate'], [VERSIONS.estimate, ...both], () =>
    estimatedOf(wanted),
  );
  return { ...run, ...attacked, ...estimated };
}

/** Raised whenever what is played changes. */
/** What attacks are reckoned by lies with the product; it has no JSON of its own. */
const COSTS = [MARGIN, ...Object.values(NAME_COST)].map(String);
const VERSIONS = { run: 2, attack: 1, estimate: 1 };

async function kept<T>(
  folder: string,
  name: readonly unknown[],
  rests_on: unknown,
  play: () => Promise<T>,
): Promise<T> {
  const digest = createHash('sha256').update(JSON.stringify(rests_on)).digest('hex').slice(0, 8);
  const file = join(folder, `${name.join('-')}-${digest}.json`);
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (before !== null) return JSON.parse(before) as T;
  const played = await play();
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(played));
  return played;
}

/** Another population, each in its turn. */
async function teacherOf(name: string, seed: number): Promise<string> {
  const names = await populationNames();
  return names[(names.indexOf(name) + 1 + (seed % (names.length - 1))) % names.length]!;
}

function shown({ fills, deceptions, spent }: Played): Shown {
  return { fills, deceptions, spent: dollars(spent) };
}

const dollars = (micros: bigint): number => Number(micros) / 1e6;
