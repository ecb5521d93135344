import { FeedClient } from '@groundtruth/sdk/feeds';
import type { BountyTermsInput } from '@groundtruth/sdk/protocol';
import { Clusters } from '../../src/identity/index.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { newWorker, sheepTerms } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';

let market: DeskMarket;
beforeAll(async () => (market = await deskMarket({ LOSS_RESERVE_BPS: '10000' })));
afterAll(() => market.end());

const HOUR_MS = 3_600_000;
const FOUND = { objects: { status: 'pass' } } as const;
const at = (ms: number) => new Date(market.clock.now() + ms).toISOString();
const feedOf = ({ api_key }: Funded) => new FeedClient({ baseUrl: market.baseUrl, apiKey: api_key }).observations;
const balance = async ({ client }: Funded) => (await client.balance.get()).balances[0]!.available;

/** A bounty of 5 dollars that gathers 5.5. */
const gathering = (agent: Funded, change: Partial<BountyTermsInput> = {}) =>
  agent.client.bounties.create(
    sheepTerms({ window: { closes_at: at(3 * HOUR_MS) }, pledges: { deadline_at: at(HOUR_MS) }, ...change }),
  );

const refused = (code: string) => expect.objectContaining({ code });

/** Requester, co-funder and stranger, and a bounty that the first two paid 2.2 and 3.3 for. */
async function funded(change: Partial<BountyTermsInput> = {}) {
  const [requester, other, stranger] = await Promise.all([
    market.funded('10'),
    market.funded('10'),
    market.funded('10'),
  ]);
  const { id } = await gathering(requester, change);
  await requester.client.pledges.create(id, '2.2');
  await other.client.pledges.create(id, '3.3');
  return { requester, other, stranger, id };
}

describe('a bounty that gathers pledges', () => {
  it('is a draft that other agents find, and opens with the pledge that covers its hold', async () => {
    const [requester, other] = [await market.funded('10'), await market.funded('10')];
    const draft = await gathering(requester);
    expect(draft).toMatchObject({ state: 'draft', held: '0.000000', pledges: { threshold: '5.500000', funders: 0 } });
    const found = [];
    for await (const bounty of other.client.bounties.list({ state: 'draft' })) found.push(bounty);
    const [seen] = found.filter(({ id }) => id === draft.id);
    expect(seen!.available_actions.map(({ action }) => action)).toEqual(['pledge']);
    const worker = await newWorker(market.baseUrl, 'Ren');
    await expect(worker.client.bounties.get(draft.id)).rejects.toEqual(refused('not_found'));

    expect(await other.client.pledges.create(draft.id, '3.3')).toMatchObject({ state: 'held', amount: '3.300000' });
    await requester.client.bounties.fund(draft.id);
    expect(await other.client.bounties.get(draft.id)).toMatchObject({
      state: 'open',
      held: null,
      pledges: { pledged: '5.500000', funders: 2, yours: [{ amount: '3.300000' }] },
    });
    expect([await balance(requester), await balance(other)]).toEqual(['7.800000', '6.700000']);
    await eventually(async () => {
      const told = new Set<string>();
      for await (const { type, resource_id } of other.client.events.list())
        if (resource_id === draft.id) told.add(type);
      return told.has('bounty.pledged') && told.has('bounty.opened');
    }, 'the funders were told');
  });

  it('refuses what does not fit, in this order, and holds nothing for it', async () => {
    const [requester, other] = [await market.funded('10'), await market.funded('1')];
    const ordinary = await requester.client.bounties.create(sheepTerms({ window: { closes_at: at(HOUR_MS) }, price: { schedule: 'fixed', amount: '1' } })); // prettier-ignore
    const { id } = await gathering(requester);
    const pledge = (bounty: string, amount: string) => other.client.pledges.create(bounty, amount);
    await expect(pledge('bty_00000000000000000000000000000000', '1')).rejects.toEqual(refused('not_found'));
    await expect(pledge(ordinary.id, '1')).rejects.toEqual(refused('bounty_not_gathering'));
    await expect(pledge(id, '5.500001')).rejects.toMatchObject({ code: 'pledge_out_of_range', facts: { missing: '5.500000', least: '0.055000' } }); // prettier-ignore
    await expect(pledge(id, '0.054999')).rejects.toEqual(refused('pledge_out_of_range'));
    await expect(pledge(id, '1.000001')).rejects.toEqual(refused('insufficient_funds'));
    const { id: made } = await pledge(id, '1');
    await expect(requester.client.pledges.withdraw(made)).rejects.toEqual(refused('not_found'));
    await requester.client.bounties.fund(id);
    await expect(other.client.pledges.withdraw(made)).rejects.toEqual(refused('pledge_state'));
    await expect(pledge(id, '1')).rejects.toEqual(refused('bounty_not_gathering'));
    expect(await balance(other)).toBe('0.000000');
    const terms = { window: { closes_at: at(HOUR_MS) }, pledges: { deadline_at: at(HOUR_MS + 1_000) } };
    await expect(gathering(requester, terms)).rejects.toMatchObject({ code: 'invalid_request' });
    const payer = { address: '0x00000000000000000000000000000000000000aa' } as const;
    const chain = { rail: 'stablecoin', currency: 'USDC', payer } as const;
    await expect(gathering(requester, chain)).rejects.toMatchObject({ code: 'criteria_unreachable' });
  });

  it('takes one of two pledges that both would cover what is missing', async () => {
    const agents = await Promise.all([1, 2, 3].map(() => market.funded('10')));
    const { id } = await gathering(agents[0]!);
    const made = await Promise.allSettled(agents.map(({ client }) => client.pledges.create(id, '5.5')));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await agents[0]!.client.bounties.get(id)).pledges).toMatchObject({ pledged: '5.500000', funders: 1 });
    expect((await Promise.all(agents.map(balance))).sort()).toEqual(['10.000000', '10.000000', '4.500000']);
  });

  it('is not its requester’s to cancel while somebody works for what others paid too', async () => {
    const { requester, id } = await funded();
    const worker = await newWorker(market.baseUrl, 'Mei');
    const reservation = await worker.client.reservations.create(id);
    await expect(requester.client.bounties.cancel(id)).rejects.toEqual(refused('bounty_has_work'));
    expect((await requester.client.bounties.get(id)).state).toBe('open');
    await worker.client.reservations.release(reservation.id);
    expect((await requester.client.bounties.cancel(id)).state).toBe('closing');
  });
});

describe('what a shared bounty brings', () => {
  it('is read first and free by each funder, and what others pay for it is shared by what each gave', async () => {
    const licence = { exclusive_s: 3_600, resale: true };
    const { requester, other, stranger, id } = await funded({ licence });
    const { worker, id: capture } = await market.judged(id, FOUND);
    await market.concluded(capture, 'settled');
    const card = await eventually(async () => {
      for await (const one of feedOf(other).list()) if (one.bounty_id === id) return one;
      return null;
    }, 'the card');
    expect(card.price).toBe('0.000000');
    for (const funder of [requester, other])
      expect((await feedOf(funder).get(card.id)).body?.record).toMatchObject({ id: card.id });
    await expect(feedOf(stranger).get(card.id)).rejects.toEqual(refused('not_found'));

    await market.pass(3_601);
    const seen = [];
    for await (const one of feedOf(other).list()) seen.push(one.id);
    expect(seen.filter((one) => one === card.id)).toHaveLength(1);
    const before = [await balance(requester), await balance(other)];
    await feedOf(stranger).read(card.id);
    expect(await balance(stranger)).toBe('9.990000');
    // A fifth of a cent: two parts to three.
    const gained = [await balance(requester), await balance(other)].map((now, i) => Number(now) - Number(before[i]));
    expect(gained.map((each) => each.toFixed(6))).toEqual(['0.000800', '0.001200']);
    expect((await worker.client.balance.get()).balances[0]!.available).toBe('5.007000');
  });

  it('publishes nothing when its contributor looks like one with any of them', async () => {
    const { other, id } = await funded();
    const worker = await newWorker(market.baseUrl, 'Sybil');
    const { app } = market.http;
    await app.get(UnitOfWork).run(async (tx) => {
      for (const party of [other.id, worker.id])
        await app.get(Clusters).addTrait(tx, party, 'wallet:0xabc', market.clock.now());
    });
    const { id: capture } = await market.judged(id, FOUND, { worker });
    await market.concluded(capture, 'settled');
    const [row] = await market.database.dataSource.query('SELECT count(*)::int AS n FROM observation WHERE bounty_id = $1', [id]); // prettier-ignore
    expect(row).toEqual({ n: 0 });
  });

  it('that turns out wrong pays back each of them from the reserve, by what each gave', async () => {
    const { requester, other, id } = await funded();
    const { id: capture } = await market.judged(id, FOUND);
    await market.concluded(capture, 'settled');
    const before = [await balance(requester), await balance(other)];
    const dispute = await requester.client.captures.dispute(capture, { reason_code: 'staged' });
    const decided = await market.operator.disputes.decide(dispute.id, { decision: 'uphold', reason: 'so it is' });
    expect(decided).toMatchObject({ state: 'upheld' });
    // Fees of ninety days bound it: half a dollar, two parts to three.
    const gained = [await balance(requester), await balance(other)].map((now, i) => Number(now) - Number(before[i]));
    expect(gained.map((each) => each.toFixed(6))).toEqual(['0.200000', '0.300000']);
  });
});
