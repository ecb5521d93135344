import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { safetyOf, type Safety } from './attack.js';
import { compare, type Played, type Stage } from './compare.js';
import { transfer, type Transfer } from './estimates.js';
import { populationNames, populationOf } from './population.js';
import { worldOf } from './world.js';

/** What one seed of one population showed. Money in dollars. */
export interface Run {
  readonly population: string;
  readonly seed: number;
  readonly engine: string;
  readonly quoted: Shown;
  readonly best_fixed: Shown & { readonly price: number };
  readonly rising_for_quoted: Shown;
  readonly rising_for_best_fixed: Shown;
  readonly rising_without_holding_out: Shown;
  /** Whose record the estimator was trained on, and how it did here; null when there was too little. */
  readonly trained_on: string;
  readonly estimate: Transfer | null;
  readonly safety: readonly Safety[];
}
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
}

/** Plays one seed of one population: prices, estimates and attacks. */
export async function runOf({ population: name, seed, engine, stage }: Wanted): Promise<Run> {
  const population = await populationOf(name);
  const trained_on = await teacherOf(name, seed);
  const world = worldOf(population, seed);
  const compared = await compare(world, stage);
  const { best_fixed } = compared;
  return {
    population: name,
    seed,
    engine,
    quoted: shown(compared.quoted),
    best_fixed: { ...shown(best_fixed), price: dollars(best_fixed.price) },
    rising_for_quoted: shown(compared.rising_for_quoted),
    rising_for_best_fixed: shown(compared.rising_for_best_fixed),
    rising_without_holding_out: shown(compared.rising_without_holding_out),
    trained_on,
    estimate: await transfer(await populationOf(trained_on), population, seed),
    safety: safetyOf(world, best_fixed.price),
  };
}

/** The same, kept in a folder: what was played before, of the same populations and by the same code's version, is not played again. */
export async function keptRunOf(wanted: Wanted, folder: string): Promise<Run> {
  const key = await digest(wanted);
  const file = join(folder, `${wanted.population}-${wanted.seed}-${wanted.engine}-${key}.json`);
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (kept !== null) return JSON.parse(kept) as Run;
  const run = await runOf(wanted);
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(run));
  return run;
}

/** Raised whenever what is played changes. */
const VERSION = 1;

async function digest({ population, seed }: Wanted): Promise<string> {
  const both = [await populationOf(population), await populationOf(await teacherOf(population, seed)), VERSION];
  return createHash('sha256').update(JSON.stringify(both)).digest('hex').slice(0, 8);
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
