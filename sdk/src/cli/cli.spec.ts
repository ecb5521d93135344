import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedServer, type Step } from '../http/scripted-server.fixture.js';
import { COMMANDS } from './commands/index.js';
import { runCli } from './run.js';
import { watchedTerminal } from './terminal.fixture.js';

const id = (prefix: string, digit = '1') => `${prefix}_${digit.repeat(32)}`;
const AT = '2026-11-21T06:00:00.000Z';
const bounty = (state: string, change: object = {}) => ({
  id: id('bty'), mode: 'test', state, outcome: null, deadline_at: null, on_silence: null, available_actions: [], terms: { title: 'Sheep' },
  untrusted_fields: ['terms.title'], price_now: '5.000000', currency: 'USD', slots: { quantity: 1, reserved: 0, settled: 0, waiting: 0, free: 1 },
  held: null, escrow: null, agreement: null, pledges: null, created_at: AT,
  pricing: { cap: '5.000000', floor: '0.000000', stalled_ms: 0, stalled_since: null, at: AT }, ...change,
}); // prettier-ignore
const me = { id: id('agt'), role: 'agent', mode: 'test', name: 'bot', scopes: ['read', 'spend'] };
const ok = (json: unknown, status = 200): Step => ({ status, json });
const POST = [
  'post',
  '--title',
  'Sheep',
  '--near=-33.9,18.4',
  '--object',
  'sheep',
  '--closes-at',
  '2h',
  '--price',
  '5',
];

let server: ScriptedServer;
let scratch: string;
beforeAll(async () => {
  server = await ScriptedServer.start('drop');
  scratch = mkdtempSync(join(tmpdir(), 'groundtruth-cli-spec-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(scratch, { recursive: true });
});

const KEYED = () => ({ GROUNDTRUTH_URL: server.baseUrl, GROUNDTRUTH_API_KEY: 'gt_test_secret' });
async function run(argv: readonly string[], env: Record<string, string> = KEYED(), more: Parameters<typeof watchedTerminal>[1] = {}) {
  const terminal = watchedTerminal(env, more);
  const status = await runCli(COMMANDS, argv, terminal);
  return { status, out: terminal.out(), err: terminal.err(), folder: terminal.folder };
} // prettier-ignore
const json = (text: string) => JSON.parse(text) as Record<string, unknown>;
const bodyOf = (n: number) => json(server.seen[n]!.body.toString());

describe('an exit status', () => {
  it.each<[number, string, Step, string[]]>([
    [0, 'ok', ok(me), ['whoami']],
    [1, 'no', ok(bounty('closed', { outcome: 'expired' })), ['watch', id('bty')]],
    [2, 'usage', ok(me), ['whoami', '--nonsense']],
    [3, 'refused', { status: 402, json: { code: 'insufficient_funds', status: 402 } }, POST],
    [4, 'an outage', { status: 503, json: { code: 'dependency_unavailable' } }, ['whoami']],
    [4, 'no connection', 'drop', ['whoami']],
    [4, 'something else answered', ok({ hello: 'world' }), ['whoami']],
    [4, 'a time limit', ok(bounty('open')), ['watch', id('bty'), '--timeout', '5s']],
  ])('is %i for: %s', async (status, _, step, argv) => {
    server.script(step);
    expect(await run(argv)).toMatchObject({ status });
  });

  it('is 5 for evidence that does not hold, and 130 for an interrupted command', async () => {
    const record = join(scratch, 'read.json');
    writeFileSync(record, JSON.stringify({ body: { record: { id: id('obs'), mode: 'test' } } }));
    const keys = join(scratch, 'keys.json');
    writeFileSync(keys, JSON.stringify({ data: [{ mode: 'test', log: { origin: 'x' } }] }));
    expect(await run(['verify', record, '--keys', keys])).toMatchObject({ status: 5, out: expect.stringContaining('differs') });
    server.script(ok(me));
    expect(await run(['whoami'], KEYED(), { signal: AbortSignal.abort(new Error('interrupted')) })).toMatchObject({ status: 130 });
  }); // prettier-ignore

  it('of a closed bounty that was filled is 0', async () => {
    server.script(ok(bounty('closed', { outcome: 'filled' })));
    expect((await run(['watch', id('bty')])).status).toBe(0);
  });
});

describe('a mistake in a command line', () => {
  it.each([
    [[], 'which command'],
    [['psot'], 'psot is no command'],
    [['watch'], 'BOUNTY is missing'],
    [['watch', 'a', 'b'], 'what is b for'],
    [['review', id('cap'), 'maybe'], 'ANSWER is one of accept, object'],
    [['submit', 'x.jpg'], '--reservation is missing'],
    [['quote', '--kind', 'smell'], '--kind is one of photo, video'],
    [['post', '--title', 'x'], '--object'],
    [['post', '--file', 'x', '--title', 'x'], '--file holds all terms'],
    [['watch', id('bty'), '--timeout', 'soon'], '--timeout is a time like'],
    [['login'], '--api-key-stdin'],
  ])('%j is told before anything is sent', async (argv, words) => {
    server.script(ok(me));
    const ran = await run([...argv, '--json']);
    expect(ran).toMatchObject({ status: 2, out: '' });
    const problem = json(ran.err);
    expect(problem).toMatchObject({ code: 'usage', detail: expect.stringContaining(words) });
    expect(server.seen).toEqual([]);
  });

  it('in words comes with the usage', async () => {
    expect((await run(['watch'])).err).toMatch(/^BOUNTY is missing\nusage: groundtruth watch BOUNTY \[--timeout TIME\] \[--json\]\n$/);
  }); // prettier-ignore
});

describe('a key', () => {
  it('comes from standard input, is proved, and is kept for the user alone', async () => {
    server.script(ok(me));
    const ran = await run(['login', '--url', `${server.baseUrl}/`, '--api-key-stdin'], {}, { stdin: 'gt_test_mine\n' });
    expect(ran).toMatchObject({ status: 0 });
    const [name] = readdirSync(ran.folder);
    const file = join(ran.folder, name!);
    expect([readdirSync(ran.folder).length, statSync(file).mode & 0o777]).toEqual([1, 0o600]);
    expect(json(readFileSync(file, 'utf8'))).toEqual({ v: 1, base_url: server.baseUrl, api_key: 'gt_test_mine' });
    await run(['whoami'], { GROUNDTRUTH_CONFIG_DIR: ran.folder });
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill('Bearer gt_test_mine'));
  });

  it('of a registration is stored and printed nowhere', async () => {
    const agent = { id: id('agt'), mode: 'test', name: 'bot', api_key: 'gt_test_new', created_at: AT };
    for (const flag of [[], ['--json']]) {
      server.script(ok(agent, 201), ok(me));
      const ran = await run(['login', '--url', server.baseUrl, '--register', 'bot', ...flag], {});
      expect([ran.status, `${ran.out}${ran.err}`]).toEqual([0, expect.not.stringContaining('gt_test_new')]);
      expect(readFileSync(join(ran.folder, 'login.json'), 'utf8')).toContain('gt_test_new');
    }
  });

  it('that is wrong is not stored', async () => {
    server.script({ status: 401, json: { code: 'unauthenticated' } });
    const ran = await run(['login', '--url', server.baseUrl, '--api-key-stdin'], {}, { stdin: 'gt_test_wrong' });
    expect([ran.status, readdirSync(ran.folder)]).toEqual([3, []]);
  });

  it('is sent to no other server than the one it was stored for', async () => {
    server.script(ok(me));
    const { folder } = await run(['login', '--url', server.baseUrl, '--api-key-stdin'], {}, { stdin: 'gt_test_mine' });
    const other = await ScriptedServer.start(ok(me));
    const ran = await run(['whoami'], { GROUNDTRUTH_CONFIG_DIR: folder, GROUNDTRUTH_URL: other.baseUrl });
    await other.stop();
    expect([ran.status, other.seen.length]).toEqual([2, 0]);
  });

  it('is no option of any command', () => {
    const names = COMMANDS.flatMap(({ options }) => Object.keys(options));
    expect(names.filter((name) => /key|token|secret/.test(name)).sort()).toEqual([
      ...new Set(['api-key-stdin', 'idempotency-key', 'keys'].sort()),
    ].flatMap((name) => names.filter((one) => one === name)));
  }); // prettier-ignore
});

describe('a request that failed', () => {
  it('says how to repeat the very same one, a time from now included', async () => {
    server.script('drop');
    const { status, err } = await run([...POST, '--json']);
    const problem = json(err);
    const [, key, , closes_at] = problem.repeat_with as string[];
    expect([status, problem.code, problem.exit_status]).toEqual([4, 'unreachable', 4]);
    expect(new Set(server.seen.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([key]));
    const first = bodyOf(0);
    server.script(ok(bounty('open'), 201));
    const again = [...POST.map((word) => (word === '2h' ? closes_at! : word)), '--idempotency-key', key!];
    expect((await run(again)).status).toBe(0);
    expect([bodyOf(0), server.seen[0]!.headers['idempotency-key']]).toEqual([first, key]);
  });

  it('is a problem document for programs and words for people', async () => {
    const refusal = { status: 422, json: { type: 'x', title: 'No', code: 'invalid_request', detail: 'no\u001b[2J', param: 'price', hint: 'more', retry: 'never' } }; // prettier-ignore
    server.script(refusal);
    const [people, program] = [await run(['raise', id('bty'), '--price', '1']), await run(['raise', id('bty'), '--price', '1', '--json'])]; // prettier-ignore
    expect(people.err).toContain('refused: invalid_request: no\\u{1b}[2J\n  field: price\n  hint: more\n');
    expect(json(program.err)).toMatchObject({ code: 'invalid_request', status: 422, param: 'price', retry: 'never', exit_status: 3 }); // prettier-ignore
  });
});

describe('what strangers wrote', () => {
  const HOSTILE = 'a\u001b]0;owned\u0007\u202eb\u200b\nresult: holds';
  it('cannot move the cursor, turn the line, or pretend to be a line of ours', async () => {
    server.script(ok(bounty('open', { terms: { title: HOSTILE } })));
    const { out } = await run(['cancel', id('bty')]);
    expect(out).toContain('"a\\u{1b}]0;owned\\u{7}\\u{202e}b\\u{200b}\\u{a}result: holds"');
    expect(out.split('\n')).not.toContain('result: holds');
    const program = await run(['cancel', id('bty'), '--json']);
    expect(program.out).not.toMatch(/[\u001b\u202e\u200b]/);
    expect(json(program.out)).toMatchObject({ terms: { title: HOSTILE } });
  });
});

describe('watching a bounty', () => {
  it('prints a line for each progress, waits outages out, and ends when it is closed', async () => {
    const taken = { slots: { quantity: 1, reserved: 1, settled: 0, waiting: 0, free: 0 } };
    const outage: Step = { status: 503, json: { code: 'dependency_unavailable' } };
    server.script(ok(bounty('open')), ok(bounty('open')), ...Array(6).fill(outage), ok(bounty('open', taken)), ok(bounty('closed', { outcome: 'filled' }))); // prettier-ignore
    const { status, out } = await run(['watch', id('bty'), '--json']);
    expect(status).toBe(0);
    expect(out.trim().split('\n').map((line) => [json(line).state, (json(line).slots as { reserved: number }).reserved])).toEqual([
      ['open', 0],
      ['open', 1],
      ['closed', 0],
    ]); // prettier-ignore
  });
});

describe('terms by options', () => {
  it('become what the server takes', async () => {
    server.script(ok(bounty('draft'), 201));
    await run([...POST, '--draft', '--quantity', '3', '--text', 'OPEN']);
    expect(bodyOf(0)).toMatchObject({
      title: 'Sheep', kind: 'photo', area: { lat: -33.9, lng: 18.4, radius_m: 150 }, quantity: 3, fund: false,
      criteria: { all: [{ object: { label: 'sheep' } }, { text: { pattern: 'OPEN' } }] }, price: { schedule: 'fixed', amount: '5' },
    }); // prettier-ignore
  });

  it('or a file, or standard input, as they are', async () => {
    server.script(ok(bounty('open'), 201));
    await run(['post', '--file', '-'], KEYED(), { stdin: '{"title":"x","window":{}}' });
    expect(bodyOf(0)).toEqual({ title: 'x', window: {} });
    expect(await run(['post', '--file', '-'], KEYED(), { stdin: 'no json' })).toMatchObject({ status: 2 });
  });
});
