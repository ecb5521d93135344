import { ROUTES, type Id, type Route } from '@groundtruth/sdk/protocol';
import type { Results } from '../simulation/desk.js';
import { sheepTerms } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';

/** Criteria that one picture can miss in two ways. */
const CRITERIA = { all: [{ object: { label: 'sheep' } }, { text: { pattern: 'GATE' } }] };
const DAY_S = 86_400;

/** Two markets in step with each other: whatever happens in one happens in the other at the same instant of its clock. */
let markets: DeskMarket[];
beforeAll(async () => (markets = [await deskMarket(), await deskMarket()]));
afterAll(async () => {
  for (const market of markets) await market.end();
});

/** One requester with one capture nobody has paid for, and every id that has to do with it. */
interface World {
  readonly market: DeskMarket;
  readonly agent: Funded;
  readonly capture: Id<'capture'>;
  readonly ids: readonly string[];
}

async function worldOf(market: DeskMarket, results: Results, finding: 'present' | 'absent'): Promise<World> {
  const agent = await market.funded();
  const window = { closes_at: new Date(market.clock.now() + 3 * 3_600_000).toISOString() };
  const bounty = await agent.client.bounties.create(sheepTerms({ criteria: CRITERIA, window }));
  const { id: capture, worker } = await market.judged(bounty.id, results, { finding });
  await market.background.sweep();
  await everythingTold(market);
  const [row] = await market.database.dataSource.query('SELECT * FROM capture WHERE id = $1', [capture]);
  const ids = [bounty.id, capture, row.reservation_id, row.verdict_id, worker.id, worker.device.id];
  return { market, agent, capture, ids };
}

/** Events reach the wire a moment after what they tell of, and by the clock of that moment. */
async function everythingTold(market: DeskMarket): Promise<void> {
  const unsent = 'SELECT FROM outbox WHERE sent_at IS NULL';
  await eventually(async () => (await market.database.dataSource.query(unsent)).length === 0, 'every event to be told');
}

/** The same steps in both markets; what the picture shows is all that differs. */
async function worlds(shows: readonly [Results, Results], finding: 'present' | 'absent'): Promise<[World, World]> {
  const [one, other] = markets as [DeskMarket, DeskMarket];
  return [await worldOf(one, shows[0], finding), await worldOf(other, shows[1], finding)];
}

/** Answers that differ, each with its twin. */
async function differences([one, other]: readonly [World, World]): Promise<[string?, string?][]> {
  const [here, there] = [await everythingSeen(one), await everythingSeen(other)];
  const lines = Math.max(here.length, there.length);
  return Array.from({ length: lines }, (_, i): [string?, string?] => [here[i], there[i]]).filter(([a, b]) => a !== b);
}

/** Everything the wire answers this requester, without ids: in order, status and text. */
async function everythingSeen(world: World): Promise<string[]> {
  const { capture, ids } = world;
  const seen: string[] = [];
  for (const [name, route] of Object.entries(ROUTES) as [string, Route][]) {
    if (route.method !== 'GET' || route.content === 'text/event-stream') continue;
    const paths = route.path.includes(':id')
      ? ids.map((id) => route.path.replace(':id', id))
      : [route.path, ...(QUERIES[name] ?? [])];
    for (const path of paths) seen.push(`${name} ${await answerTo(world, 'GET', path)}`);
  }
  // What it is told when it tries to act on what it may not see.
  for (const action of ['review', 'disputes', 'submit'])
    for (const body of BODIES)
      seen.push(`${action} ${await answerTo(world, 'POST', `/v1/captures/${capture}/${action}`, body)}`);
  return seen.map(withoutIds);
}

const QUERIES: Record<string, string[]> = {
  search_bounties: ['/v1/bounties?mine=true', '/v1/bounties?near=32.7448,129.8737'],
  list_disputes: ['/v1/disputes?state=open', '/v1/disputes?state=upheld'],
  log_proof: ['/v1/log/proof?from=0&to=1'],
};
const BODIES = [{ decision: 'accept' }, { decision: 'object', reason_code: 'other' }, { reason_code: 'other' }, {}];

async function answerTo({ agent, market }: World, method: string, path: string, body?: object): Promise<string> {
  const headers: Record<string, string> = { authorization: `Bearer ${agent.api_key}` };
  if (body) Object.assign(headers, { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() });
  const response = await fetch(new URL(path, market.baseUrl), {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  return `${response.status} ${response.headers.get('content-type')} ${await response.text()}`;
}

/** Ids name nothing of a picture; cursors are made of ids; hashes and signatures in the log are of salted commitments; ports are chance. */
function withoutIds(text: string): string {
  return text
    .replaceAll(/\b([a-z]{3,4})_[0-9a-f]{32}\b/g, '<$1>')
    .replaceAll(/"next_cursor":"[^"]*"/g, '"next_cursor":"<cursor>"')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<host>')
    .replaceAll(/\b[0-9a-f]{64}|[A-Za-z0-9+/]{88,}={0,2}|[A-Za-z0-9+/]{43}=/g, '<hash>')
    .replaceAll(/0x[0-9a-f]{64,}/g, '<hash>');
}

const failing = (check: 'objects' | 'text', evidence: Record<string, unknown>): Results => ({
  [check]: { status: 'fail', score: check === 'text' ? 0.02 : 0.11, threshold: 0.42, evidence },
});
const doubtful = (check: 'objects' | 'text', score: number): Results => ({
  [check]: { status: 'inconclusive', score, threshold: 0.42, fail_below: 0.18, evidence: { label: check } },
});

describe('the requester of an unpaid capture', () => {
  it.each([
    [
      'rejected for what it shows',
      'rejected',
      [failing('objects', { label: 'boat', count: 3 }), failing('text', { matched: ['CLOSED TODAY'] })],
      'present',
    ],
    ['that waits for the operator', 'review', [doubtful('objects', 0.2), doubtful('text', 0.4)], 'present'],
    ['of declared absence', 'review', [{ objects: { status: 'pass', score: 0.9 } }, doubtful('text', 0.4)], 'absent'],
  ] as const)(
    'reads the same bytes, whatever a capture %s shows, and it closes at the same time',
    async (_, state, shows, finding) => {
      const both = await worlds(shows, finding);
      expect(await differences(both)).toEqual([]);
      // The comparison is of something: the state is seen, and nothing of what was found.
      const seen = await everythingSeen(both[0]);
      expect(seen.filter((line) => line.startsWith('get_capture 200')).join()).toContain(`"state":"${state}"`);
      expect(seen.some((line) => line.startsWith('get_verdict 200'))).toBe(false);
      expect(seen.join()).not.toMatch(/boat|CLOSED|0\.11|0\.02/);

      for (let day = 0; day < 3; day++) {
        for (const { market, capture } of both) {
          await market.pass(DAY_S);
          await market.desk.conclude(capture);
          await market.background.sweep();
          await everythingTold(market);
        }
        expect(await differences(both)).toEqual([]);
      }
      for (const { agent, ids } of both)
        expect(await agent.client.bounties.waitFor(ids[0]!, { until: 'closed' })).toMatchObject({ outcome: 'expired' });
      for (const { market } of both) await everythingTold(market);
      expect(await differences(both)).toEqual([]);
    },
  );

  it('learns nothing from an appeal: neither that there is one, nor how it stands', async () => {
    const [one, other] = await worlds([failing('objects', {}), failing('objects', {})], 'present');
    const ids = (world: World, digit: string) => ({ ...world, ids: [...world.ids, `dsp_${digit.repeat(32)}`] });
    await one.market.database.dataSource.query(
      `INSERT INTO dispute (id, mode, capture_id, bounty_id, side, opened_by, state, reason_code, text, decide_by, created_at)
       SELECT $1, mode, id, bounty_id, 'contributor', contributor_id, 'open', 'other', 'hear me', now() + interval '1 year', now()
         FROM capture WHERE id = $2`,
      [`dsp_${'0'.repeat(32)}`, one.capture],
    );
    expect(await differences([ids(one, '0'), ids(other, '1')])).toEqual([]);
  });
});
