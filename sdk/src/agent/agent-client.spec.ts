import { sha256, toHex } from '../protocol/index.js';
import { instantTiming } from '../http/instant-timing.fixture.js';
import { ScriptedServer } from '../http/scripted-server.fixture.js';
import { AgentClient, OperatorClient, ProblemError, StateNotReached } from './index.js';

const id = (prefix: string, digit = '1') => `${prefix}_${digit.repeat(32)}`;
const bounty = (state: string) => ({
  id: id('bty'), mode: 'test', state, outcome: null, deadline_at: null, on_silence: null, available_actions: [], terms: {}, untrusted_fields: [],
  price_now: '5.000000', currency: 'USD', slots: { quantity: 1, reserved: 0, settled: 0, waiting: 0, free: 1 }, held: null, escrow: null, agreement: null, pledges: null,
  pricing: { cap: '5.000000', floor: '0.000000', stalled_ms: 0, stalled_since: null, at: '2026-11-21T06:00:00.000Z' }, created_at: '2026-11-21T06:00:00.000Z',
}); // prettier-ignore
const event = (digit: string) => ({ id: id('evt', digit), type: 'capture.settled', resource_id: id('cap'), data: {}, created_at: '2026-11-21T06:00:00.000Z' }); // prettier-ignore
const page = (data: unknown[], next_cursor: string | null, has_more = false) => ({
  status: 200,
  json: { data, has_more, next_cursor },
});

let server: ScriptedServer;
beforeAll(async () => void (server = await ScriptedServer.start('drop')));
afterAll(() => server.stop());

const options = () => ({ baseUrl: server.baseUrl, apiKey: 'gt_test_x', timing: instantTiming() });
const agent = () => new AgentClient(options());
const asked = () => server.seen.map(({ method, url }) => `${method} ${url}`);
const bodyOf = (n: number) => JSON.parse(server.seen[n]!.body.toString()) as unknown;

describe('an agent', () => {
  it('registers without a key and gets one', async () => {
    const answer = { id: id('agt'), mode: 'test', name: 'bot', api_key: 'gt_test_new', created_at: '2026-11-21T06:00:00.000Z' }; // prettier-ignore
    server.script({ status: 201, json: answer });
    const registered = await AgentClient.agents.register({ baseUrl: server.baseUrl, name: 'bot', spend_caps: { per_bounty: '10' } }); // prettier-ignore
    expect(registered.api_key).toBe('gt_test_new');
    expect(bodyOf(0)).toEqual({ name: 'bot', spend_caps: { per_bounty: '10' } });
    expect(server.seen[0]!.headers.authorization).toBeUndefined();
  });

  it('says each thing to its own route', async () => {
    server.script({ status: 200, json: bounty('open') });
    const { bounties } = agent();
    await bounties.get(id('bty'));
    await bounties.fund(id('bty'));
    await bounties.cancel(id('bty'), { reason: 'found it' });
    expect(asked()).toEqual([`GET /v1/bounties/${id('bty')}`, `POST /v1/bounties/${id('bty')}/fund`, `POST /v1/bounties/${id('bty')}/cancel`]); // prettier-ignore
    expect([bodyOf(1), bodyOf(2)]).toEqual([{}, { reason: 'found it' }]);
  });

  it('cannot be sent elsewhere by an id with a path in it', async () => {
    server.script({ status: 404, json: { code: 'not_found' } });
    await expect(agent().bounties.get('../admin/books?x=')).rejects.toThrow(ProblemError);
    expect(asked()).toEqual(['GET /v1/bounties/..%2Fadmin%2Fbooks%3Fx%3D']);
    await expect(agent().bounties.get('')).rejects.toThrow(TypeError);
  });

  it('announces a reference picture by its hash and uploads its bytes', async () => {
    const bytes = new TextEncoder().encode('a picture');
    const upload = { method: 'PUT', url: `${server.baseUrl}/upload`, headers: { 'content-type': 'image/jpeg' }, expires_at: '2026-11-21T06:00:00.000Z' }; // prettier-ignore
    server.script(
      {
        status: 201,
        json: {
          id: id('ref'),
          sha256: 'ab'.repeat(32),
          media_type: 'image/jpeg',
          bytes: 9,
          created_at: '2026-11-21T06:00:00.000Z',
          upload,
        },
      },
      { status: 201, json: {} },
    );
    await expect(agent().references.create(bytes, 'image/jpeg')).resolves.toMatchObject({ id: id('ref') });
    expect(asked()).toEqual(['POST /v1/references', 'PUT /upload']);
    expect(bodyOf(0)).toEqual({ sha256: toHex(sha256(bytes)), media_type: 'image/jpeg', bytes: 9 });
    expect(server.seen[1]!.body.toString()).toBe('a picture');
  });

  it('lists its own bounties over pages', async () => {
    server.script(page([bounty('open')], 'next', true), page([bounty('closed')], null));
    const states: string[] = [];
    for await (const { state } of agent().bounties.list({ mine: true })) states.push(state);
    expect(states).toEqual(['open', 'closed']);
    expect(asked()).toEqual([
      'GET /v1/bounties?mine=true&limit=100',
      'GET /v1/bounties?mine=true&limit=100&cursor=next',
    ]);
  });

  it('waits for a bounty to close', async () => {
    server.script({ status: 200, json: bounty('open') }, { status: 200, json: bounty('closing') }, { status: 200, json: bounty('closed') }); // prettier-ignore
    await expect(agent().bounties.waitFor(id('bty'), { until: 'closed' })).resolves.toMatchObject({ state: 'closed' });
    server.script({ status: 200, json: bounty('closed') });
    await expect(agent().bounties.waitFor(id('bty'), { until: 'closing' })).rejects.toThrow(StateNotReached);
  });

  it('follows events over pages and pauses, and can go on after a restart', async () => {
    server.script(
      page([event('1'), event('2')], 'a', true),
      page([event('3')], 'b'),
      page([], 'b'),
      page([event('4')], 'c'),
    );
    const [ids, cursors]: string[][] = [[], []];
    for await (const { id } of agent().events.follow({ onCursor: (cursor) => void cursors!.push(cursor) })) {
      if (ids!.push(id) === 4) break;
    }
    expect(ids).toEqual(['1', '2', '3', '4'].map((digit) => id('evt', digit)));
    expect(cursors).toEqual(['a', 'b']);
    expect(asked().map((url) => new URL(url.slice(4), server.baseUrl).searchParams.get('cursor'))).toEqual([
      null,
      'a',
      'b',
      'b',
    ]);
    server.script(page([event('4')], 'c'));
    for await (const { id: again } of agent().events.follow({ cursor: cursors!.at(-1)! })) {
      expect(again).toBe(id('evt', '4'));
      break;
    }
    expect(asked()).toEqual(['GET /v1/events?limit=100&cursor=b']);
  });

  it('follows events until it is told to stop', async () => {
    const stop = new AbortController();
    server.script(page([event('1')], 'a'));
    const follow = async () => {
      for await (const _ of agent().events.follow({ signal: stop.signal })) stop.abort(new Error('enough'));
    };
    await expect(follow()).rejects.toThrow('enough');
  });
});

describe('an operator', () => {
  it('credits, decides, suspends, lifts and audits by the routes for it', async () => {
    const operator = new OperatorClient(options());
    server.script({ status: 200, json: { mode: 'test', balances: [], id: 'sus_1', balanced: true, report: {} } });
    await operator.sandbox.credit(id('agt'), '100.000000');
    await operator.areas.suspend({ lat: 1, lng: 2, radius_m: 100 }, 'storm');
    await operator.areas.lift('sus_1');
    await expect(operator.books()).resolves.toEqual({ balanced: true, report: {} });
    expect(asked()).toEqual(['POST /v1/admin/sandbox-credits', 'POST /v1/admin/suspended-areas', 'DELETE /v1/admin/suspended-areas/sus_1', 'GET /v1/admin/books']); // prettier-ignore
    expect(bodyOf(0)).toEqual({ agent_id: id('agt'), amount: '100.000000' });
  });
});
