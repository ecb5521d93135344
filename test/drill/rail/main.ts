import { parseArgs } from 'node:util';
import { writeReport } from '../../../bench/report.js';
import { railDrill } from './drill.js';
import { POINTS, type Point } from './points.js';

/**
 * `npm run drill -- rail --seeds N --json FILE [--failpoints a,b] [--seed S] [--data DIR] [--workers W] [--full-outage] [--log LEVEL]`. Fails
 * when chain, ledger and outbox differ after a round, anybody was paid anything but once, or a point was not reached.
 */
export async function drillRail(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      failpoints: { type: 'string' },
      workers: { type: 'string', default: '2' },
      json: { type: 'string' },
      data: { type: 'string', default: '.groundtruth/drill-rail' },
      'full-outage': { type: 'boolean', default: false },
      log: { type: 'string', default: 'silent' },
    },
  });
  const points = values.failpoints?.split(',').map(pointOf) ?? POINTS;
  const tally = await railDrill({
    dataDir: values.data,
    seeds: count('seeds', values.seeds),
    seed: count('seed', values.seed),
    points,
    workers: count('workers', values.workers),
    full_outage: values['full-outage'],
    log_level: values.log,
    say: (line) => void process.stderr.write(`${line}\n`),
    signal,
  });
  const { by_point, by_fault, faults, rounds, kills, entries, captures, turns, full_outages } = tally;
  const at = Object.fromEntries(Object.entries(by_point).map(([point, times]) => [`at_${point}`, times]));
  const figures = { rounds: Object.keys(rounds).length, kills, entries, captures, turns, full_outages };
  const wrong = Object.values(rounds).filter((well) => !well).length;
  await writeReport(
    {
      bench: 'drill-rail',
      ratios: {},
      figures: { ...figures, points: Object.keys(by_point).length, wrong, ...by_fault, ...at },
    },
    values.json,
  );
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (wrong > 0 || kills === 0) process.exitCode = 1;
}

function pointOf(name: string): Point {
  const point = POINTS.find((known) => known === name);
  if (!point) throw new Error(`--failpoints names ${name}, which does not exist`);
  return point;
}

function count(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number from 1, not ${text}`);
}
