import { parseArgs } from 'node:util';
import { writeReport } from '../../bench/report.js';
import { drillCard } from './card/main.js';
import { drill } from './drill.js';
import { drillRail } from './rail/main.js';
import { drillWebhooks } from './webhooks/main.js';
import { faultless } from './tally.js';

/** What can be drilled, by the first word of the command line; without one it is `kills`. */
const DRILLS: Readonly<Record<string, (args: string[], signal: AbortSignal) => Promise<void>>> = {
  kills: drillKills,
  rail: drillRail,
  card: drillCard,
  webhooks: drillWebhooks,
};

/** A stop signal ends a drill after what it has in hand; the same command goes on from there. */
async function main([name = 'kills', ...args]: string[]): Promise<void> {
  if (name.startsWith('-')) return main(['kills', name, ...args]);
  const drill = DRILLS[name];
  if (!drill) throw new Error(`there is no drill ${name}: ${Object.keys(DRILLS).join(', ')}`);
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());
  await drill(args, ending.signal);
}

/**
 * `npm run drill -- [kills] --kills N --json FILE [--seed S] [--data DIR]`. Fails when anything was lost, paid twice, left unbalanced or left
 * running.
 */
async function drillKills(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      kills: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      data: { type: 'string', default: '.groundtruth/drill' },
    },
  });
  const tally = await drill({
    dataDir: values.data,
    kills: count('kills', values.kills),
    seed: count('seed', values.seed),
    say: (line) => void process.stderr.write(`${line}\n`),
    signal,
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

await main(process.argv.slice(2));
