import { parseArgs } from 'node:util';
import { run as duplicates } from './duplicates/index.js';
import { run as e2e } from './e2e/index.js';
import { run as feed } from './feed/index.js';
import { run as gas } from './gas/index.js';
import { run as geo } from './geo/index.js';
import { run as ledger } from './ledger/index.js';
import { run as redaction } from './redaction/index.js';
import type { BenchReport } from './report.js';
import { run as resemblance } from './resemblance/index.js';
import { run as verify } from './verify/index.js';

const SKIPPED = 3;

/** Every benchmark by name. */
const BENCHES: Readonly<
  Record<string, (options: { json?: string; dir?: string; rows?: number; seconds: number }) => Promise<BenchReport>>
> = {
  duplicates: ({ json }) => duplicates(json === undefined ? {} : { json }),
  e2e,
  feed: ({ json }) => feed(json === undefined ? {} : { json }),
  gas: ({ json }) => gas(json === undefined ? {} : { json }),
  geo: ({ dir: _, seconds: __, ...options }) => geo(options),
  ledger: ({ json }) => ledger(json === undefined ? {} : { json }),
  redaction: ({ seconds: _, ...options }) => redaction(options),
  resemblance: ({ seconds: _, ...options }) => resemblance(options),
  verify: ({ json }) => verify(json === undefined ? {} : { json }),
};

/** `npm run bench -- NAME --json FILE [--seconds S] [--dir DIR] [--rows N]`; `--dir` is a folder of pictures for `redaction` and `resemblance`, `--rows` the number of bounties of `geo`. Ends with 3 when nothing could be measured here. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      dir: { type: 'string' },
      rows: { type: 'string' },
      seconds: { type: 'string', default: '120' },
    },
  });
  const bench = BENCHES[positionals[0] ?? ''];
  if (!bench) {
    process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHES).join('|')} --json FILE\n`);
    process.exitCode = 2;
    return;
  }
  const report = await bench({
    seconds: Number(values.seconds),
    ...(values.json === undefined ? {} : { json: values.json }),
    ...(values.dir === undefined ? {} : { dir: values.dir }),
    ...(values.rows === undefined ? {} : { rows: Number(values.rows) }),
  });
  const measured = Object.keys(report.ratios).length + Object.keys(report.figures).length;
  if (measured === 0 && report.skipped) process.exitCode = SKIPPED;
}

await main();
