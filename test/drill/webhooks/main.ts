import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeReport } from '../../../bench/report.js';
import { ManualClock } from '../../../src/kernel/clock.js';
import { startMarket } from '../../../src/market.js';
import { loadConfig } from '../../../src/platform/config/index.js';
import { erasePostgres } from '../../../src/platform/embedded/postgres.js';
import { silentLog } from '../../../src/platform/telemetry/index.js';
import { webhookDrill, type WebhookResult } from './drill.js';
import { BEGINNING, SETTINGS } from './scene.js';

/**
 * `npm run drill -- webhooks --count N --json FILE [--seed S] [--data DIR]`. Delivers N webhooks to a market of its own, which is made anew.
 * Fails when any was answered wrongly, a forged one got in, or Stripe, ledger and inbox differ in the end.
 */
export async function drillWebhooks(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      data: { type: 'string', default: '.groundtruth/drill-webhooks' },
    },
  });
  await erasePostgres(resolve(join(values.data, 'postgres')));
  await rm(values.data, { recursive: true, force: true });
  const clock = new ManualClock(BEGINNING);
  const config = loadConfig({ ...SETTINGS, DATA_DIR: values.data });
  const market = await startMarket({ config, log: silentLog, clock });
  const started = performance.now();
  try {
    const result = await webhookDrill({
      market,
      clock,
      count: count('count', values.count),
      seed: count('seed', values.seed),
      say: (line) => void process.stderr.write(`${line}\n`),
      signal,
    });
    await report(result, (performance.now() - started) / 1_000, values.json);
  } finally {
    await market.stop();
  }
}

async function report({ tally, checked, acts }: WebhookResult, seconds: number, json?: string): Promise<void> {
  const { delivered, reordered, unknown_types, accepted_forged, wrong_answers, by_sort, by_way, faults } = tally;
  const named = (prefix: string, counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(counts).map(([name, times]) => [`${prefix}_${name}`, times]));
  const figures = {
    delivered,
    genuine: by_sort.first,
    replayed: by_sort.replay,
    reordered,
    forged: by_sort.forged,
    untrue: by_sort.untrue,
    unknown_types,
    accepted_forged,
    wrong_answers,
    ...checked,
    faults: faults.length,
    seconds,
    ...named('way', by_way),
    ...named('act', acts),
  };
  await writeReport({ bench: 'drill-webhooks', ratios: {}, figures }, json);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0 || delivered === 0) process.exitCode = 1;
}

function count(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number from 1, not ${text}`);
}
