import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@groundtruth/sdk/cli';
import type { LogSource } from '@groundtruth/sdk/feeds';
import { commit, leafBytes, leafHash, nodeHash, toHex, type Leaf } from '@groundtruth/sdk/protocol';
import { watchedTerminal } from '../../../sdk/src/cli/terminal.fixture.js';
import { leafNumbered, logKeys, NOW, servedLog } from '../../../sdk/src/feeds/audit/served-log.fixture.js';
import { signedWorld } from '../../../sdk/src/feeds/signed-world.fixture.js';
import { SERVER_COMMANDS } from '../server-commands.js';

const SIGNER = logKeys();
const { mode, ...log } = SIGNER.keys;
const WORLD = signedWorld('test');
const KEYS = { ...WORLD.keys, mode, log };
const OBSERVED: Leaf = { v: 1, type: 'observation', id: `obs_${'7'.repeat(32)}`, commitment: '7c'.repeat(32) };
const LEAVES = [leafNumbered(0), OBSERVED, ...[2, 3, 4, 5].map((i) => leafNumbered(i))];

/** What the server shows, and who asked it for cards. */
let shown: { source: LogSource; cards: { id: string; commitment: string; log_index: number | null }[] };
let asked: (string | undefined)[];
let server: Server;
let [baseUrl, folder, state] = ['', '', ''];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundtruth-audit-'));
  server = createServer((request, response) => {
    void answerTo(request).then((answer) => {
      response.statusCode = answer === null ? 404 : 200;
      const isBytes = answer instanceof Uint8Array || typeof answer === 'string';
      response.setHeader('content-type', isBytes ? 'text/plain' : 'application/json');
      response.end(isBytes ? answer : JSON.stringify(answer ?? { code: 'not_found', retry: 'never', title: '', status: 404 }));
    });
  }); // prettier-ignore
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/** Trusted: the first three leaves. Shown: twice as many. */
beforeEach(async () => {
  asked = [];
  state = join(folder, 'state.json');
  await rm(state, { force: true });
  shown = { source: await servedLog(SIGNER, LEAVES.slice(0, 3), [3]), cards: [] };
  expect((await audit({})).status).toBe(0);
  const kept = JSON.parse(await readFile(state, 'utf8')) as { trusted: { seen_at: number } };
  // The log of the fixture has a time of its own, to which the command's clock is years later.
  await writeFile(state, JSON.stringify({ ...kept, trusted: { ...kept.trusted, seen_at: NOW } }));
  shown = { source: await servedLog(SIGNER, LEAVES, [3, 6]), cards: [] };
});

async function answerTo({ url = '', headers }: IncomingMessage): Promise<unknown> {
  const { pathname, searchParams } = new URL(url, baseUrl);
  const { source, cards } = shown;
  const number = (name: string): number => Number(searchParams.get(name));
  if (pathname === '/v1/keys') return { data: [KEYS] };
  if (pathname === '/v1/log/checkpoint') return source.checkpoint();
  if (pathname === '/v1/log/checkpoints') {
    const data = await source.checkpoints(number('after'));
    return { data: data.map((one) => ({ size: 0, ...one })), has_more: false };
  }
  if (pathname.startsWith('/v1/log/test/tile/')) return source.tile(pathname.slice('/v1/log/test/tile/'.length));
  if (pathname !== '/v1/observations') return null;
  asked.push(headers.authorization);
  return { data: cards.map((card) => ({ ...CARD, ...card })), has_more: false, next_cursor: null };
}

async function audit(env: Readonly<Record<string, string>>, ...args: string[]) {
  const terminal = watchedTerminal(env);
  const command = SERVER_COMMANDS.find(({ name }) => name === 'audit')!;
  const status = await runCommand(command, ['--base-url', baseUrl, '--state', state, '--json', ...args], terminal);
  return { status, report: JSON.parse(terminal.out()) as { findings: unknown[]; leaves: number } };
}

const KEY = { GROUNDTRUTH_API_KEY: 'gt_test_key' };
const { id, commitment } = OBSERVED;

describe('an audit that goes on from what was trusted', () => {
  it('reads only what is new when nothing older is shown', async () => {
    expect(await audit(KEY)).toMatchObject({ status: 0, report: { leaves: 3 } });
  });

  it('compares a card that was logged before', async () => {
    shown.cards = [{ id, commitment, log_index: 1 }];
    expect(await audit(KEY)).toMatchObject({ status: 0, report: { leaves: 6 } });
    shown.cards = [{ id, commitment: 'ff'.repeat(32), log_index: 1 }];
    expect(await audit(KEY)).toMatchObject({ status: 5, report: { findings: [{ id, what: 'another_commitment' }] } });
  });

  it('is not led past a card that was never logged by a place that it was not to read', async () => {
    const never = `obs_${'8'.repeat(32)}`;
    shown.cards = [{ id: never, commitment, log_index: 0 }];
    expect(await audit(KEY)).toMatchObject({ status: 5, report: { findings: [{ id: never, what: 'not_logged' }] } });
  });

  it('is not led past a card by leaving its place out', async () => {
    shown.cards = [{ id, commitment, log_index: null }];
    expect(await audit(KEY)).toMatchObject({ status: 5, report: { findings: [{ id, what: 'another_index' }] } });
  });

  it('looks for a record in a file wherever its proof says that it is', async () => {
    const file = join(folder, 'verdict.json');
    const { verdict, salt } = await WORLD.verdict();
    const leaf = leafHash(leafBytes({ v: 1, type: 'verdict', id: verdict.verdict_id, commitment: commit(verdict, salt) }));
    const other = leafHash(leafBytes(leafNumbered(1)));
    const { checkpoint, log_root } = await SIGNER.signed(2, nodeHash(leaf, other), NOW + 2);
    const proof = { log_origin: log.origin, checkpoint, log_root, leaf_index: 0, tree_size: 2, hashes: [toHex(other)] };
    await writeFile(file, JSON.stringify({ verdict, salt, proof }));
    const findings = [{ id: verdict.verdict_id, what: 'not_logged' }];
    expect(await audit({}, '--record', file)).toMatchObject({ status: 5, report: { findings } });
  }); // prettier-ignore

  it('names a fork as one, whatever else it could be caught at in the whole log', async () => {
    shown.source = {
      ...(await servedLog(SIGNER, LEAVES.with(0, leafNumbered(9)), [6])),
      checkpoints: () => Promise.resolve([]),
    };
    shown.cards = [{ id, commitment, log_index: 1 }];
    expect(await audit(KEY)).toMatchObject({ status: 5, report: { fault: { code: 'forked' } } });
  });

  it('believes no whole log that is another than the one that goes on', async () => {
    const forged = { ...OBSERVED, commitment: 'ff'.repeat(32) };
    const lie = await servedLog(SIGNER, LEAVES.with(1, forged), [3, 6]);
    const { source } = shown;
    let notes = 0;
    const turn = () => (notes > 1 ? lie : source);
    shown.source = {
      checkpoint: () => ((notes += 1), turn().checkpoint()),
      checkpoints: (after) => turn().checkpoints(after),
      growth: (from, to) => turn().growth(from, to),
      tile: (path) => turn().tile(path),
    };
    shown.cards = [{ id, commitment: forged.commitment, log_index: 1 }];
    expect((await audit(KEY)).status).toBe(5);
  });
});

describe('an audit of a server', () => {
  it('shows it the key of the environment, unless that was set for another server', async () => {
    await audit(KEY);
    await audit({ ...KEY, GROUNDTRUTH_URL: `${baseUrl}/` });
    expect(asked).toEqual(['Bearer gt_test_key', 'Bearer gt_test_key']);
    expect(await audit({ ...KEY, GROUNDTRUTH_URL: 'http://127.0.0.1:9' })).toMatchObject({ status: 0 });
    expect(asked).toHaveLength(2);
  });
});

const CARD = {
  mode: 'test',
  bounty_id: null,
  kind: 'photo',
  cell: '8530c2effffffff',
  hour: '2026-11-21T09:00:00Z',
  tier: 'signed',
  independent_captures: 1,
  price: '0.250000',
  currency: 'USD',
  published_at: '2026-11-21T09:10:00Z',
  disputed_at: null,
  revision: 1,
  revises: null,
  superseded_by: null,
  retracted: false,
} as const;
