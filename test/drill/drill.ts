import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentClient, OperatorClient } from '@groundtruth/sdk/agent';
import { ContributorClient, DeviceKey, sealCapture } from '@groundtruth/sdk/contributor';
import { sleep } from '../../src/platform/time.js';
import { AREA, sheepTerms, shotOf } from '../support/cast.js';
import { photo } from '../support/photos.js';
import { ChildMarket, TARGETS, type Target } from './child-market.js';

/** A kill comes at a random moment of this span after a capture's first request; a whole life takes about half of it. */
const KILL_WITHIN_MS = 2_500;
const SETTLED_MS_MAX = 120_000;
const TRIES_MAX = 40;
const RETRY_MS = 250;

export interface Tally {
  seed: number;
  kills: number;
  by_target: Record<Target, number>;
  /** Captures handed in that were not paid in time. */
  lost: number;
  /** Contributors with more than they earned. */
  doubled: number;
  /** Kills after which the books did not balance. */
  unbalanced: number;
}

export interface DrillOptions {
  readonly dataDir: string;
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/**
 * Lets captures flow and kills api, verifier or Postgres at seeded random moments, one kill a capture. After each, the capture must be
 * paid exactly once and the books must balance. Progress is kept in the data folder: the next run goes on where this one ended.
 */
export async function drill({ dataDir, kills, seed, say }: DrillOptions): Promise<Tally> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'drill.json');
  const tally = (await read(file)) ?? {
    seed,
    kills: 0,
    by_target: { api: 0, verifier: 0, postgres: 0 },
    lost: 0,
    doubled: 0,
    unbalanced: 0,
  };
  const market = await ChildMarket.start(dataDir);
  try {
    while (tally.kills < kills) {
      await round(market, tally);
      await keep(file, tally);
      say(`${tally.kills} kills, ${tally.lost} lost, ${tally.doubled} doubled, ${tally.unbalanced} unbalanced`);
    }
  } finally {
    await market.stop();
  }
  return tally;
}

async function round(market: ChildMarket, tally: Tally): Promise<void> {
  const random = randomOf(tally.seed + tally.kills);
  const target = TARGETS[Math.floor(random() * TARGETS.length)]!;
  const life = captureLife(market, `${tally.seed}-${tally.kills}-${Date.now()}`);
  await sleep(random() * KILL_WITHIN_MS);
  await market.kill(target);
  const { settled, available } = await life;
  const { balanced } = await again(async () =>
    new OperatorClient({ baseUrl: market.baseUrl, apiKey: await market.operatorKey() }).books(),
  );
  tally.kills++;
  tally.by_target[target]++;
  if (!settled) tally.lost++;
  if (settled ? available !== '1.000000' : available !== '0.000000') tally.doubled++;
  if (!balanced) tally.unbalanced++;
}

/** One bounty from credit to payment, every step repeated under one key until it is answered. */
async function captureLife(market: ChildMarket, name: string): Promise<{ settled: boolean; available: string }> {
  const { baseUrl } = market;
  const once = (step: string) => ({ idempotencyKey: `${name}:${step}` });
  const operator = new OperatorClient({ baseUrl, apiKey: await market.operatorKey() });
  const { id, api_key } = await again(() => AgentClient.agents.register({ baseUrl, name }));
  const agent = new AgentClient({ baseUrl, apiKey: api_key });
  await again(() => operator.sandbox.credit(id, '10.000000', once('credit')));
  const terms = sheepTerms({
    area: AREA,
    criteria: { all: [{ object: { label: 'sheep' } }], unique: false },
    price: { schedule: 'fixed', amount: '1.000000' },
  });
  const bounty = await again(() => agent.bounties.create(terms, once('bounty')));
  const worker = await again(() => ContributorClient.contributors.register({ baseUrl, name, adult: true }));
  const client = new ContributorClient({ baseUrl, apiKey: worker.api_key });
  const key = await DeviceKey.generate();
  const device = await again(() => client.devices.enrol(key, once('device')));
  const reservation = await again(() => client.reservations.create(bounty.id, once('reserve')));
  const bytes = photo('march-pastoral');
  const sealed = await sealCapture(reservation, shotOf(bytes), device);
  const capture = await again(() => client.captures.create(sealed, once('capture')));
  await again(() => client.captures.upload(capture, bytes));
  await again(() => client.captures.submit(capture.id, once('submit')));
  const settled = await until(async () => (await again(() => client.captures.get(capture.id))).state === 'settled');
  const { balances } = await again(() => client.balance.get());
  return { settled, available: balances[0]!.available };
}

/** Repeats while the service is away. Refusals count too: a request cut in the middle of a start can meet a half-open door. */
async function again<T>(step: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await step();
    } catch (error) {
      if (tries === TRIES_MAX) throw error;
      await sleep(RETRY_MS);
    }
  }
}

async function until(look: () => Promise<boolean>): Promise<boolean> {
  for (let waited_ms = 0; waited_ms < SETTLED_MS_MAX; waited_ms += RETRY_MS) {
    if (await look()) return true;
    await sleep(RETRY_MS);
  }
  return false;
}

/** mulberry32: small, seeded, good enough to spread kills. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function read(file: string): Promise<Tally | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Tally;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function keep(file: string, tally: Tally): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(tally, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
