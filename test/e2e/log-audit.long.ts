import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@groundtruth/sdk/cli';
import { auditLog, FeedClient, httpLogSource, LogFault, type TrustedLog } from '@groundtruth/sdk/feeds';
import { leafHash, nodeHash, utf8, type Hash } from '@groundtruth/sdk/protocol';
import { watchedTerminal } from '../../sdk/src/cli/terminal.fixture.js';
import { SERVER_COMMANDS } from '../../src/cli/server-commands.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { Sequencer, TransparencyLog } from '../../src/transparency/index.js';
import { leafNamed } from '../../src/transparency/log.fixture.js';
import { fulfil, newWorker, sheepTerms, shotOf } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';
import { tamperingProxy, type Tamper, type TamperingProxy } from '../support/tampering-proxy.js';

let market: TestMarket;
let proxy: TamperingProxy;
let folder: string;
let reader: { readonly api_key: string };
beforeAll(async () => {
  market = await testMarket();
  proxy = await tamperingProxy(market.baseUrl);
  folder = await mkdtemp(join(tmpdir(), 'groundtruth-audit-'));
  const agent = await market.funded();
  reader = agent;
  const bounty = await agent.client.bounties.create(
    sheepTerms({
      criteria: { all: [{ object: { label: 'sheep' } }], unique: false },
      licence: { exclusive_s: 0, resale: true },
    }),
  );
  await fulfil(await newWorker(market.baseUrl, 'Aiko'), bounty, shotOf(photo('march-pastoral')));
  const feeds = new FeedClient({ baseUrl: market.baseUrl, apiKey: agent.api_key });
  await eventually(async () => {
    for await (const card of feeds.observations.list()) return card;
    return null;
  }, 'the card');
});
afterAll(async () => {
  await proxy.close();
  await market.end();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command; what it wrote, and how it ended. */
async function run(...args: string[]) {
  const terminal = watchedTerminal({
    DATABASE_URL: market.database.url,
    DATA_DIR: '.groundtruth/test-market',
    GROUNDTRUTH_API_KEY: reader.api_key,
  });
  const audit = SERVER_COMMANDS.find(({ name }) => name === 'audit')!;
  const status = await runCommand(audit, args, terminal);
  return { status, text: terminal.out() };
}

const update = (text: string, values: unknown[] = []): Promise<unknown> =>
  market.database.dataSource.query(text, values);

async function append(...names: string[]): Promise<void> {
  const { app } = market.http;
  await app.get(UnitOfWork).run(async (tx) => {
    for (const name of names)
      await app.get(TransparencyLog).append(tx, 'test', { ...leafNamed(name), type: 'verdict' });
  });
  await app.get(Sequencer).flush('test');
}

describe('an audit of the database', () => {
  it('finds every verdict and observation in the log, and keeps what it trusts', async () => {
    const [state, json] = [join(folder, 'state.json'), join(folder, 'report.json')];
    const first = await run('--state', state, '--report', json);
    expect(first).toMatchObject({ status: 0 });
    const report = JSON.parse(await readFile(json, 'utf8')) as Record<string, unknown>;
    expect(report).toMatchObject({ command: 'audit', holds: true, findings: [], fault: null, records: 2, pending: 0 });
    const again = await run('--state', state);
    expect(again.text).toContain('0 leaves');
    expect((await run('--state', state, '--full')).text).toContain(`${String(report.leaves)} leaves`);
  });

  it('finds a verdict that was rewritten after it was logged', async () => {
    await update(`UPDATE verdict SET body = jsonb_set(body, '{tier}', '"attested"')`);
    const { status, text } = await run();
    await update(`UPDATE verdict SET body = jsonb_set(body, '{tier}', '"signed"')`);
    expect([status, text]).toEqual([5, expect.stringContaining('another_commitment  verdict')]);
    expect((await run()).status).toBe(0);
  });

  it('finds a record that was never logged, and a leaf whose record is gone', async () => {
    await update(
      `INSERT INTO verdict SELECT 'vrd_${'0'.repeat(32)}', mode, capture_id, bounty_id, 'review', basis, body, salt, created_at FROM verdict LIMIT 1`,
    );
    const unlogged = await run();
    await update(`DELETE FROM verdict WHERE id = 'vrd_${'0'.repeat(32)}'`);
    expect([unlogged.status, unlogged.text]).toEqual([5, expect.stringContaining('not_logged  verdict')]);
    await append('a verdict that was deleted');
    const deleted = await run();
    expect([deleted.status, deleted.text]).toEqual([5, expect.stringContaining('no_record  verdict')]);
  });

  it('says what it cannot do', async () => {
    await expect(run('--mode', 'tset')).rejects.toThrow('--mode is one of');
    expect(await run('--mode', 'live')).toMatchObject({ status: 6, text: 'not audited: nothing is signed yet\n' });
    expect(await run('--base-url', 'http://127.0.0.1:9')).toMatchObject({ status: 4 });
  });
});

describe('an audit of a server', () => {
  it('checks the cards that the key may see, and records in files', async () => {
    const feeds = new FeedClient({ baseUrl: market.baseUrl, apiKey: reader.api_key });
    const file = join(folder, 'observation.json');
    for await (const { id } of feeds.observations.list())
      await writeFile(file, JSON.stringify(await feeds.observations.get(id)));
    expect(await run('--base-url', market.baseUrl, '--record', file)).toMatchObject({
      status: 0,
      text: expect.stringContaining('2 looked for'),
    });
    const changed = (await readFile(file, 'utf8')).replace('"value_at_risk_max":"', '"value_at_risk_max":"6');
    await writeFile(file, changed);
    expect(await run('--base-url', market.baseUrl, '--record', file)).toMatchObject({
      status: 5,
      text: expect.stringContaining('not_logged'),
    });
  });
});

describe('a server, or whoever stands before it, is caught by audit and by the SDK when it', () => {
  let trusted: TrustedLog;
  let size: number;
  const keys = () => market.keyring.checkpoint_signers.test.keyset;
  beforeAll(async () => {
    proxy.tamper(() => null);
    await append('one more');
    const state = join(folder, 'before.json');
    expect((await run('--base-url', proxy.baseUrl, '--state', state)).status).toBe(0);
    trusted = (JSON.parse(await readFile(state, 'utf8')) as { trusted: TrustedLog }).trusted;
    await append('and', 'two later');
    size = trusted.size + 2;
  });

  async function caughtAt(tamper: Tamper): Promise<string[]> {
    proxy.tamper(tamper);
    const state = join(folder, 'before.json');
    const command = await run('--base-url', proxy.baseUrl, '--state', state);
    expect(command.status).toBe(5);
    expect((JSON.parse(await readFile(state, 'utf8')) as { trusted: TrustedLog }).trusted).toEqual(trusted);
    const source = httpLogSource({ baseUrl: proxy.baseUrl, mode: 'test' });
    const byDepth = (['growth', 'entries'] as const).map((depth) =>
      auditLog(source, { keys: keys(), trusted, now: Date.now(), allowTest: true, depth }).then(
        () => 'nothing',
        (error: unknown) => (error instanceof LogFault ? error.code : 'outage'),
      ),
    );
    return [/CAUGHT {2}(\w+)/.exec(command.text)![1]!, ...(await Promise.all(byDepth))];
  }

  /** A checkpoint that the log's own keys sign, over any leaves at any time. */
  async function lying(leaves: readonly Hash[], at: number) {
    const { note, log_root } = await market.keyring.checkpoint_signers.test.sign(leaves.length, rootOf(leaves), at);
    return (path: string): string | null => {
      if (path.startsWith('/v1/log/checkpoints')) {
        const data =
          Number(/after=(\d+)/.exec(path)![1]) < leaves.length
            ? [{ size: leaves.length, checkpoint: note, log_root }]
            : [];
        return JSON.stringify({ data, has_more: false });
      }
      return path.startsWith('/v1/log/checkpoint') ? note : null;
    };
  }
  const honestLeaves = async (): Promise<Hash[]> => {
    const rows = await market.database.dataSource.query<{ entry: Buffer }[]>(
      `SELECT entry FROM log_leaf WHERE mode = 'test' AND leaf_index IS NOT NULL ORDER BY leaf_index`,
    );
    return rows.map(({ entry }) => leafHash(entry));
  };

  it('signs a fork, and serves all of it', async () => {
    const leaves = (await honestLeaves()).with(0, leafHash(utf8('another history')));
    const checkpoint = await lying(leaves, Date.now());
    const tile: Tamper = (path) => (path.includes('/tile/0/') ? Buffer.concat(leaves) : checkpoint(path));
    expect(await caughtAt(tile)).toEqual(['forked', 'forked', 'forked']);
  });

  it('cuts leaves off', async () => {
    const leaves = (await honestLeaves()).slice(0, trusted.size - 1);
    expect(await caughtAt(await lying(leaves, Date.now()))).toEqual(['truncated', 'truncated', 'truncated']);
  });

  it('changes an entry; the growth of the tree alone does not show it', async () => {
    const entry = (path: string, honest: Buffer): Buffer | null => {
      if (!path.includes('/tile/entries/')) return null;
      const at = honest.lastIndexOf('"commitment":"') + 14;
      return Buffer.concat([
        honest.subarray(0, at),
        Buffer.from(honest[at] === 48 ? '1' : '0'),
        honest.subarray(at + 1),
      ]);
    };
    expect(await caughtAt(entry)).toEqual(['entry_changed', 'nothing', 'entry_changed']);
  });

  it('backdates a checkpoint', async () => {
    const leaves = await honestLeaves();
    expect(leaves).toHaveLength(size);
    expect(await caughtAt(await lying(leaves, trusted.signed_at! - 1))).toEqual([
      'backdated',
      'backdated',
      'backdated',
    ]);
  });
});

describe('the log in the C2SP layout', () => {
  it('is under a prefix of each mode: tiles and bundles for ever, checkpoints never kept', async () => {
    const ask = (path: string) => fetch(new URL(path, market.baseUrl));
    const checkpoint = await ask('/v1/log/test/checkpoint');
    expect([checkpoint.headers.get('cache-control'), checkpoint.headers.get('content-type')]).toEqual([
      'no-store',
      'text/plain; charset=utf-8',
    ]);
    const [, size] = (await checkpoint.text()).split('\n');
    for (const path of [`tile/0/000.p/${size}`, `tile/entries/000.p/${size}`]) {
      const [prefixed, asked] = [await ask(`/v1/log/test/${path}`), await ask(`/v1/log/${path}?mode=test`)];
      expect(prefixed.headers.get('cache-control')).toContain('immutable');
      expect(Buffer.from(await prefixed.arrayBuffer())).toEqual(Buffer.from(await asked.arrayBuffer()));
    }
    for (const path of [
      '/v1/log/test/tile/0/000',
      '/v1/log/live/checkpoint',
      '/v1/log/none/checkpoint',
      '/v1/log/test/tile/../0/000',
    ]) {
      const missing = await ask(path);
      expect([path, missing.status, missing.headers.get('cache-control') ?? '']).toEqual([
        path,
        404,
        expect.not.stringContaining('immutable'),
      ]);
    }
  });
});

function rootOf(leaves: readonly Hash[]): Hash {
  if (leaves.length === 1) return leaves[0]!;
  let middle = 1;
  while (middle * 2 < leaves.length) middle *= 2;
  return nodeHash(rootOf(leaves.slice(0, middle)), rootOf(leaves.slice(middle)));
}
