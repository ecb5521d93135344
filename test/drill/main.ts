import { parseArgs } from 'node:util';
import { writeReport } from '../../bench/report.js';
import { drill } from './drill.js';

/** `npm run drill -- --kills N --json FILE [--seed S] [--data DIR]`. Fails when anything was lost, paid twice or left unbalanced. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      data: { type: 'string', default: '.groundtruth/drill' },
    },
  });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { seed, by_target, ...tally } = await drill({
    dataDir: values.data,
    kills: Number(values.kills),
    seed: Number(values.seed),
    say,
  });
  const figures = { ...tally, seed, api: by_target.api, verifier: by_target.verifier, postgres: by_target.postgres };
  await writeReport({ bench: 'drill', ratios: {}, figures }, values.json);
  if (tally.lost + tally.doubled + tally.unbalanced > 0) process.exitCode = 1;
}

await main();
