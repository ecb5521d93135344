import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../src/platform/config/index.js';
import { erasePostgres } from '../../src/platform/embedded/postgres.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { startMarket } from '../../src/market.js';
import { tryToCheat } from './cheats.js';
import { playLife } from './life.js';
import { Stage } from './stage.js';

/** The demo plays on a market of its own, made anew each time: a photo that was accepted once is a duplicate for ever. */
const DATA_DIR = '.groundtruth/demo';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'string' }, photo: { type: 'string' } } });
  const photo = values.photo === undefined ? null : await readFile(values.photo);
  const stage = new Stage();
  stage.say(
    'Groundtruth plays one bounty’s life on real parts: Postgres, queue, models, ledger, log. No account, no network.',
  );

  await erasePostgres(resolve(join(DATA_DIR, 'postgres')));
  await rm(DATA_DIR, { recursive: true, force: true });
  const config = loadConfig({
    DATA_DIR,
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_LIMIT_PER_MINUTE: '0',
    RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
  });
  const market = await stage.time('start', () =>
    startMarket({ config, log: createLogger({ level: config.LOG_LEVEL, process: 'demo' }) }),
  );
  try {
    const life = await playLife(stage, market, photo);
    const refusals = photo === null ? await tryToCheat(stage, market, life) : [];
    const { cast: _cast, ...receipt } = life;
    const report = { ...receipt, refusals, timings_ms: stage.timings };
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
    stage.receipt(report);
  } finally {
    await market.stop();
  }
}

await main();
