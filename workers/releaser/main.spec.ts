import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { sqlOne } from '../../src/platform/database/index.js';
import { eventually } from '../../test/support/eventually.js';
import { insertEntry, type BareEntry } from './bare-entry.fixture.js';
import { releaserDatabase, type ReleaserDatabase } from './database.fixture.js';
import { AGREED, CHAIN, KEYS, SIGNERS } from './facts.fixture.js';

describe('the releaser as a process', () => {
  let world: ReleaserDatabase;
  let folder: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    world = await releaserDatabase();
    folder = await mkdtemp(join(tmpdir(), 'releaser-'));
    await writeFile(join(folder, 'test.key'), KEYS.test);
    await writeFile(join(folder, 'live.key'), KEYS.live);
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (change: Record<string, string> = {}): ChildProcess => {
    const loader = resolve('test/support/typescript-loader.mjs');
    const child = spawn(process.execPath, ['--import', loader, resolve('workers/releaser/main.ts')], {
      env: {
        PATH: process.env.PATH,
        RELEASER_DATABASE_URL: world.url,
        RELEASE_KEY_FILE_TEST: join(folder, 'test.key'),
        RELEASE_KEY_FILE_LIVE: join(folder, 'live.key'),
        RELEASE_CHAIN_TEST: JSON.stringify(CHAIN),
        ENDS_WITH_STDIN: '1',
        LOG_LEVEL: 'silent',
        ...change,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  };
  const firstLine = async (child: ChildProcess): Promise<unknown> => {
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    return JSON.parse(line);
  };
  const signed = (entry: BareEntry) =>
    eventually(
      () =>
        world.db.unitOfWork.run((tx) =>
          sqlOne(tx, 'SELECT FROM release WHERE entry = $1 AND signature IS NOT NULL', [entry.id]),
        ),
      'the signature',
    );

  it('says who it is, signs, and ends with its parent’s pipe', async () => {
    const child = start();
    expect(await firstLine(child)).toEqual({
      ready: 'releaser',
      pid: child.pid,
      signers: { test: SIGNERS.test.account.address, live: SIGNERS.live.account.address },
      chains: { test: CHAIN, live: null },
      verdict_signers: { test: null, live: null },
    });
    await signed(await insertEntry(world.db.unitOfWork, AGREED, ['present']));
    const exit = once(child, 'exit');
    child.stdin!.end();
    expect(await exit).toEqual([0, null]);
  });

  it('is killed and started again, goes on where it was, and ends when asked', async () => {
    const killed = start();
    await firstLine(killed);
    const gone = once(killed, 'exit');
    killed.kill('SIGKILL');
    await gone;
    const entry = await insertEntry(world.db.unitOfWork, AGREED, ['absent']);
    const child = start();
    await firstLine(child);
    await signed(entry);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('does not start with a wrong environment, and says what is wrong without its value', async () => {
    const child = start({ RELEASE_CHAIN_TEST: '{"mode":"secret"}', RELEASE_KEY_FILE_LIVE: '' });
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'close')).toEqual([1, null]); // By then its last words were read, too.
    expect(said).toMatch(/RELEASE_KEY_FILE_LIVE[\s\S]*RELEASE_CHAIN_TEST/);
    expect(said).not.toContain('secret');
  });
});
