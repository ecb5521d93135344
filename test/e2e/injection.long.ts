import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { sheepTerms } from '../support/cast.js';
import { deskMarket, type DeskMarket } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';
import { Injections } from '../support/injections.js';
import { readsAll, readsMetrics, readsPages, readsStreams, showsEvidence, usesCommands, usesTools, type Scene } from './injection/doors.js'; // prettier-ignore
import { Entrances } from './injection/entrances.js';
import { Visitor } from './injection/visitor.js';

const SEED = 20_261_122;

/** How many texts come in where. */
const SIZES = {
  webhooks: 9,
  names: 100,
  devices: 30,
  bounties: 60,
  standing: 180,
  feeds: 90,
  pictures: 4,
  reasons: 30,
  urls: 60,
};
/** At least so many are accepted. */
const ACCEPTED_MIN = 1_000;

let market: DeskMarket;
let visitor: Visitor;
let entrances: Entrances;
let scene: Scene;
let hooks: Receiver;
/** Where links in the texts lead. */
let lure: Receiver;
const log: string[] = [];

beforeAll(async () => {
  [hooks, lure] = [await receiver(), await receiver()];
  const destination = { write: (line: string) => void log.push(line) };
  market = await deskMarket(
    { EGRESS_ALLOW_PRIVATE: '127.0.0.0/8', WEBHOOK_POLL_MS: '50' },
    createLogger({ level: 'debug', process: 'test', destination }),
  );
  visitor = new Visitor(market.baseUrl);
  const [agent, stranger] = [await market.funded('100000'), await market.funded()];
  entrances = new Entrances(market, visitor, new Injections(lure.url, SEED), [agent, stranger], hooks.url);
  const { operator_keys } = market.keyring;
  const viewers = {
    agent: agent.api_key,
    stranger: stranger.api_key,
    operator: operator_keys.test,
    nobody: undefined,
  };
  scene = { visitor, ids: entrances.ids, viewers };
  await entrances.webhooks(SIZES.webhooks);
  await entrances.names(SIZES.names);
  await entrances.devices(SIZES.devices);
  await entrances.bounties(SIZES.bounties);
  await entrances.standing(SIZES.standing);
  await entrances.feeds(SIZES.feeds);
  await entrances.pictures(SIZES.pictures, 20);
  await entrances.reasons(SIZES.reasons);
  await entrances.urls(SIZES.urls);
}, 300_000);
afterAll(async () => {
  await market?.end();
  await Promise.all([hooks, lure].map((one) => one?.close()));
});

describe('a thousand texts of strangers', () => {
  it('come in at every door, as they are or not at all', () => {
    const texts = [...entrances.accepted, ...entrances.refused.map(({ injection }) => injection)];
    expect(new Set(texts.map(({ marker }) => marker)).size).toBe(texts.length);
    expect(new Set(entrances.accepted.map(({ text }) => text)).size).toBeGreaterThanOrEqual(ACCEPTED_MIN);
    expect(entrances.refused.length).toBeGreaterThanOrEqual(2 * SIZES.urls);
  });

  it('stand in answers only where the table of texts says so, whoever asks', async () => {
    const worker = entrances.keys[1]!;
    await readsAll({ ...scene, viewers: { ...scene.viewers, worker } });
    for (const key of entrances.keys) await visitor.ask('me', { by: key });
    const unseen = entrances.accepted.filter(({ marker }) => !visitor.seen.has(marker));
    expect(unseen).toEqual([]);
    const doors = new Set([...visitor.seen.values()].flatMap((names) => [...names]));
    for (const door of [
      'search_bounties',
      'list_standing_bounties',
      'list_feeds',
      'list_webhook_endpoints',
      'list_disputes',
      'list_policy_holds',
      'list_original_accesses',
      'get_verdict',
      'get_observation',
      'observation_evidence',
      'me',
      'get_capture',
    ])
      // prettier-ignore
      expect(doors).toContain(door);
  });

  it('change no page, metric or frame', async () => {
    expect(await readsPages(scene)).toBeGreaterThanOrEqual(12);
    await readsMetrics(scene);
    await readsStreams(scene, SIZES.pictures);
  });

  it('reach a model only as untrusted, with what hides spelled out', async () => {
    const hostile = entrances.accepted.slice(-40).map(({ text }) => ({ ...terms(), title: text.slice(0, 100) }));
    await usesTools(scene, hostile.slice(0, 6));
    const doors = new Set([...visitor.seen.values()].flatMap((names) => [...names]));
    for (const tool of ['get_bounty', 'read_observation', 'post_bounty', 'cancel_bounty'])
      expect(doors).toContain(`tool ${tool}`);
  });

  it('reach a terminal without a character that hides', async () => {
    await usesCommands(scene, entrances.keys);
    const doors = new Set([...visitor.seen.values()].flatMap((names) => [...names]));
    for (const command of ['whoami', 'cancel', 'read']) expect(doors).toContain(`command ${command}`);
  });

  it('pass for no field of evidence, and are whole in its file', async () => {
    expect(await showsEvidence(scene)).toBeGreaterThanOrEqual(SIZES.pictures * 20);
  });

  it('are in no webhook, no event and no line of the log', async () => {
    await eventually(() => hooks.heard.length >= SIZES.webhooks * SIZES.pictures, 'webhooks');
    for (const { headers, body } of hooks.heard) {
      visitor.nothingIn('a webhook', `${JSON.stringify(headers)}${body}`);
      expect(JSON.parse(body)).toMatchObject({ type: expect.any(String) });
    }
    expect(log.length).toBeGreaterThanOrEqual(visitor.asked);
    for (const line of log) {
      visitor.nothingIn('the log', line);
      expect([line.indexOf('\n'), JSON.parse(line)]).toEqual([
        line.length - 1,
        expect.objectContaining({ process: 'test' }),
      ]);
    }
  });

  it('have nobody fetch what they link to', () => {
    expect(lure.heard).toEqual([]);
  });
});

const terms = () => sheepTerms({ window: { closes_at: new Date(market.clock.now() + 3_600_000).toISOString() } });

interface Receiver {
  readonly url: string;
  readonly heard: { path: string; headers: IncomingHttpHeaders; body: string }[];
  close(): Promise<void>;
}

async function receiver(): Promise<Receiver> {
  const heard: Receiver['heard'] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      heard.push({ path: request.url!, headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, heard, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
