import { PROBLEMS, type ProblemCode } from '../protocol/index.js';
import { ConnectionFailed, ProblemError, UnexpectedAnswer } from './errors.js';
import { instantTiming } from './instant-timing.fixture.js';
import { ATTEMPTS_MAX } from './retry.js';
import { ScriptedServer } from './scripted-server.fixture.js';
import { Transport } from './transport.js';

const SEAL = { reservation_id: `rsv_${'0'.repeat(32)}`, seal: 'ab'.repeat(32) };
const SEALED = { id: `seal_${'1'.repeat(32)}`, ...SEAL, received_at: '2026-11-21T06:00:00.000Z' };
const ME = { id: 'agt_1', role: 'agent', mode: 'test', name: 'bot', scopes: ['read', 'spend'] };

const problem = (code: ProblemCode, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) => ({
  status: PROBLEMS[code].status,
  json: { ...more, type: `x/${code}.md`, ...PROBLEMS[code], code, detail: 'because', request_id: 'req_12345678' },
  headers,
});

let server: ScriptedServer;
let timing: ReturnType<typeof instantTiming>;
let transport: Transport;
beforeAll(async () => void (server = await ScriptedServer.start('drop')));
afterAll(() => server.stop());
beforeEach(() => {
  timing = instantTiming();
  transport = new Transport({ baseUrl: `${server.baseUrl}/`, apiKey: 'gt_test_secret', timing });
});

const keysSeen = () => new Set(server.seen.map(({ headers }) => headers['idempotency-key']));
const refused = (promise: Promise<unknown>) => promise.then(() => null, (error: unknown) => error) as Promise<ProblemError>; // prettier-ignore

describe('a request with an idempotency key', () => {
  it('carries one key and one body through outages, cut connections and an answer that breaks off', async () => {
    const breaksOff = (_: unknown, response: { writeHead: Function; write: Function; destroy: Function }) => {
      response.writeHead(201, { 'content-length': '1000' });
      response.write('{"id":');
      setImmediate(() => response.destroy());
    };
    server.script(problem('dependency_unavailable'), 'drop', { status: 502, text: '<html>' }, breaksOff as never, { status: 201, json: SEALED }); // prettier-ignore
    await expect(transport.call('create_seal', { body: SEAL })).resolves.toEqual(SEALED);
    expect(server.seen).toHaveLength(5);
    expect(keysSeen().size).toBe(1);
    expect([...keysSeen()][0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(server.seen.map(({ body }) => body.toString())).size).toBe(1);
    expect(server.seen[0]!.headers.authorization).toBe('Bearer gt_test_secret');
  });

  it('gets another key for another intent, and the caller’s own when it has one', async () => {
    server.script({ status: 201, json: SEALED });
    await transport.call('create_seal', { body: SEAL });
    await transport.call('create_seal', { body: SEAL });
    await transport.call('create_seal', { body: SEAL, idempotencyKey: 'mine' });
    expect(keysSeen().size).toBe(3);
    expect(keysSeen()).toContain('mine');
  });

  it('takes a replayed answer for what it is: the first answer', async () => {
    server.script('drop', { status: 201, json: SEALED, headers: { 'idempotency-replayed': 'true' } });
    await expect(transport.call('create_seal', { body: SEAL })).resolves.toEqual(SEALED);
    expect(keysSeen().size).toBe(1);
  });
});

describe('a refusal', () => {
  it('becomes a typed error with everything the problem document said, and is not repeated', async () => {
    server.script(problem('insufficient_funds', { param: 'price', hint: 'Top up.', needed: '5.500000' }));
    const error = await refused(transport.call('create_seal', { body: SEAL }));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      status: 402, code: 'insufficient_funds', retry: 'after_funding', title: PROBLEMS.insufficient_funds.title, detail: 'because',
      request_id: 'req_12345678', param: 'price', hint: 'Top up.', facts: { needed: '5.500000' }, retry_after_s: null,
    }); // prettier-ignore
    expect(error.idempotency_key).toBe([...keysSeen()][0]);
    expect(server.seen).toHaveLength(1);
  });

  it.each(['bounty_full', 'reservation_barred', 'upload_incomplete', 'invalid_request', 'policy_held'] as const)(
    'by %s is the caller’s to think about, whatever its retry says',
    async (code) => {
      server.script(problem(code));
      await expect(refused(transport.call('create_seal', { body: SEAL }))).resolves.toMatchObject({ code });
      expect(server.seen).toHaveLength(1);
    },
  );

  it('of a code that this version does not know keeps its own word', async () => {
    server.script({ status: 409, json: { code: 'moon_phase', retry: 'after_delay', detail: 'wait' } });
    await expect(refused(transport.call('me'))).resolves.toMatchObject({ code: 'moon_phase', retry: 'after_delay' });
  });

  it('by something in between is told by its status', async () => {
    server.script({ status: 403, text: 'blocked', headers: { 'x-request-id': 'req_proxy123' } });
    await expect(refused(transport.call('me'))).resolves.toMatchObject({
      code: 'http_403', retry: 'never', request_id: 'req_proxy123',
    }); // prettier-ignore
  });
});

describe('a rate limit', () => {
  it('is waited out for as long as the server says', async () => {
    server.script(problem('rate_limited', {}, { 'retry-after': '7' }), { status: 200, json: ME });
    await transport.call('me');
    expect(timing.pauses).toEqual([7_000]);
  });

  it('longer than a minute is left to the caller', async () => {
    server.script(problem('rate_limited', {}, { 'retry-after': '61' }));
    const error = await refused(transport.call('me'));
    expect(error).toMatchObject({ code: 'rate_limited', retry_after_s: 61 });
    expect(timing.pauses).toEqual([]);
  });
});

describe('an outage', () => {
  it('ends after a fixed number of attempts, with pauses that double up to a ceiling', async () => {
    server.script(problem('dependency_unavailable'));
    await expect(refused(transport.call('me'))).resolves.toMatchObject({ code: 'dependency_unavailable' });
    expect(server.seen).toHaveLength(ATTEMPTS_MAX);
    expect(timing.pauses).toEqual([188, 375, 750, 1_500, 3_000]);
  });

  it('without any answer is a failed connection that names the key to go on with', async () => {
    server.script('drop');
    const error = (await refused(transport.call('create_seal', { body: SEAL }))) as unknown as ConnectionFailed;
    expect(error).toBeInstanceOf(ConnectionFailed);
    expect(error.idempotency_key).toBe([...keysSeen()][0]);
    expect(server.seen).toHaveLength(ATTEMPTS_MAX);
  });

  it('is given up as soon as the caller gives up', async () => {
    const giveUp = new AbortController();
    server.script(() => giveUp.abort(new Error('enough')));
    await expect(transport.call('me', { signal: giveUp.signal })).rejects.toThrow('enough');
    await expect(transport.call('me', { signal: giveUp.signal })).rejects.toThrow('enough');
    expect(server.seen).toHaveLength(1);
  });
});

describe('an answer', () => {
  it('may hold more than this version knows', async () => {
    server.script({ status: 200, json: { ...ME, moon: 'full' } });
    await expect(transport.call('me')).resolves.toEqual(ME);
  });

  it.each([{ ...ME, mode: 'other' }, 'no object', null])('that fits no schema is refused: %p', async (json) => {
    server.script({ status: 200, json });
    await expect(transport.call('me')).rejects.toThrow(UnexpectedAnswer);
    expect(server.seen).toHaveLength(1);
  });

  it('of plain text comes as it is', async () => {
    server.script({ status: 200, text: 'origin\n1\n' });
    await expect(transport.call('log_checkpoint', { query: { mode: 'test' } })).resolves.toBe('origin\n1\n');
    expect(server.seen[0]!.url).toBe('/v1/log/checkpoint?mode=test');
    expect(server.seen[0]!.headers.authorization).toBeUndefined();
  });
});

describe('an upload', () => {
  it('sends the bytes and the headers of its link, but never the API key', async () => {
    const bytes = Uint8Array.of(0, 255, 13, 10);
    server.script('drop', { status: 200 });
    const link = { url: `${server.baseUrl}/storage/x?signature=s`, headers: { 'content-type': 'image/jpeg' } };
    await transport.put(link, bytes, { signal: undefined, attempt_ms_max: 10_000 });
    expect(server.seen.map(({ body }) => [...body])).toEqual([[...bytes], [...bytes]]);
    expect(server.seen[1]).toMatchObject({
      method: 'PUT',
      headers: { 'content-type': 'image/jpeg', 'content-length': '4' },
    });
    expect(server.seen[1]!.headers.authorization).toBeUndefined();
  });

  it('that fails does not put the permission of its link into a message', async () => {
    server.script('drop');
    const link = { url: `${server.baseUrl}/storage/x?signature=secret`, headers: {} };
    const error = await refused(transport.put(link, new Uint8Array(1), { signal: undefined, attempt_ms_max: 10_000 }));
    expect(error.message).not.toContain('secret');
  });
});
