import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentClient } from '@groundtruth/sdk/agent';
import { verifierUrl } from '../../src/platform/queue/index.js';
import { silentLog } from '../../src/platform/telemetry/index.js';
import { SystemClock } from '../../src/platform/time.js';
import { readVerifierConfig } from '../../workers/verifier/config.js';
import { startVerifier, type RunningVerifier } from '../../workers/verifier/verifier.js';
import { newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { builtDecoder } from '../support/decoder.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { sheepWithCard } from '../support/photos.js';

/** No verifier of its own: captures pile up until one is started. */
let market: TestMarket;
beforeAll(async () => (market = await testMarket({ VERIFIERS: '0' })));
afterAll(() => market.end());

function verifierHere(models?: string): Promise<RunningVerifier> {
  const { keyring, database } = market;
  const config = readVerifierConfig({
    VERIFIER_DATABASE_URL: verifierUrl(database.url, keyring.verifier_password),
    VERDICT_KEY_FILE_TEST: keyring.verdict_key_files.test,
    VERDICT_KEY_FILE_LIVE: keyring.verdict_key_files.live,
    MODELS_DIR: models ?? builtDecoder().cache_directory,
  });
  const decoder = models ? { ...builtDecoder(), package_root: models } : builtDecoder();
  return startVerifier(config, { clock: new SystemClock(), log: silentLog, decoder });
}

/** Hands in one picture of sheep with a card of its own, and does not wait. */
async function handIn(agent: AgentClient, worker: Worker, code: string): Promise<string> {
  // Two cards on one photo resemble each other, which is not what is tried here.
  const criteria = { all: [{ object: { label: 'sheep' } }], unique: false };
  const bounty = await agent.bounties.create(sheepTerms({ criteria }));
  const reservation = await worker.client.reservations.create(bounty.id);
  const capture = await worker.client.capture({
    reservation,
    device: worker.device,
    ...shotOf(await sheepWithCard(code, { x: Number(`0.${code.length}`), y: 0.1, share: 0.6 })),
  });
  return capture.id;
}

describe('captures without a verifier', () => {
  it('wait, survive a queue that lost everything, and are each paid once when one comes', async () => {
    const agent = await market.funded();
    const workers = [await newWorker(market.baseUrl, 'Aiko'), await newWorker(market.baseUrl, 'Ben')];
    const ids = [
      await handIn(agent.client, workers[0]!, 'KX7-42P'),
      await handIn(agent.client, workers[1]!, 'HW9-4TCAAA'),
    ];
    const states = async () => Promise.all(ids.map(async (id, i) => (await workers[i]!.client.captures.get(id)).state));
    await eventually(async () => (await states()).every((state) => state === 'verifying'), 'hand-over');

    const missing = await mkdtemp(join(tmpdir(), 'no-models-'));
    await expect(verifierHere(missing)).rejects.toThrow(/does not start/);
    await rm(missing, { recursive: true });
    expect(await states()).toEqual(['verifying', 'verifying']);

    const { dataSource } = market.database;
    const jobs = (await dataSource.query(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'verifier_queue' AND table_name LIKE '%job%'`,
    )) as { table_name: string }[];
    expect(jobs.length).toBeGreaterThan(0);
    for (const { table_name } of jobs) await dataSource.query(`DELETE FROM verifier_queue."${table_name}"`);
    // To wait that time out, it would have to be shorter than a verification on a busy machine.
    await dataSource.query(`UPDATE capture SET dispatched_at = dispatched_at - interval '1 hour' WHERE id = ANY($1)`, [
      ids,
    ]);

    const verifier = await verifierHere();
    try {
      for (const [i, id] of ids.entries()) {
        const { state } = await workers[i]!.client.captures.waitFor(id, {
          until: ['settled', 'rejected', 'review'],
          timeout_ms: 60_000,
        });
        expect({ id, state }).toEqual({ id, state: 'settled' });
        expect((await workers[i]!.client.balance.get()).balances[0]).toMatchObject({ available: '5.000000' });
      }
    } finally {
      await verifier.stop();
    }
  }, 180_000);
});
