import 'reflect-metadata';
import { createServer as createTls, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { sleep } from '../time.js';
import { Egress, type EgressAnswer, egressPolicies } from './index.js';
import { rawReceiver, selfSigned, type RawReceiver, type ServerIdentity } from './receivers.fixture.js';

const NAME = 'hooks.example.com';
/** For receivers that answer: no busy machine is taken for a slow receiver. */
const PATIENT = { connect_ms: 30_000, whole_ms: 60_000 };
/** For those that never do: their test waits it out. */
const HURRIED = { connect_ms: 600, whole_ms: 900 };
const policy = egressPolicies(['127.0.0.0/8']).test;
const loopback = (): Promise<string[]> => Promise.resolve(['127.0.0.1']);

let receivers: RawReceiver[];
let servers: TlsServer[];
beforeEach(() => {
  receivers = [];
  servers = [];
});
afterEach(async () => {
  for (const receiver of receivers) await receiver.close();
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
});

interface Asking {
  readonly ca?: string;
  readonly signal?: AbortSignal;
  readonly limits?: typeof PATIENT;
}

async function post(url: string, asking: Asking = {}): Promise<EgressAnswer> {
  const { ca, signal = new AbortController().signal, limits = PATIENT } = asking;
  const egress = new Egress({ ...limits, resolve: loopback, ...(ca && { ca }) });
  return egress.post(url, { policy, headers: { 'content-type': 'application/json' }, body: '{"a":1}', signal });
}

async function answered(act: (socket: Socket) => void, { at_once = false, limits = PATIENT } = {}) {
  const receiver = await rawReceiver(act, at_once);
  receivers.push(receiver);
  return { answer: await post(`http://${NAME}:${receiver.port}/in?x=1`, { limits }), receiver };
}
const unanswered = (act: (socket: Socket) => void) => answered(act, { limits: HURRIED });

async function tls(identity: ServerIdentity): Promise<number> {
  const server = createTls({ cert: identity.cert, key: identity.key }, (_request, response) => response.end('ok'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const status = (line: string, rest = '') => `HTTP/1.1 ${line}\r\ncontent-length: 0\r\n${rest}\r\n`;
const OK = { status: 200, retry_after_s: null };

describe('a receiver that answers', () => {
  it('gets one plain request, with nothing of ours in it but what it is to know', async () => {
    const { answer, receiver } = await answered((socket) => socket.end(status('200 OK')));
    expect(answer).toEqual(OK);
    const [head, body] = receiver.heard().split('\r\n\r\n');
    expect(head!.split('\r\n').map((line) => line.toLowerCase()).sort()).toEqual([
      'connection: close',
      'content-length: 7',
      'content-type: application/json',
      `host: ${NAME}:${receiver.port}`,
      'post /in?x=1 http/1.1',
    ]); // prettier-ignore
    expect(body).toBe('{"a":1}');
  });

  it.each([201, 204, 299, 400, 404, 410, 500, 503])('%i is taken as it is', async (code) => {
    const { answer } = await answered((socket) => socket.end(status(`${code} Word`)));
    expect(answer).toEqual({ status: code, retry_after_s: null });
  });

  it('with a redirect is not followed', async () => {
    const to = 'location: http://127.0.0.1:1/\r\n';
    const { answer, receiver } = await answered((socket) => socket.end(status('307 Temporary Redirect', to)));
    expect([answer, receiver.connections()]).toEqual([{ status: 307, retry_after_s: null }, 1]);
  });

  it('may say when to come back, in seconds alone', async () => {
    const { answer } = await answered((socket) => socket.end(status('429 Slow', 'retry-after: 120\r\n')));
    expect(answer).toEqual({ status: 429, retry_after_s: 120 });
    const dated = 'retry-after: Fri, 31 Dec 1999 23:59:59 GMT\r\n';
    const { answer: second } = await answered((socket) => socket.end(status('503 Later', dated)));
    expect(second).toEqual({ status: 503, retry_after_s: null });
  });

  it('after interim answers is heard', async () => {
    const { answer } = await answered((socket) => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\n${status('200 OK')}`));
    expect(answer).toEqual(OK);
  });

  it('with a body that is huge, endless or cut short has said its status, and is cut', async () => {
    const huge = 'x'.repeat(64 * 1024);
    let is_cut = false;
    const endless = await answered((socket) => {
      socket.once('close', () => (is_cut = true));
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = (): void =>
        void socket.write(`${huge.length.toString(16)}\r\n${huge}\r\n`, (error) => error || more());
      more();
    });
    const short = await answered((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf'));
    const silent = await answered((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n'));
    expect([endless.answer, short.answer, silent.answer]).toEqual([OK, OK, OK]);
    while (!is_cut) await sleep(10);
  });
});

describe('a receiver that does not', () => {
  it('hangs after the request: too slow', async () => {
    const { answer, receiver } = await unanswered(() => undefined);
    expect(answer).toEqual({ failure: 'too_slow' });
    expect(receiver.heard()).toContain('{"a":1}');
  });

  it('answers late: too slow, and the late answer is nobody’s', async () => {
    const late = 2 * HURRIED.whole_ms;
    const { answer } = await unanswered((socket) => void sleep(late).then(() => socket.end(status('200 OK'))));
    expect(answer).toEqual({ failure: 'too_slow' });
  });

  it('drips its headers for ever: too slow', async () => {
    const { answer } = await unanswered((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = (): void => void sleep(20).then(() => socket.writable && socket.write('x-a: b\r\n', drip));
      drip();
    });
    expect(answer).toEqual({ failure: 'too_slow' });
  });

  it('sends interim answers for ever: too slow', async () => {
    const { answer } = await unanswered((socket) => {
      const drip = (): void =>
        void sleep(20).then(() => socket.writable && socket.write('HTTP/1.1 103 Early Hints\r\n\r\n', drip));
      drip();
    });
    expect(answer).toEqual({ failure: 'too_slow' });
  });

  it('closes or resets before its status: cut off', async () => {
    const acts: ((socket: Socket) => void)[] = [
      (socket) => socket.end(),
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.end('HTTP/1.1 2'),
      (socket) => socket.end('HTTP/1.1 200 OK\r\nx-a: b\r\n'),
    ];
    const answers = [];
    for (const act of acts) answers.push((await answered(act)).answer);
    expect(answers.map((one) => 'failure' in one && ['cut_off', 'no_http'].includes(one.failure))).toEqual([true, true, true, true]); // prettier-ignore
    // Whether a connection that is reset at once stood before is not known to who made it.
    const { answer } = await answered((socket) => socket.resetAndDestroy(), { at_once: true });
    expect('failure' in answer && ['cut_off', 'connect_failed'].includes(answer.failure)).toBe(true);
  });

  it('speaks something else, or headers without end: no HTTP', async () => {
    const ssh = await answered((socket) => socket.end('SSH-2.0-OpenSSH_9.7\r\n'));
    const long = await answered((socket) => socket.write(`HTTP/1.1 200 OK\r\nx-a: ${'b'.repeat(40_000)}\r\n\r\n`));
    expect([ssh.answer, long.answer]).toEqual([{ failure: 'no_http' }, { failure: 'no_http' }]);
  });

  it('switches protocols: cut off', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n';
    expect((await answered((socket) => socket.write(upgrade))).answer).toEqual({ failure: 'cut_off' });
  });

  it('is not there: connect failed', async () => {
    const receiver = await rawReceiver(() => undefined);
    await receiver.close();
    expect(await post(`http://${NAME}:${receiver.port}/`)).toEqual({ failure: 'connect_failed' });
  });

  it('is not waited for when this process ends', async () => {
    const ending = new AbortController();
    const receiver = await rawReceiver(() => ending.abort());
    receivers.push(receiver);
    const { signal } = ending;
    expect(await post(`http://${NAME}:${receiver.port}/`, { signal })).toEqual({ failure: 'too_slow' });
  });
});

describe('a receiver with TLS', () => {
  it('is asked for by its name and must prove it', async () => {
    const identity = await selfSigned(NAME);
    const port = await tls(identity);
    expect(await post(`https://${NAME}:${port}/`, { ca: identity.cert })).toEqual(OK);
  });

  it('is refused with another’s certificate, an expired one, or one that nobody vouches for', async () => {
    const [own, other, expired] = [await selfSigned(NAME), await selfSigned('other.example.com'), await selfSigned(NAME, { is_expired: true })]; // prettier-ignore
    const answers = [
      await post(`https://${NAME}:${await tls(other)}/`, { ca: other.cert }),
      await post(`https://${NAME}:${await tls(expired)}/`, { ca: expired.cert }),
      await post(`https://${NAME}:${await tls(own)}/`),
    ];
    expect(answers).toEqual(Array(3).fill({ failure: 'tls_failed' }));
  });

  it('that speaks plain HTTP is refused; one that says nothing is too slow', async () => {
    const plain = await rawReceiver((socket) => socket.end(status('200 OK')), true);
    const silent = await rawReceiver(() => undefined, true);
    receivers.push(plain, silent);
    expect(await post(`https://${NAME}:${plain.port}/`)).toEqual({ failure: 'tls_failed' });
    expect(await post(`https://${NAME}:${silent.port}/`, { limits: HURRIED })).toEqual({ failure: 'too_slow' });
  });

  it('is checked whatever the environment says', async () => {
    const identity = await selfSigned(NAME);
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await post(`https://${NAME}:${await tls(identity)}/`)).toEqual({ failure: 'tls_failed' });
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });
});

describe('a name', () => {
  it('that nobody knows, or that is not answered in time, is unknown', async () => {
    const silent = new Egress({ ...HURRIED, resolve: () => new Promise(() => undefined) });
    const none = new Egress({ ...PATIENT, resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    const empty = new Egress({ ...PATIENT, resolve: () => Promise.resolve([]) });
    const request = { policy, headers: {}, body: '', signal: new AbortController().signal };
    for (const egress of [silent, none, empty])
      expect(await egress.post(`http://${NAME}/`, request)).toEqual({ failure: 'name_unknown' });
  });
});
