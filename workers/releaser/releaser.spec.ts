import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recoverTypedDataAddress, type Hex } from 'viem';
import {
  closingStatementMessage,
  releaseManyMessage,
  releaseMessage,
  type EscrowPayment,
} from '@groundtruth/sdk/protocol';
import { sql, sqlOne } from '../../src/platform/database/index.js';
import { Log, silentLog } from '../../src/platform/telemetry/index.js';
import { SystemClock } from '../../src/platform/time.js';
import { eventually } from '../../test/support/eventually.js';
import { closeEntry, insertBatch, insertEntry, withoutKeys, type BareEntry } from './bare-entry.fixture.js';
import { readReleaserConfig } from './config.js';
import { releaserDatabase, type ReleaserDatabase } from './database.fixture.js';
import { AGREED, CHAIN, KEYS, SIGNERS } from './facts.fixture.js';
import { ReleaserRecords } from './records.js';
import { Releaser } from './releaser.js';
import { startReleaser } from './start.js';

interface Signed extends EscrowPayment {
  readonly paid_before: bigint;
  readonly signature: Hex | null;
}

describe('the releaser', () => {
  let world: ReleaserDatabase;
  let folder: string;
  beforeAll(async () => {
    world = await releaserDatabase();
    folder = await mkdtemp(join(tmpdir(), 'releaser-'));
    await writeFile(join(folder, 'test.key'), KEYS.test);
    await writeFile(join(folder, 'live.key'), KEYS.live.slice(2));
  });
  afterAll(async () => {
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ours = SIGNERS.test.account.address;
  const read = <T extends object>(text: string, params: unknown[]) =>
    world.db.unitOfWork.run((tx) => sql<T>(tx, text, params));
  const releasesOf = (entry: BareEntry) =>
    read<Signed>(
      'SELECT commitment AS capture, pay_to AS to, amount, paid_before, signature FROM release WHERE entry = $1 ORDER BY seq',
      [entry.id],
    );
  const batchOf = async (entry: BareEntry) =>
    (await read<{ signature: Hex | null }>('SELECT signature FROM release_batch WHERE entry = $1', [entry.id]))[0]!
      .signature;
  const closingOf = async (entry: BareEntry) =>
    (
      await read<{ owed: bigint; signature: Hex | null }>(
        'SELECT owed_total AS owed, closing_signature AS signature FROM escrow_entry WHERE id = $1',
        [entry.id],
      )
    )[0]!;
  const change = (text: string, params: unknown[]) => withoutKeys(world.db.unitOfWork, (tx) => sql(tx, text, params));
  const releaser = (log: Log = silentLog) =>
    new Releaser({ records: new ReleaserRecords(world.unitOfWork), signers: SIGNERS, clock: new SystemClock(), log });

  it('signs what is settled, in order, then its batch and its end, by a loop that needs no call', async () => {
    const { unitOfWork } = world.db;
    const entry = await insertEntry(unitOfWork, AGREED, ['present', 'absent', 'present']);
    await withoutKeys(unitOfWork, (tx) => insertBatch(tx, entry, 1, 2));
    const config = readReleaserConfig({
      RELEASER_DATABASE_URL: world.url,
      RELEASE_KEY_FILE_TEST: join(folder, 'test.key'),
      RELEASE_KEY_FILE_LIVE: join(folder, 'live.key'),
      RELEASE_CHAIN_TEST: JSON.stringify(CHAIN),
      RELEASE_INTERVAL_MS: '50',
    });
    const running = await startReleaser(config, { clock: new SystemClock(), log: silentLog });
    try {
      expect(running.ready).toEqual({
        signers: { test: ours, live: SIGNERS.live.account.address },
        chains: { test: CHAIN, live: null },
        verdict_signers: { test: null, live: null },
      });
      await eventually(async () => (await batchOf(entry)) !== null, 'the signature of the batch');
      await withoutKeys(unitOfWork, (tx) => closeEntry(tx, entry));
      await eventually(async () => (await closingOf(entry)).signature !== null, 'the closing signature');
    } finally {
      await running.stop();
      await running.stop();
    }
    const id = entry.id as Hex;
    const releases = await releasesOf(entry);
    for (const { signature, paid_before, ...payment } of releases) {
      const message = releaseMessage(CHAIN, id, payment, paid_before);
      expect(await recoverTypedDataAddress({ ...message, signature: signature! })).toBe(ours);
    }
    const [, second, third] = releases.map(({ capture, to, amount }) => ({ capture, to, amount }));
    const batch = releaseManyMessage(CHAIN, id, [second!, third!], releases[1]!.paid_before);
    expect(await recoverTypedDataAddress({ ...batch, signature: (await batchOf(entry))! })).toBe(ours);
    const { owed, signature } = await closingOf(entry);
    const end = closingStatementMessage(CHAIN, id, owed);
    expect(await recoverTypedDataAddress({ ...end, signature: signature! })).toBe(ours);
  });

  it('signs a hundred of one entry in one pass, and nothing twice', async () => {
    const findings = Array.from({ length: 100 }, (_, i) => (i % 3 ? ('present' as const) : ('absent' as const)));
    const entry = await insertEntry(world.db.unitOfWork, AGREED, findings);
    expect(await releaser().pass()).toBe(100);
    expect(await releaser().pass()).toBe(0);
    expect((await releasesOf(entry)).every(({ signature }) => signature !== null)).toBe(true);
  });

  it('gives the same bytes when its work is lost, and when two of it work at once', async () => {
    const entry = await insertEntry(world.db.unitOfWork, AGREED, ['present', 'absent', 'present', 'absent']);
    await releaser().pass();
    const before = await releasesOf(entry);
    await change('UPDATE release SET signature = NULL WHERE entry = $1', [entry.id]);
    const signed = await Promise.all([releaser().pass(), releaser().pass()]);
    expect(signed[0]! + signed[1]!).toBe(4);
    expect(await releasesOf(entry)).toEqual(before);
  });

  it('leaves what it refuses and all behind it, says so once, and goes on with others', async () => {
    const { unitOfWork } = world.db;
    const bad = await insertEntry(unitOfWork, AGREED, ['present', 'present', 'present']);
    await change('UPDATE release SET amount = amount + 1 WHERE capture_id = $1', [bad.captures[1]]);
    const unreadable = await insertEntry(unitOfWork, AGREED, ['present']);
    await change(`UPDATE escrow_entry SET terms = '{}' WHERE id = $1`, [unreadable.id]);
    const good = await insertEntry(unitOfWork, AGREED, ['present', 'present']);
    const warnings: object[] = [];
    const log = Object.assign(Object.create(silentLog) as Log, {
      warn: (facts: object) => void warnings.push(facts),
      info: () => undefined,
    });
    const one = releaser(log);
    await one.pass();
    await one.pass();
    expect((await releasesOf(bad)).map(({ signature }) => signature !== null)).toEqual([true, false, false]);
    expect((await releasesOf(unreadable)).map(({ signature }) => signature !== null)).toEqual([false]);
    expect((await releasesOf(good)).map(({ signature }) => signature !== null)).toEqual([true, true]);
    const told = (entry: BareEntry, index: number, refusal: string) => ({
      entry: entry.id,
      capture_id: entry.captures[index],
      kind: 'release',
      refusal,
    });
    expect(warnings).toHaveLength(2);
    expect(warnings).toEqual(
      expect.arrayContaining([told(bad, 1, 'amount_differs'), told(unreadable, 0, 'unreadable')]),
    );
    await change('UPDATE release SET amount = amount - 1 WHERE capture_id = $1', [bad.captures[1]]);
    expect(await one.pass()).toBe(2);
    await change(`DELETE FROM release WHERE entry = $1`, [unreadable.id]);
  });

  it('signs no end while anything is open, and no release after the end', async () => {
    const { unitOfWork } = world.db;
    const entry = await insertEntry(unitOfWork, AGREED, ['present', 'present']);
    await releaser().pass();
    await withoutKeys(unitOfWork, (tx) => closeEntry(tx, entry));
    await change(`UPDATE bounty SET reserved = 1 WHERE id = $1`, [entry.bounty_id]);
    expect(await releaser().pass()).toBe(0);
    await change(`UPDATE bounty SET reserved = 0 WHERE id = $1`, [entry.bounty_id]);
    expect(await releaser().pass()).toBe(1);
    await change('UPDATE release SET signature = NULL WHERE capture_id = $1', [entry.captures[1]]);
    expect(await releaser().pass()).toBe(0);
  });

  it('does not start without both keys, with one for two, or with an escrow of another mode', async () => {
    const env = {
      RELEASER_DATABASE_URL: world.url,
      RELEASE_KEY_FILE_TEST: join(folder, 'test.key'),
      RELEASE_KEY_FILE_LIVE: join(folder, 'test.key'),
    };
    const start = (change: Record<string, string>) =>
      startReleaser(readReleaserConfig({ ...env, ...change }), { clock: new SystemClock(), log: silentLog });
    await expect(start({})).rejects.toThrow(/must not have the same key/);
    await expect(start({ RELEASE_KEY_FILE_LIVE: join(folder, 'none') })).rejects.toThrow(/cannot be read/);
    const wrong = { RELEASE_CHAIN_LIVE: JSON.stringify(CHAIN), RELEASE_CHAIN_TEST: '{' };
    expect(() => readReleaserConfig({ ...env, ...wrong })).toThrow(/RELEASE_CHAIN_TEST.*\n.*RELEASE_CHAIN_LIVE/);
    expect(() => readReleaserConfig({})).toThrow(/RELEASER_DATABASE_URL/);
  });

  it('reads nothing but through its role', async () => {
    const row = await world.unitOfWork.run((tx) => sqlOne<{ role: string }>(tx, 'SELECT current_user AS role'));
    expect(row!.role).toBe('releaser');
  });
});
