import fc from 'fast-check';
import { AgentClient } from '@groundtruth/sdk/agent';
import { formatAmount, parseAmount } from '@groundtruth/sdk/protocol';
import type { Client } from '@modelcontextprotocol/client';
import { sql } from '../../src/platform/database/index.js';
import { newWorker, sheepTerms } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';
import { callTool, connectTools, deaf, type Told } from '../support/mcp.js';
import { CapBook } from './spend-caps.book.js';

const MINUTE_MS = 60_000;
const PER_BOUNTY = 7_000_000n;
const ROLLING = 12_000_000n;
/** Less room than this is near the cap. */
const NEAR = 4_000_000n;
const WINDOW_H = 30 * 24;
/** Of what a seller's bounties cost: reads are counted under the cap of 24 hours alone. */
const SOLD = 3;

let market: DeskMarket;
/** Published by somebody else, for sale. */
let cards: { readonly id: string; readonly price: bigint }[];
beforeAll(async () => {
  market = await deskMarket({ RESERVATIONS_ACTIVE_MAX: '100', RESERVATIONS_ACTIVE_NEW_MAX: '100' });
  cards = await forSale(await market.funded());
}, 60_000);
afterAll(() => market.end());

const cents = (max: number) => fc.integer({ min: 1, max }).map((n) => formatAmount(BigInt(n) * 10_000n));
/** Few keys, so that many are used again, by the same call and by others. */
const key = fc.option(
  fc.nat(5).map((n) => `key-${n}`),
  { nil: undefined },
);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      amount: cents(800),
      quantity: fc.constantFrom(1, 1, 2),
      pledges: fc.constant(false),
      key,
    }),
  },
  fc.record({
    do: fc.constant('post' as const),
    amount: cents(500),
    quantity: fc.constant(1),
    pledges: fc.constant(true),
    key,
  }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('raise' as const), which: fc.nat(9), amount: cents(900), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(9), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), which: fc.nat(SOLD - 1), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pledge' as const), which: fc.nat(9), amount: cents(600), key }),
  },
  fc.record({ do: fc.constant('withdraw' as const), which: fc.nat(9) }),
  fc.record({ do: fc.constant('fund' as const), which: fc.nat(9), key }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** Calls at once, some made twice over and some whose answer nobody hears, and how long until the next round. */
const round = fc.record({
  calls: fc.array(fc.record({ step, times: fc.constantFrom(1, 1, 2), dropped: fc.boolean() }), {
    minLength: 1,
    maxLength: 5,
  }),
  minutes: fc.constantFrom(0, 1, 600, 1_439, 1_440, 1_441),
});

/** An agent whose key has both caps, with more money than they allow. */
class Play {
  private readonly bounties: string[] = [];
  private readonly gathering: string[] = [];
  private readonly pledges: string[] = [];

  private constructor(
    private readonly tools: Client,
    private readonly deaf: Client,
    private readonly client: AgentClient,
    readonly book: CapBook,
  ) {}

  static async begin(): Promise<Play> {
    const baseUrl = market.baseUrl;
    const spend_caps = { per_bounty: formatAmount(PER_BOUNTY), rolling_24h: formatAmount(ROLLING) };
    const { id, api_key } = await AgentClient.agents.register({ baseUrl, name: 'capped', spend_caps });
    await market.operator.sandbox.credit(id, '1000.000000');
    const client = new AgentClient({ baseUrl, apiKey: api_key });
    const connected = [connectTools(baseUrl, api_key), connectTools(baseUrl, api_key, { fetch: deaf })] as const;
    return new Play(await connected[0], await connected[1], client, new CapBook(market, id, client));
  }

  async round({ calls, minutes }: typeof round extends fc.Arbitrary<infer R> ? R : never): Promise<void> {
    await Promise.all(
      calls.flatMap(({ step: one, times, dropped }) => Array.from({ length: times }, () => this.take(one, dropped))),
    );
    await this.book.check({ per_bounty: PER_BOUNTY, rolling_24h: ROLLING });
    market.clock.advance(minutes * MINUTE_MS);
  }

  async end(): Promise<void> {
    await Promise.all([this.tools.close(), this.deaf.close()]);
  }

  private async take(one: Step, dropped: boolean): Promise<void> {
    if (one.do === 'pledge' || one.do === 'withdraw' || one.do === 'fund') return this.byHttp(one);
    const call = this.call(one);
    if (!call) return;
    // Whoever hears no answer makes the same call again.
    if (dropped) await expect(callTool(this.deaf, call.name, call.args)).rejects.toThrow();
    this.remember(await callTool(this.tools, call.name, call.args));
  }

  private call(one: Exclude<Step, { do: 'pledge' | 'withdraw' | 'fund' }>) {
    const idempotency_key = 'key' in one ? one.key : undefined;
    if (one.do === 'post') {
      const { amount, quantity, pledges } = one;
      const window = { closes_at: new Date(Date.parse('2026-11-21T06:00:00Z') + WINDOW_H * 3_600_000).toISOString() };
      const terms = sheepTerms({
        price: { schedule: 'fixed', amount },
        quantity,
        window,
        ...(pledges && { pledges: {} }),
      });
      return { name: 'post_bounty', args: { ...terms, idempotency_key } };
    }
    if (one.do === 'read')
      return { name: 'read_observation', args: { observation_id: cards[one.which]!.id, idempotency_key } };
    const bounty_id = pick([...this.bounties, ...this.gathering], one.which);
    if (bounty_id === undefined) return null;
    if (one.do === 'cancel') return { name: 'cancel_bounty', args: { bounty_id, idempotency_key } };
    return {
      name: 'raise_bounty',
      args: { bounty_id, price: { schedule: 'fixed', amount: one.amount }, idempotency_key },
    };
  }

  /** What has no tool goes through the other doors, under the same caps. */
  private async byHttp(one: Extract<Step, { do: 'pledge' | 'withdraw' | 'fund' }>): Promise<void> {
    const bounty = pick(this.gathering, one.which);
    const pledge = pick(this.pledges, one.which);
    await refusable(async () => {
      if (one.do === 'withdraw' && pledge) await this.client.pledges.withdraw(pledge);
      if (one.do === 'fund' && bounty) await this.client.bounties.fund(bounty, { idempotencyKey: one.key });
      if (one.do === 'pledge' && bounty)
        this.pledges.push((await this.client.pledges.create(bounty, one.amount, { idempotencyKey: one.key })).id);
    });
  }

  private remember({ data, is_error }: Told): void {
    if (is_error && data.refusal.status >= 500) throw new Error(JSON.stringify(data.refusal));
    const bounty = data.bounty;
    if (!bounty || is_error) return;
    const list = bounty.pledges ? this.gathering : this.bounties;
    if (!list.includes(bounty.id)) list.push(bounty.id);
  }
}

describe('the spend caps of a key', () => {
  it('hold through any sequence of calls, at once, repeated, with the same and other keys, with answers lost', async () => {
    let committed = 0;
    let near = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 3, maxLength: 6 }), async (rounds) => {
        const play = await Play.begin();
        for (const each of rounds) await play.round(each);
        committed += play.book.commitments;
        near += play.book.fullest > ROLLING - NEAR ? 1 : 0;
        await play.end();
      }),
      { numRuns: 6, seed: 8, endOnFailure: true },
    );
    // A play in which nothing is spent, or no cap is ever near, proves nothing.
    expect(committed).toBeGreaterThan(15);
    expect(near).toBeGreaterThan(1);
  }, 120_000);

  it('let exactly as many of many posts at once through as there is room for', async () => {
    const play = await Play.begin();
    const posts = Array.from({ length: 12 }, (_, n) => ({
      step: {
        do: 'post' as const,
        amount: '2.000000',
        quantity: 1 as const,
        pledges: false as const,
        key: `at-once-${n}`,
      },
      times: 1 as const,
      dropped: false,
    }));
    await play.round({ calls: posts, minutes: 0 });
    // 2.20 each with its fee: five fit into 12.
    expect([play.book.commitments, play.book.fullest]).toEqual([5, 11_000_000n]);
    await play.end();
  });
});

const pick = <T>(from: readonly T[], which: number): T | undefined => from[which % Math.max(from.length, 1)];

async function refusable(act: () => Promise<void>): Promise<void> {
  await act().catch((error: { status?: number }) => {
    if (!error.status || error.status >= 500) throw error;
  });
}

async function forSale(seller: Funded): Promise<{ id: string; price: bigint }[]> {
  const worker = await newWorker(market.baseUrl, 'Aiko');
  const bounty = await market.bounty(seller, SOLD);
  for (let n = 0; n < SOLD; n++) {
    const id = await market.handIn(worker, bounty.id);
    await market.desk.judge(id, 'pass');
    await market.pass(1);
  }
  const listed = async () => market.database.unitOfWork.run((tx) => sql<{ id: string }>(tx, 'SELECT id FROM observation WHERE published_at IS NOT NULL')); // prettier-ignore
  await eventually(async () => (await listed()).length >= SOLD, 'the observations for sale');
  const reader = await market.funded();
  const found: { id: string; price: bigint }[] = [];
  for await (const { id, price } of reader.client.observations.list()) found.push({ id, price: parseAmount(price)! });
  expect(found.length).toBe(SOLD);
  return found;
}
