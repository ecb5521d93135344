import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeReport } from '../../bench/report.js';
import { withDecoderHere } from '../../src/cli/decoder-here.js';
import { projectRoot } from '../../src/platform/project-root.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { FFMPEG } from '../../workers/verifier/media/film.fixture.js';
import { pageOf } from './page.js';
import { runRates, type RatesRun } from './run.js';

const SKIPPED = 3;

/**
 * `npm run rates -- --genuine DIR --attack DIR --json FILE [--write-docs]`. Prints false accept and false reject per check and overall,
 * with counts and Wilson 95 % intervals. Fails when a statement of a manifest does not hold and nobody has explained why; ends with 3
 * when there was no file to look at.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      genuine: { type: 'string' },
      attack: { type: 'string' },
      json: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  const run = await withDecoderHere(loadConfig({ FFMPEG_PATH: FFMPEG, ...process.env }), (here) =>
    runRates(values, here, (line) => void process.stderr.write(`${line}\n`)),
  );
  const files = run.genuine_files + run.attack_files;
  const skipped = files === 0 ? { rates: 'no labelled file was given' } : undefined;
  const report = await writeReport({
    bench: 'rates',
    ratios: {},
    figures: files ? figuresOf(run) : {},
    ...(skipped ? { skipped } : {}),
  });
  const whole = { ...report, rates: run };
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(whole, null, 2)}\n`);
  if (values['write-docs']) {
    const page = join(projectRoot(), 'docs', 'error-rates.md');
    const text = pageOf(run, report.at);
    if ((await readFile(page, 'utf8').catch(() => '')) !== text) await writeFile(page, text);
  }
  if (skipped) process.exitCode = SKIPPED;
  if (run.expectations.some(({ holds, explanation }) => !holds && explanation === null)) process.exitCode = 1;
}

function figuresOf({ genuine_files, attack_files, expectations, checks, outcomes }: RatesRun): Record<string, number> {
  const word = (text: string): string => text.replace(/[^a-z0-9]+/gi, '_').replace(/_$/, '');
  const rates = checks.flatMap(({ trial, check, false_accept, false_reject }) => {
    const [kind, rate] = false_accept
      ? (['false_accept', false_accept] as const)
      : (['false_reject', false_reject!] as const);
    const name = `${kind}_${check}_${word(trial)}`;
    return [
      [name, rate.rate ?? 0],
      [`${name}_high`, rate.high],
      [`${name}_of`, rate.of],
    ] as const;
  });
  const ends = outcomes.flatMap(({ trial, accepted, rejected }) => [
    [`accepted_${word(trial)}`, accepted.rate ?? 0] as const,
    [`rejected_${word(trial)}`, rejected.rate ?? 0] as const,
    [`of_${word(trial)}`, accepted.of] as const,
  ]);
  const held = expectations.filter(({ holds }) => holds).length;
  const explained = expectations.filter(({ explanation }) => explanation !== null).length;
  return {
    genuine_files,
    attack_files,
    statements: expectations.length,
    held,
    explained,
    ...Object.fromEntries([...rates, ...ends]),
  };
}

await main();
