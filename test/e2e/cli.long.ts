import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Bounty, Capture, ObservationCard } from '@groundtruth/sdk/protocol';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

let market: TestMarket;
let folder: string;
beforeAll(async () => {
  market = await testMarket();
  folder = await mkdtemp(join(tmpdir(), 'groundtruth-cli-'));
  await writeFile(file('sheep.jpg'), photo('march-pastoral'));
});
afterAll(async () => {
  await market.end();
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string): string => join(folder, name);
const PROGRAMS = { sdk: 'dist/sdk/src/cli/main.js', clone: 'dist/src/cli/groundtruth.js' } as const;
/** A user of their own: nothing of whoever runs the tests is read. */
const environment = (who: string) => ({ PATH: process.env.PATH, HOME: folder, GROUNDTRUTH_CONFIG_DIR: file(who) });

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function groundtruth(who: string, args: readonly string[], { program = 'sdk', env = {} }: { program?: keyof typeof PROGRAMS; env?: Record<string, string> } = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = [join(process.cwd(), PROGRAMS[program]), ...args];
    execFile(process.execPath, child, { env: { ...environment(who), ...env } }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
} // prettier-ignore

async function answer<T>(who: string, ...args: string[]): Promise<T> {
  const ran = await groundtruth(who, [...args, '--json']);
  expect({ status: ran.status, err: ran.err }).toEqual({ status: 0, err: '' });
  return JSON.parse(ran.out) as T;
}

const TERMS = ['--title', 'Sheep in the upper pasture', '--near', '32.7448,129.8737', '--object', 'sheep', '--price', '5.000000', '--purpose', 'civic', '--closes-at', '2h']; // prettier-ignore

describe('the command line', () => {
  it('plays a whole bounty: an agent asks, a contributor answers, the fact is bought and checked', async () => {
    const login = ['login', '--url', market.baseUrl, '--register'];
    const agent = await answer<{ id: string; role: string }>('agent', ...login, 'harbour-bot');
    expect(agent.role).toBe('agent');
    await market.operator.sandbox.credit(agent.id, '100.000000');
    const worker = await answer<{ role: string }>('worker', ...login, 'Aiko', '--as', 'contributor', '--adult');
    expect(worker.role).toBe('contributor');

    expect(await answer('agent', 'quote', ...TERMS)).toMatchObject({ policy: { outcome: 'allow' }, covered: true });
    const bounty = await answer<Bounty>('agent', 'post', ...TERMS);
    expect(bounty).toMatchObject({ state: 'open', held: '5.500000' });
    const program = [join(process.cwd(), PROGRAMS.sdk), 'watch', bounty.id, '--json', '--timeout', '5m'];
    const watching = spawn(process.execPath, program, { env: environment('agent') });
    const [watched, ended] = [text(watching.stdout), new Promise((resolve) => watching.once('close', resolve))];

    const reservation = await answer<{ id: string }>('worker', 'reserve', bounty.id);
    const handIn = ['submit', file('sheep.jpg'), '--reservation', reservation.id, '--at', '32.7448,129.8737', '--accuracy-m', '8', '--wait', '2m']; // prettier-ignore
    const capture = await answer<Capture>('worker', ...handIn);
    expect(capture).toMatchObject({ state: 'settled', finding: 'present', detail: { tier: 'signed' } });
    // Nobody asks for a second device, and nothing of the hand-in is left to be repeated.
    expect((await groundtruth('worker', handIn)).status).toBe(3);

    expect(await ended).toBe(0);
    const states = (await watched).trim().split('\n').map((line) => (JSON.parse(line) as Bounty).state); // prettier-ignore
    expect([states[0], states.at(-1)]).toEqual(['open', 'closed']);

    const card = await eventually(async () => {
      const { out } = await groundtruth('agent', ['observations', '--json']);
      return out.trim() === '' ? null : (JSON.parse(out.trim().split('\n').at(-1)!) as ObservationCard);
    }, 'the card');
    const [kept, picture] = [file('read.json'), file('read.jpg')];
    expect(await answer('agent', 'read', card.id, '--to', kept, '--picture', picture)).toMatchObject({ card: { id: card.id } }); // prettier-ignore
    expect([...(await readFile(picture)).subarray(0, 2)]).toEqual([0xff, 0xd8]);
    expect(await answer('agent', 'verify', card.id)).toMatchObject({ kind: 'observation', result: 'same' });
    expect(await answer('agent', 'verify', capture.id)).toMatchObject({ kind: 'verdict', result: 'same' });
    const forged = (await readFile(kept, 'utf8')).replace('"present"', '"absent"');
    await writeFile(kept, forged);
    const lie = await groundtruth('agent', ['verify', kept], { program: 'clone' });
    expect([lie.status, lie.out]).toEqual([5, expect.stringContaining('result: differs')]);

    const { balances } = await answer<{ balances: { available: string }[] }>('agent', 'balance');
    expect(balances[0]).toMatchObject({ available: '94.500000' });
    expect(await answer<{ balances: unknown[] }>('worker', 'balance')).toMatchObject({ balances: [{ available: '5.000000' }] }); // prettier-ignore
    const events = (await groundtruth('agent', ['events', '--json'])).out.trim().split('\n');
    expect(events.map((line) => (JSON.parse(line) as { type: string }).type)).toContain('observation.published');
  });

  it('tells who refused and who does not answer apart, and asks no stranger with its key', async () => {
    const poor = await answer<{ id: string }>('poor', 'login', '--url', market.baseUrl, '--register', 'poor');
    expect(poor.id).toMatch(/^agt_/);
    const refused = await groundtruth('poor', ['post', ...TERMS, '--json']);
    expect([refused.status, refused.out]).toEqual([3, '']);
    expect(JSON.parse(refused.err)).toMatchObject({ code: 'insufficient_funds', status: 402, exit_status: 3 });
    const nowhere = { env: { GROUNDTRUTH_URL: 'http://127.0.0.1:9', GROUNDTRUTH_API_KEY: 'gt_test_x' } };
    const silent = await groundtruth('poor', ['balance', '--json'], nowhere);
    expect([silent.status, (JSON.parse(silent.err) as { code: string }).code]).toEqual([4, 'unreachable']);
    const stranger = await groundtruth('poor', ['balance'], { env: { GROUNDTRUTH_URL: 'http://127.0.0.1:9' } });
    expect([stranger.status, stranger.err]).toEqual([2, expect.stringContaining('there is no API key')]);
  });

  it('serves its tools to an MCP client until that hangs up', async () => {
    const program = [join(process.cwd(), PROGRAMS.sdk), 'mcp'];
    const server = spawn(process.execPath, program, { env: environment('poor') });
    const [said, ended] = [text(server.stdout), new Promise((resolve) => server.once('close', resolve))];
    const clientInfo = { name: 'a test', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    server.stdin.end(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
    expect(await ended).toBe(0);
    expect(JSON.parse(await said)).toMatchObject({ id: 1, result: { serverInfo: { name: 'groundtruth' } } });
  });

  it('in a clone also has what needs the server’s code, and an audit of the served log holds', async () => {
    const help = await groundtruth('agent', ['--help'], { program: 'clone' });
    for (const name of ['post', 'mcp', 'audit', 'proof-of-reserves', 'witness'])
      expect(help.out).toContain(`  ${name} `);
    const audit = await groundtruth('agent', ['audit', '--base-url', market.baseUrl, '--json'], { program: 'clone' });
    expect([audit.status, JSON.parse(audit.out)]).toEqual([0, expect.objectContaining({ holds: true })]);
  });
});
