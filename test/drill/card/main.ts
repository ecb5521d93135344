import { parseArgs } from 'node:util';
import { writeReport } from '../../../bench/report.js';
import { CARD_FAILPOINTS, type CardFailpoint } from '../../../src/payments/stripe/card.failpoints.js';
import { cardDrill } from './drill.js';

/**
 * `npm run drill -- card --seeds N --json FILE [--points a,b] [--seed S] [--data DIR] [--workers W] [--deaths D] [--log LEVEL]`. Fails when a story ends
 * differently from the undisturbed one, ledger, simulator and inbox differ, anything was done twice, or a point was not reached.
 */
export async function drillCard(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      points: { type: 'string' },
      workers: { type: 'string', default: '2' },
      deaths: { type: 'string', default: '6' },
      json: { type: 'string' },
      data: { type: 'string', default: '.groundtruth/drill-card' },
      log: { type: 'string', default: 'silent' },
    },
  });
  const points = values.points?.split(',').map(pointOf) ?? CARD_FAILPOINTS;
  const tally = await cardDrill({
    dataDir: values.data,
    seeds: count('seeds', values.seeds),
    seed: count('seed', values.seed),
    points,
    workers: count('workers', values.workers),
    deaths: count('deaths', values.deaths),
    log_level: values.log,
    say: (line) => void process.stderr.write(`${line}\n`),
    signal,
  });
  const { by_point, faults, rounds, undisturbed } = tally;
  const at = Object.fromEntries(Object.entries(by_point).map(([point, seeds]) => [`at_${point}`, seeds.length]));
  const kills = Object.values(at).reduce((sum, one) => sum + one, 0);
  const stories = { ...rounds, ...undisturbed };
  const wrong = Object.values(stories).filter((well) => !well).length;
  const figures = {
    points_played: Object.keys(rounds).length,
    undisturbed: Object.keys(undisturbed).length,
    kills,
    points: Object.keys(by_point).length,
    wrong,
    faults: faults.length,
    ...at,
  };
  await writeReport({ bench: 'drill-card', ratios: {}, figures }, values.json);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (wrong > 0 || kills === 0) process.exitCode = 1;
}

function pointOf(name: string): CardFailpoint {
  const point = CARD_FAILPOINTS.find((known) => known === name);
  if (!point) throw new Error(`--points names ${name}, which does not exist`);
  return point;
}

function count(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number from 1, not ${text}`);
}
