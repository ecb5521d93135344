import { connect } from 'node:net';
import { posix } from 'node:path';
import { Module } from '@nestjs/common';
import { ManualClock } from '../kernel/clock.js';
import { READ_CHAINS, type ReadChain, type ReadChains } from '../payments/index.js';
import { loadConfig } from '../platform/config/index.js';
import { createHttpApp, type HttpApp } from '../platform/http/index.js';
import { Metrics, silentLog } from '../platform/telemetry/index.js';
import { withLinksFromRoot } from './docs.js';
import { DOORS } from './doors.js';
import { DiscoveryModule } from './index.js';
import { readPages } from './pages.js';

const NOW = Date.parse('2026-11-21T06:00:00Z');
const SAID = {
  SECURITY_CONTACTS: 'mailto:security@example.org, https://example.org/security',
  SECURITY_EXPIRES: '2027-06-30T00:00:00Z',
  AGENT_REGISTRATIONS: 'eip155:8453:0x8004A169FB4a3325136EB29fA0ceB6D2e539a432/22',
};
const PAGES = readPages();
/** What is served by other modules. */
const ELSEWHERE = ['/mcp', '/v1/keys', '/.well-known/x402'];

let clock: ManualClock;
let http: HttpApp;
let origin: string;
@Module({})
class Root {}
const NO_CHAINS: ReadChains = { test: null, live: null };
/** Nobody here asks it for anything: that it is there says that reads are sold. */
const ON_A_CHAIN: ReadChains = { ...NO_CHAINS, test: {} as ReadChain };
const start = async (env: Record<string, string> = {}, chains = NO_CHAINS) => {
  clock = new ManualClock(NOW);
  const config = loadConfig({ PORT: '0', RATE_LIMIT_ADDRESS_PER_MINUTE: '0', LOG_LEVEL: 'silent', ...env });
  const given = [{ provide: READ_CHAINS, useValue: chains }];
  const root = { module: Root, global: true, imports: [DiscoveryModule], providers: given, exports: given };
  http = await createHttpApp(root, { config, log: silentLog, clock, metrics: new Metrics() });
  await http.app.init();
  origin = await http.listen();
};
beforeAll(() => start(SAID, ON_A_CHAIN));
afterAll(() => http.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${origin}${path}`, { headers });
const jsonAt = async (path: string) => (await get(path)).json() as Promise<Record<string, unknown>>;

describe('the front door', () => {
  it('lists every way in, as Markdown or as JSON, and in its headers', async () => {
    const page = await get('/');
    expect(page.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    for (const rel of ['service-desc', 'service-doc', 'llms'])
      expect(page.headers.get('link')).toContain(`rel="${rel}"`);
    const text = await page.text();
    expect(Buffer.byteLength(text)).toBeLessThan(2_000);
    for (const { path } of DOORS) expect(text).toContain(`(${path})`);
    const index = (await (await get('/', { accept: 'application/json' })).json()) as { doors: { url: string }[] };
    expect(index.doors.map(({ url }) => url)).toEqual(DOORS.map(({ path }) => `${origin}${path}`));
  });

  it('names no door of this module that is shut, and says of each truly what comes', async () => {
    for (const { path, type } of DOORS.filter(({ path }) => !ELSEWHERE.includes(path))) {
      const response = await get(path);
      expect([path, response.status, response.headers.get('content-type')]).toEqual([
        path,
        200,
        expect.stringContaining(type),
      ]);
    }
  });
});

describe('the documentation', () => {
  it('is served page by page, as Markdown, and 304 to who has it', async () => {
    for (const [path, { text, type, etag }] of PAGES) {
      const response = await get(`/${path}`);
      expect([path, response.status, response.headers.get('content-type'), response.headers.get('etag')]).toEqual([path, 200, type, etag]); // prettier-ignore
      expect(await response.text()).toBe(text);
    }
    const { etag } = PAGES.get('docs/prices.md')!;
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*'])
      expect((await get('/docs/prices.md', { 'if-none-match': tag })).status).toBe(304);
    expect((await get('/docs/prices.md', { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get('/docs/prices.md')).headers.get('cache-control')).toBe('public, max-age=300');
  });

  it.each([
    '/docs/../package.json', '/docs/%2e%2e/package.json', '/docs/..%2fpackage.json', '/docs/errors/..%2f..%2fpackage.json', '/docs/errors/../../package.json',
    '/docs//etc/passwd', '/docs/constructor', '/docs/__proto__', '/docs/errors/not_found', '/docs/errors/not_found.md/', '/docs/prices.md%00', '/docs/errors%2fnot_found.md',
    '/docs/./prices.md', '/docs/..', '/docs/adr/0001', '/docs/prices.MD',
  ])('is no way to anything else: %s', async (path) => {
    expect([400, 404]).toContain(await statusOf(path));
  }); // prettier-ignore

  it('leads nowhere that is not served', () => {
    const broken = [...PAGES].flatMap(([path, { text }]) =>
      linksOf(text)
        .map((link) => resolved(path, link))
        .filter((target) => !PAGES.has(target))
        .map((target) => `${path} -> ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('reaches every page from the table of contents', () => {
    const seen = new Set<string>();
    const walk = (path: string): void => {
      if (seen.has(path) || !PAGES.has(path)) return;
      seen.add(path);
      for (const link of linksOf(PAGES.get(path)!.text)) walk(resolved(path, link));
    };
    walk('docs/index.md');
    const pages = [...PAGES.keys()].filter((path) => path.startsWith('docs/') && path.endsWith('.md'));
    expect(pages.filter((path) => !seen.has(path))).toEqual([]);
  });
});

describe('the whole text', () => {
  it('states its order and sizes, and holds the pages in that order, complete', () => {
    const { text } = PAGES.get('llms-full.txt')!;
    const listed = [...text.matchAll(/^- \/(\S+), (\d+) bytes$/gm)].map(([, path, bytes]) => ({
      path: path!,
      bytes: Number(bytes),
    }));
    expect(listed.length).toBeGreaterThan(25);
    let at = -1;
    for (const { path, bytes } of listed) {
      const page = PAGES.get(path)!.text;
      expect([path, bytes]).toEqual([path, Buffer.byteLength(page)]);
      const [first, last] = [page.trim().split('\n')[0]!, page.trim().split('\n').at(-1)!];
      const found = text.indexOf(`<!-- /${path} -->\n\n${first}`);
      expect(text.indexOf(withLinksFromRoot({ path, title: '', text: last }), found)).toBeGreaterThan(found);
      expect(found).toBeGreaterThan(at);
      at = found;
    }
  });
});

describe('the agent card', () => {
  it('has every member that A2A 1.0 requires, and no binding of A2A, which is not spoken here', async () => {
    const card = await jsonAt('/.well-known/agent-card.json');
    for (const member of ['name', 'description', 'version']) expect(card[member]).toEqual(expect.stringMatching(/./));
    expect(card.capabilities).toEqual({ streaming: false, pushNotifications: false, extendedAgentCard: false });
    for (const member of ['defaultInputModes', 'defaultOutputModes', 'skills'])
      expect(card[member]).not.toHaveLength(0);
    const interfaces = card.supportedInterfaces as Record<string, string>[];
    expect(interfaces.map(({ url }) => url)).toEqual([`${origin}/mcp`, `${origin}/v1`]);
    for (const { protocolBinding, protocolVersion } of interfaces) {
      expect(['JSONRPC', 'GRPC', 'HTTP+JSON']).not.toContain(protocolBinding);
      expect(PAGES.has(new URL(protocolBinding!).pathname.slice(1))).toBe(true);
      expect(protocolVersion).toBe('1.0');
    }
    for (const skill of card.skills as object[])
      expect(skill).toMatchObject({ id: expect.any(String), name: expect.any(String), description: expect.any(String), tags: expect.arrayContaining([expect.any(String)]) }); // prettier-ignore
    for (const url of [card.documentationUrl, card.iconUrl]) expect((await fetch(String(url))).status).toBe(200);
  });
});

describe('the registration file', () => {
  it('is that of ERC-8004, and says where this instance is registered', async () => {
    const file = await jsonAt('/.well-known/agent-registration.json');
    expect(file).toMatchObject({
      type: 'https://eips.ethereum.org/EIPS/eip-8004#registration-v1',
      x402Support: true,
      registrations: [{ agentId: 22, agentRegistry: 'eip155:8453:0x8004A169FB4a3325136EB29fA0ceB6D2e539a432' }],
    });
    const names = (file.services as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['MCP', 'A2A', 'web']));
    expect((await fetch(String(file.image))).headers.get('content-type')).toBe('image/svg+xml');
  });
});

describe('security.txt', () => {
  it('has what RFC 9116 requires, until it expires', async () => {
    const response = await get('/.well-known/security.txt');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const lines = (await response.text()).trim().split('\n');
    expect(lines.filter((line) => line.startsWith('Contact: '))).toEqual([
      'Contact: mailto:security@example.org',
      'Contact: https://example.org/security',
    ]);
    expect(lines.filter((line) => line.startsWith('Expires: '))).toEqual(['Expires: 2027-06-30T00:00:00Z']);
    expect(lines).toContain(`Canonical: ${origin}/.well-known/security.txt`);
    const policy = lines.find((line) => line.startsWith('Policy: '))!.slice(8);
    expect(await (await fetch(policy)).text()).toContain('## Reporting a weakness');
    clock.advance(Date.parse('2027-06-30T00:00:00Z') - NOW);
    expect((await get('/.well-known/security.txt')).status).toBe(404);
  });
});

describe('what is not configured', () => {
  beforeAll(async () => {
    await http.close();
    await start();
  });

  it('is not told: no contact is invented, and no registration', async () => {
    expect((await get('/.well-known/security.txt')).status).toBe(404);
    expect(await jsonAt('/.well-known/agent-registration.json')).not.toHaveProperty('registrations');
  });

  it('is not sold: without a chain, or without a price, nobody is told to pay by x402', async () => {
    expect(await jsonAt('/.well-known/agent-registration.json')).toMatchObject({ x402Support: false });
    await http.close();
    await start({ READ_PRICE: '0' }, ON_A_CHAIN);
    expect(await jsonAt('/.well-known/agent-registration.json')).toMatchObject({ x402Support: false });
  });
});

/** Relative targets of Markdown links outside code. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.split('#')[0]!)
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

const resolved = (from: string, link: string): string =>
  link.startsWith('/') ? link.slice(1) : posix.join(posix.dirname(from), link);

/** The status of a target that `fetch` would tidy up before it asks. */
function statusOf(target: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.once('error', reject).once('data', (bytes) => {
      socket.destroy();
      resolve(Number(bytes.toString('latin1').split(' ')[1]));
    });
    socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  });
}
