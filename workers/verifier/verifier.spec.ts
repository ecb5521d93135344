import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERIFICATION_QUEUE } from '@groundtruth/sdk/protocol';
import { BullmqQueue } from '../../src/platform/queue/index.js';
import type { Log } from '../../src/platform/telemetry/index.js';
import { SystemClock } from '../../src/platform/time.js';
import { builtDecoder } from '../../test/support/decoder.js';
import { eventually } from '../../test/support/eventually.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { readVerifierConfig, type VerifierConfig } from './config.js';
import { startVerifier } from './verifier.js';
import { contextOf, jobOf } from './verify.fixture.js';

describe('a verifier', () => {
  let db: TestDatabase;
  let folder: string;
  let config: VerifierConfig;
  const lines: object[] = [];
  const write = (facts: object): void => void lines.push(facts);
  const log: Log = { debug: write, info: write, warn: write, error: write, fatal: write, child: () => log };

  beforeAll(async () => {
    db = await testDatabase();
    folder = await mkdtemp(join(tmpdir(), 'verifier-'));
    await writeFile(join(folder, 'test'), '1'.repeat(64));
    await writeFile(join(folder, 'live'), '2'.repeat(64));
    config = readVerifierConfig({
      VERIFIER_DATABASE_URL: db.url, // Its rights are tested in database.spec.ts: a password of the role would be set for every test of the server.
      VERDICT_KEY_FILE_TEST: join(folder, 'test'),
      VERDICT_KEY_FILE_LIVE: join(folder, 'live'),
      MODELS_DIR: builtDecoder().cache_directory,
    });
  });
  afterAll(async () => {
    await db.close();
    await rm(folder, { recursive: true });
  });

  it('starts a decoder that was given no secret, takes jobs, and stops', async () => {
    const verifier = await startVerifier(config, { clock: new SystemClock(), log, decoder: builtDecoder() });
    const queue = new BullmqQueue({ postgres_url: db.url });
    try {
      expect(verifier.ready).toMatchObject({
        signers: { test: expect.stringMatching(/^0x/) },
        decoders: [{ ok: true, value: { hello: 1 } }],
      });
      expect(JSON.stringify(verifier.ready)).not.toContain('1'.repeat(64));
      const job = jobOf(contextOf());
      await queue.add(VERIFICATION_QUEUE, { id: `${job.capture_id}-1`, payload: job });
      await eventually(() => lines.some((line) => 'capture_id' in line));
      expect(lines).toEqual([{ capture_id: job.capture_id }]);
    } finally {
      await queue.close();
      await verifier.stop();
      await verifier.stop();
    }
  });

  it('does not start without a key', async () => {
    const keyless = { ...config, VERDICT_KEY_FILE_LIVE: join(folder, 'missing') };
    await expect(startVerifier(keyless, { clock: new SystemClock(), log, decoder: builtDecoder() })).rejects.toThrow(
      /missing cannot be read/,
    );
  });
});
