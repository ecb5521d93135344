import { parseArgs } from 'node:util';
import { writeReport } from '../../bench/report.js';
import { drill } from './drill.js';
import { faultless } from './tally.js';

/**
 * `npm run drill -- --kills N --json FILE [--seed S] [--data DIR]`. Fails when anything was lost, paid twice, left unbalanced or left
 * running. A stop signal ends it after the kill in hand; the same command goes on from there.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      data: { type: 'string', default: '.groundtruth/drill' },
    },
  });
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());
  const tally = await drill({
    dataDir: values.data,
    kills: count('kills', values.kills),
    seed: count('seed', values.seed),
    say: (line) => void process.stderr.write(`${line}\n`),
    signal: ending.signal,
  });
  const { by_target, by_step, faults: _faults, ...counts } = tally;
  const at_step = Object.fromEntries(Object.entries(by_step).map(([step, kills]) => [`at_${step}`, kills]));
  await writeReport({ bench: 'drill', ratios: {}, figures: { ...counts, ...by_target, ...at_step } }, values.json);
  if (!faultless(tally)) process.exitCode = 1;
}

function count(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number, not ${text}`);
}

await main();
