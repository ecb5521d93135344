import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../src/platform/config/index.js';
import { eraseAnvil } from '../../src/platform/embedded/anvil.js';
import { erasePostgres } from '../../src/platform/embedded/postgres.js';
import { MovableClock } from '../../src/platform/movable-clock.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { startMarket, type Market } from '../../src/market.js';
import { cheatOnChain } from './chain.cheats.js';
import { playOnChain, type ChainPlay } from './chain.js';
import { playCard } from './card.js';
import { tryToCheat } from './cheats.js';
import { playLife } from './life.js';
import { playPrices } from './prices.js';
import { Stage } from './stage.js';

/** The demo plays on a market of its own, made anew each time: a photo that was accepted once is a duplicate for ever. */
const DATA_DIR = '.groundtruth/demo';
/** So that nobody watches us wait for the chain. */
const CHAIN_POLL_MS = '100';
const RAILS = ['balance', 'stablecoin'] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      photo: { type: 'string' },
      rail: { type: 'string' },
      funding: { type: 'string' },
    },
  });
  const card = isCard(values.funding);
  const rail = railOf(values.rail);
  const photo = values.photo === undefined ? null : await readFile(values.photo);
  const stage = new Stage();
  stage.say(
    'Groundtruth plays one bounty’s life on real parts: Postgres, queue, models, ledger, log, chain. No account, no network.',
  );

  await erasePostgres(resolve(join(DATA_DIR, 'postgres')));
  await eraseAnvil(resolve(join(DATA_DIR, 'chain')));
  await rm(DATA_DIR, { recursive: true, force: true });
  const config = loadConfig({
    DATA_DIR,
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_LIMIT_PER_MINUTE: '0',
    RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
    CHAIN_POLL_MS,
  });
  const clock = new MovableClock();
  const market = await stage.time('start', () =>
    startMarket({ config, clock, log: createLogger({ level: config.LOG_LEVEL, process: 'demo' }) }),
  );
  try {
    if (card) {
      const story = await playCard(stage, market, clock, photo);
      if (values.json !== undefined) await writeReport(values.json, { ...story, timings_ms: stage.timings });
      return stage.cardReceipt(story);
    }
    // A photo of your own is accepted once: it is shown on one rail.
    const first = rail === 'stablecoin' ? null : await playBalance(stage, market, clock, photo);
    const second =
      rail === 'balance' || (first && photo) ? null : await playChain(stage, market, { photo, brief: first !== null });
    const report = { ...second, ...first, ...(second && { chain: second.chain }), timings_ms: stage.timings };
    if (values.json !== undefined) await writeReport(values.json, report);
    if (first) stage.receipt(first);
    if (second) stage.chainReceipt(second.chain);
  } finally {
    await market.stop();
  }
}

async function playBalance(stage: Stage, market: Market, clock: MovableClock, photo: Buffer | null) {
  const life = await playLife(stage, market, photo);
  const refusals = photo === null ? await tryToCheat(stage, market, life) : [];
  const { cast, ...receipt } = life;
  if (photo !== null) return { ...receipt, refusals };
  stage.say('\nA price that rises, and two who share it');
  return { ...receipt, refusals, prices: await playPrices(stage, market, clock, cast.operator) };
}

async function playChain(stage: Stage, market: Market, play: ChainPlay) {
  if (play.brief) stage.say('\nThe same in a stablecoin, on chain');
  const life = await playOnChain(stage, market, play);
  if (!play.brief) stage.say('\nThen somebody tries to cheat');
  const refusals = [...life.refusals, ...(life.release ? await cheatOnChain(stage, market, life) : [])];
  const { cast: _cast, release, ...receipt } = life;
  return { ...receipt, refusals, chain: { ...receipt.chain, release, refusals } };
}

const writeReport = (file: string, report: object): Promise<void> =>
  writeFile(file, `${JSON.stringify(report, null, 2)}\n`);

function isCard(value: string | undefined): boolean {
  if (value === undefined) return false;
  if (value !== 'card') throw new Error('--funding is card; left out, the balance is of sandbox dollars');
  return true;
}

/** Null plays both. */
function railOf(value: string | undefined): (typeof RAILS)[number] | null {
  if (value === undefined) return null;
  const rail = RAILS.find((one) => one === value);
  if (!rail) throw new Error(`--rail is one of ${RAILS.join(', ')}; left out, both are shown`);
  return rail;
}

await main();
