import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, median } from '../../../bench/report.js';
import { onModel } from './compare.js';
import { populationNames, populationOf } from './population.js';
import { keptRunOf, type Run } from './runs.js';
import { bestShade } from './shading.js';
import { standingIn } from './standing.js';
import { safeBets, tableOf, type Row } from './table.js';

const USAGE =
  'usage: npm run simulate -- market|shading --population NAME|all [--seed N | --seeds A-B] [--share S] [--shade S] [--engine model|services] [--data DIR] --json FILE';

/**
 * `npm run simulate -- market --population NAME --seed N --json FILE`. `--population all --seeds 1-30` plays all of them; what was played lies in
 * `--data` and is not played again. `--share` is the part of the people who have standing offers, `--shade` what they ask more, as a part of the
 * cost. `--engine services` plays prices on the real services, minutes a seed.
 */
async function main([what, ...args]: string[]): Promise<void> {
  if (what !== 'market' && what !== 'shading') throw new Error(USAGE);
  const { values } = parseArgs({
    args,
    options: {
      population: { type: 'string', default: 'all' },
      seed: { type: 'string' },
      seeds: { type: 'string', default: '1-30' },
      share: { type: 'string' },
      shade: { type: 'string' },
      engine: { type: 'string', default: 'model' },
      json: { type: 'string' },
      data: { type: 'string', default: '.groundtruth/simulate-market' },
    },
  });
  const seeds = values.seed === undefined ? range(values.seeds) : range(`${values.seed}-${values.seed}`);
  const names = values.population === 'all' ? await populationNames() : [values.population];
  if (what === 'shading') return shadings(names, seeds);
  const stage = await stageOf(values.engine);
  const [share, shade] = [part(values.share), part(values.shade)];
  const runs: Run[] = [];
  try {
    for (const population of names) {
      const standing = standingIn(population, share, shade);
      for (const seed of seeds) {
        runs.push(await keptRunOf({ population, seed, engine: values.engine, stage, standing }, values.data));
        process.stderr.write(`${population} ${seed} of ${seeds.at(-1)}\n`);
      }
    }
  } finally {
    if (values.engine === 'services') await stopPostgres();
  }
  const text = `${JSON.stringify(reportOf(runs), null, 2)}\n`;
  process.stdout.write(text);
  if (values.json !== undefined) await writeFile(values.json, text);
}

/** What `standing.ts` says of each population, found anew: many plays, so name few seeds, and none that a table is of. */
async function shadings(names: readonly string[], seeds: readonly number[]): Promise<void> {
  for (const name of names) {
    const shade = await bestShade(await populationOf(name), seeds, standingIn(name));
    process.stdout.write(`${JSON.stringify({ population: name, shade })}\n`);
  }
}

/** Over several populations each ratio is the worst of their middles: what holds for all. */
function reportOf(runs: readonly Run[]) {
  const table = tableOf(runs);
  const middles = (name: Figure) => table.flatMap((row) => row[name]?.median ?? []);
  const attacks = [...middles('attack_on_signed'), ...middles('attack_on_attested')];
  return {
    bench: 'simulate-market',
    at: new Date().toISOString(),
    machine: machine(),
    ratios: {
      fills_rising_vs_quoted: least(middles('fills_rising_vs_quoted')),
      fills_rising_vs_best_fixed: least(middles('fills_rising_vs_best_fixed')),
      attack_cost_vs_gain: least(attacks),
    },
    figures: {
      runs: runs.length,
      fills_rising_vs_quoted_middle: middle(middles('fills_rising_vs_quoted')),
      fills_rising_vs_best_fixed_middle: middle(middles('fills_rising_vs_best_fixed')),
      attack_on_signed: least(middles('attack_on_signed')),
      attack_on_attested: least(middles('attack_on_attested')),
      calibration_error: most(middles('calibration_error')),
      brier_skill: least(middles('brier_skill')),
      largest_safe_bet: safeBets(runs, 'largest_safe_bet'),
      largest_safe_bet_alone: safeBets(runs, 'alone'),
    },
    table,
  };
}

type Figure = Exclude<keyof Row, 'population' | 'seeds' | 'fails' | 'largest_safe_bet' | 'largest_safe_bet_alone'>;
const most = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.max(...values));
const least = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.min(...values));
const middle = (values: readonly number[]): number | null => (values.length === 0 ? null : median(values));

/** The services, and the test support they need, are loaded only where they are asked for. */
async function stageOf(engine: string) {
  if (engine === 'model') return onModel;
  if (engine !== 'services') throw new Error(USAGE);
  const { ServicesEngine } = await import('./services-engine.js');
  return () => ServicesEngine.start();
}

/** As Jest's teardown does it: a file of plain JavaScript that no build copies. */
async function stopPostgres(): Promise<void> {
  const { href } = pathToFileURL(resolve('test/support/stop-postgres.mjs'));
  await ((await import(href)) as { default(): Promise<void> }).default();
}

function part(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[01](\.\d{1,3})?$/.test(text) || Number(text) > 1) throw new Error(USAGE);
  return Number(text);
}

function range(text: string): number[] {
  const [, first, last] = /^(\d{1,6})-(\d{1,6})$/.exec(text) ?? [];
  if (first === undefined || Number(last) < Number(first)) throw new Error(USAGE);
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, n) => Number(first) + n);
}

await main(process.argv.slice(2));
