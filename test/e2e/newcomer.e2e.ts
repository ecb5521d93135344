import { AgentClient } from '@groundtruth/sdk/agent';
import { verifyObservation } from '@groundtruth/sdk/feeds';
import { stepsOf, type Step } from '../support/llms-page.js';
import { testMarket, type TestMarket } from '../support/market.js';

const CALLS_MAX = 10;
const READING_BYTES_MAX = 5_000;

let market: TestMarket;
beforeAll(async () => (market = await testMarket()));
afterAll(() => market.end());

type Body = Parameters<typeof verifyObservation>[0];
type Keys = Parameters<typeof verifyObservation>[1];
type Answered = Record<string, unknown> & { data?: Record<string, unknown>[] };

/** Somebody who has the base URL and nothing else. What is sent is taken from the page, and every request counts. */
class Newcomer {
  calls = 0;
  bytes_read = 0;
  readonly answers = new Map<string, Answered>();
  private key: string | null = null;
  private ids: string[] = [];
  private steps: readonly Step[] = [];

  constructor(private readonly base_url: string) {}

  async read(path: string): Promise<void> {
    const text = await (await this.send('GET', path)).text();
    this.bytes_read += Buffer.byteLength(text);
    this.steps = stepsOf(text, 'Buy a fact');
  }

  async follow(): Promise<void> {
    for (const { method, path, body } of this.steps) {
      const response = await this.send(method, this.filled(path), body === null ? undefined : this.filled(body));
      const answer = (await response.json()) as Answered;
      expect({ path, ok: response.ok, problem: answer.code }).toMatchObject({ ok: true });
      this.answers.set(`${method} ${path.split('?')[0]}`, answer);
      this.key ??= (answer.api_key as string | undefined) ?? null;
      this.ids.push(...[answer, ...(answer.data ?? [])].flatMap(({ id }) => (typeof id === 'string' ? [id] : [])));
    }
  }

  /** Ids of what was answered before in place of `bty_…`, and of `:id` by the collection that it is in; a time for `<within …>`. */
  private filled(text: string): string {
    const latest = (prefix: string): string =>
      this.ids.findLast((id) => id.startsWith(`${prefix}_`)) ?? `no ${prefix}_`;
    return text
      .replaceAll(/\b([a-z]{3,4})_…/g, (_, prefix: string) => latest(prefix))
      .replaceAll(/\/([a-z]{3})([a-z]*)\/:id/g, (_, start: string, rest: string) => {
        const prefix = { bounties: 'bty', observations: 'obs' }[start + rest] ?? start;
        return `/${start}${rest}/${latest(prefix)}`;
      })
      .replaceAll(/<within \d+ days>/g, () => new Date(Date.now() + 3_600_000).toISOString());
  }

  private send(method: string, path: string, body?: string): Promise<Response> {
    this.calls += 1;
    return fetch(new URL(path, this.base_url), {
      method,
      headers: {
        ...(this.key !== null && { authorization: `Bearer ${this.key}` }),
        ...(method === 'POST' && { 'idempotency-key': crypto.randomUUID(), 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
    });
  }
}

describe('a newcomer with the base URL alone', () => {
  it('reads one page, and comes from a quote to a verified proof in ten calls', async () => {
    const newcomer = new Newcomer(market.baseUrl);
    await newcomer.read('/llms.txt');
    await newcomer.follow();

    const answer = (route: string) => newcomer.answers.get(route)!;
    expect(answer('POST /v1/bounties/quote')).toMatchObject({ policy: { outcome: 'allow' }, covered: true });
    expect(answer('POST /v1/bounties')).toMatchObject({ state: 'open' });
    expect(answer('GET /v1/bounties/:id')).toMatchObject({ state: 'closed', outcome: 'filled', held: '0.000000' });
    const { body } = answer('POST /v1/observations/:id/reads') as { body: Body };
    const keys = answer('GET /v1/keys').data!.find(({ mode }) => mode === 'test') as Keys;
    const { record } = await verifyObservation(body, keys, { allowTest: true });
    expect(record).toMatchObject({ finding: 'present', facts: [{ text: { pattern: 'OPEN|CLOSED' } }] });

    expect(newcomer.calls).toBeLessThanOrEqual(CALLS_MAX);
    expect(newcomer.bytes_read).toBeLessThanOrEqual(READING_BYTES_MAX);
  });
});

describe('a market as it starts', () => {
  it('gives a live agent nothing of the sandbox', async () => {
    const { api_key } = await AgentClient.agents.register({ baseUrl: market.baseUrl, name: 'live', mode: 'live' });
    const live = new AgentClient({ baseUrl: market.baseUrl, apiKey: api_key });
    const bounty_id = `bty_${'0'.repeat(32)}`;
    for (const refused of [
      () => live.sandbox.credit('1'),
      () => live.sandbox.contribute({ bounty_id }),
      () => live.sandbox.clock.advance(1),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'mode_mismatch' });
  });

  it('lets nobody move its clock', async () => {
    const { api_key } = await AgentClient.agents.register({ baseUrl: market.baseUrl, name: 'in a hurry' });
    const { clock } = new AgentClient({ baseUrl: market.baseUrl, apiKey: api_key }).sandbox;
    expect(await clock.get()).toMatchObject({ ahead_s: 0, movable: false });
    await expect(clock.advance(60)).rejects.toMatchObject({ code: 'sandbox_clock_off', retry: 'never' });
  });
});
