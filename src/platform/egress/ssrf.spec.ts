import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { AddressRanges, isPublicAddress } from './address.rules.js';
import { Egress, type EgressPolicy } from './index.js';
import { egressPolicies } from './policy.js';
import type { Resolve } from './resolver.js';
import { hostileUrls, PRIVATE_V4, PRIVATE_V6, PUBLIC } from './ssrf.fixture.js';

/** The whole of 127/8 is this machine: one address of it stands for a public receiver, the others for what must not be reached. */
const RECEIVER = '127.77.0.2';
const NAME = 'hooks.example.com';
const REDIRECTS = [301, 302, 303, 307, 308];

let canaries: TcpServer[];
let receiver: Server;
let port: number;
let policy: EgressPolicy;
/** Every address that this process tried to connect to. */
let attempted: string[];
/** Connections that reached the canary, and requests that reached the receiver. */
let private_connections: number;
let received: number;
let redirect: { readonly status: number; readonly location: string } | null;
let cases = 0;

const watch = (message: unknown): void => {
  const { socket } = message as { socket: Socket };
  socket.on('connectionAttempt', (address: string) => attempted.push(address));
};
const bind = (server: TcpServer, host: string, at: number): Promise<boolean> =>
  new Promise((resolve) => server.once('error', () => resolve(false)).listen(at, host, () => resolve(true)));

beforeAll(async () => {
  receiver = createHttp((request, response) => {
    received++;
    request.resume();
    if (redirect) response.writeHead(redirect.status, { location: redirect.location });
    response.end();
  });
  await bind(receiver, RECEIVER, 0);
  port = (receiver.address() as AddressInfo).port;
  canaries = [];
  // The same port, on every other address of this machine that a test may listen on.
  for (const host of ['127.0.0.1', '127.0.0.53', '127.1.2.3', '127.255.255.254', '::1']) {
    const canary = createServer((socket) => {
      private_connections++;
      socket.destroy();
    });
    if (await bind(canary, host, port)) canaries.push(canary);
  }
  // Ports are not what is tested here: that of the canary is one of those in use.
  policy = { ports: { 'http:': [port], 'https:': [port] }, also: new AddressRanges([`${RECEIVER}/32`]) };
  subscribe('net.client.socket', watch);
});
afterAll(async () => {
  unsubscribe('net.client.socket', watch);
  for (const server of [receiver, ...canaries]) await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  attempted = [];
  private_connections = 0;
  received = 0;
  redirect = null;
});

async function post(url: string, resolve: Resolve, over: EgressPolicy = policy) {
  cases++;
  const egress = new Egress({ connect_ms: 30_000, whole_ms: 60_000, resolve });
  return egress.post(url, { policy: over, headers: {}, body: '{}', signal: new AbortController().signal });
}
const nobody: Resolve = () => Promise.reject(new Error('no name is asked for here'));
const named = (): string => `http://${NAME}:${port}/`;

describe('no request goes to a private address', () => {
  it('that the URL names, however it is written', async () => {
    for (const url of hostileUrls(port)) {
      expect({ url, answer: await post(url, nobody) }).toEqual({ url, answer: { failure: 'address_refused' } });
    }
    expect(attempted).toEqual([]);
  });

  it('that DNS gives for the name, alone or among others', async () => {
    for (const address of [...PRIVATE_V4, ...PRIVATE_V6, 'fe80::1%eth0', 'not an address']) {
      for (const answer of [[address], [RECEIVER, address], [address, RECEIVER], [RECEIVER, PUBLIC[0], address]]) {
        const outcome = await post(named(), () => Promise.resolve(answer));
        expect({ answer, outcome }).toEqual({ answer, outcome: { failure: 'address_refused' } });
      }
    }
    expect(attempted).toEqual([]);
  });

  it('that a redirect names: none is followed', async () => {
    const hosts = [...PRIVATE_V4.map((one) => one), ...PRIVATE_V6.map((one) => `[${one}]`), 'localhost', NAME];
    for (const [at, host] of hosts.entries()) {
      redirect = { status: REDIRECTS[at % REDIRECTS.length]!, location: `http://${host}:${port}/` };
      expect(await post(named(), () => Promise.resolve([RECEIVER]))).toMatchObject({ status: redirect.status });
    }
    expect(received).toBe(hosts.length);
    expect(new Set(attempted)).toEqual(new Set([RECEIVER]));
  });

  it('that the name turns to between two questions (rebinding)', async () => {
    for (const address of [...PRIVATE_V4, ...PRIVATE_V6]) {
      for (const answers of [
        [[RECEIVER], [address]],
        [[address], [RECEIVER]],
        [[RECEIVER], [RECEIVER, address]],
      ]) {
        let asked = 0;
        const rebinding: Resolve = () => Promise.resolve(answers[asked++] ?? [address]);
        const outcomes = [await post(named(), rebinding), await post(named(), rebinding)];
        // One question a request: what was checked is what was connected to.
        expect(asked).toBe(2);
        const isFine = answers.map((each) => each.every((one) => one === RECEIVER));
        expect(outcomes.map((one) => 'status' in one)).toEqual(isFine);
      }
    }
    expect(new Set(attempted)).toEqual(new Set([RECEIVER]));
  });

  it('in mode live even where the operator allows it in mode test', async () => {
    const policies = egressPolicies(['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8']);
    for (const address of ['127.0.0.1', '10.0.0.1', 'fd00::1']) {
      const host = address.includes(':') ? `[${address}]` : address;
      expect(await post(`https://${host}/`, nobody, policies.live)).toEqual({ failure: 'address_refused' });
      expect(await post(`https://${NAME}/`, () => Promise.resolve([address]), policies.live)).toEqual({ failure: 'address_refused' }); // prettier-ignore
    }
    expect(attempted).toEqual([]);
  });

  afterEach(() => expect(private_connections).toBe(0));
  afterAll(() => expect(cases).toBeGreaterThanOrEqual(500));
});

describe('who watches', () => {
  it('would have seen a connection to a private address', async () => {
    const open = { ...policy, also: new AddressRanges(['127.0.0.0/8']) };
    expect(canaries.length).toBeGreaterThan(0);
    expect(await post(`http://127.0.0.1:${port}/`, nobody, open)).toEqual({ failure: 'cut_off' });
    expect([private_connections, attempted]).toEqual([1, ['127.0.0.1']]);
  });

  it('sees the receiver that is allowed', async () => {
    expect(await post(named(), () => Promise.resolve([RECEIVER]))).toEqual({ status: 200, retry_after_s: null });
    expect([received, attempted]).toEqual([1, [RECEIVER]]);
  });
});

describe('an address', () => {
  it.each(PUBLIC)('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
  it.each([...PRIVATE_V4, ...PRIVATE_V6])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

  it('of IPv4 is not in a range when it comes as IPv6', () => {
    const ranges = new AddressRanges(['127.0.0.0/8', 'fd00::/8']);
    expect(['127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', 'fd00::1', 'fd00::1%lo'].map((one) => ranges.has(one))).toEqual([true, false, false, true, false]); // prettier-ignore
  });
});

describe('the ports and schemes of a mode', () => {
  const refused = async (url: string, mode: 'test' | 'live'): Promise<boolean> => {
    const signal = AbortSignal.abort();
    const egress = new Egress({ connect_ms: 100, whole_ms: 100, resolve: () => Promise.resolve(['1.1.1.1']) });
    const answer = await egress.post(url, { policy: egressPolicies([])[mode], headers: {}, body: '', signal });
    return 'failure' in answer && answer.failure === 'address_refused';
  };

  it.each([
    ['https://a.example', false, false],
    ['https://a.example:8443/x?y=z', false, false],
    ['http://a.example', false, true],
    ['http://a.example:8080', false, true],
    ['https://a.example:80', true, true],
    ['http://a.example:443', true, true],
    ['https://a.example:22', true, true],
    ['https://a.example:65536', true, true],
    ['ftp://a.example', true, true],
    ['file:///etc/passwd', true, true],
    ['gopher://a.example:443', true, true],
    ['https://user@a.example', true, true],
    ['https://a.example/#x', true, true],
    ['https://münchen.example', true, true],
    ['//a.example', true, true],
    ['', true, true],
  ])('take %p or not: test %p, live %p', async (url, inTest, inLive) => {
    expect([await refused(url, 'test'), await refused(url, 'live')]).toEqual([inTest, inLive]);
  });
});
