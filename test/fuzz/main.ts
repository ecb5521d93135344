import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeReport } from '../../bench/report.js';
import { projectRoot } from '../../src/platform/project-root.js';
import { FFMPEG } from '../../workers/verifier/media/film.fixture.js';
import { fuzz } from './fuzz.js';
import { faultless, figuresOf } from './tally.js';

const MINUTE_MS = 60_000;

/**
 * `npm run fuzz -- --count N --json FILE [--seed S] [--resume] [--data DIR]`. Fails when a file brought a decoder down, held it up,
 * confused it, or made the verifier throw. A stop signal ends it after the batch in hand; with `--resume` it goes on from there.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      data: { type: 'string', default: '.groundtruth/fuzz' },
      resume: { type: 'boolean', default: false },
    },
  });
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());
  const began = performance.now();
  const tally = await fuzz({
    directory: values.data,
    count: whole('count', values.count),
    seed: whole('seed', values.seed),
    resume: values.resume,
    decoders: availableParallelism(),
    decoder: {
      cache_directory: join('.groundtruth', 'models'),
      package_root: projectRoot(),
      environment: { FFMPEG_PATH: FFMPEG },
    },
    say: (line) => void process.stderr.write(`${line}\n`),
    signal: ending.signal,
  });
  const minutes = (performance.now() - began) / MINUTE_MS;
  await writeReport({ bench: 'fuzz', ratios: {}, figures: { ...figuresOf(tally), minutes } }, values.json);
  for (const { index, what } of tally.faults) process.stderr.write(`file ${index} of seed ${tally.seed}: ${what}\n`);
  if (!faultless(tally)) process.exitCode = 1;
}

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number, not ${text}`);
}

await main();
