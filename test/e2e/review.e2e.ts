import type { DeviceKey } from '@groundtruth/sdk/contributor';
import { newWorker } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';
import { NEAR_MISS } from '../simulation/desk.js';

const DAY_S = 86_400;
const HOUR_S = 3_600;

let market: DeskMarket;
beforeAll(async () => (market = await deskMarket()));
afterAll(() => market.end());

/** A bounty, and a near miss of it that its requester may be shown. */
async function nearMiss(agent: Funded, how = { shown: true }) {
  const bounty = await market.bounty(agent);
  return { bounty, ...(await market.judged(bounty.id, NEAR_MISS, how)) };
}
const settledCaptures = async (contributorId: string): Promise<number> => {
  const [row] = await market.database.dataSource.query('SELECT settled FROM contributor WHERE id = $1', [
    contributorId,
  ]);
  return row.settled;
};
/** Published observations of one bounty that its requester sees. */
const observed = async (agent: Funded, bountyId: string): Promise<number> => {
  let count = 0;
  for await (const card of agent.client.observations.list()) if (card.bounty_id === bountyId) count++;
  return count;
};

describe('a near miss', () => {
  it('is shown redacted to its requester, whose silence pays and earns neither reputation nor an observation', async () => {
    const agent = await market.funded();
    const { id, worker, bounty } = await nearMiss(agent);
    expect(await agent.client.captures.get(id)).toMatchObject({
      state: 'review',
      detail: null,
      derivative: { url: expect.stringContaining(`derivatives/${id}`) },
      available_actions: [{ action: 'review' }],
      on_silence: expect.stringContaining('silence accepts'),
    });
    expect(await worker.client.captures.get(id)).toMatchObject({ available_actions: [] });
    const waiting = [];
    for await (const capture of agent.client.captures.reviews()) waiting.push(capture.id);
    expect(waiting).toEqual([id]);

    await market.pass(DAY_S - 1);
    await market.desk.conclude(id);
    expect((await market.operator.captures.get(id)).state).toBe('review');
    await market.pass(2);
    expect(await market.concluded(id, 'settled')).toMatchObject({ detail: { paid: '5.000000', reason: 'unanswered' } });
    expect((await worker.client.captures.verdict(id)).verdict).toMatchObject({ basis: 'silence', outcome: 'accepted' });
    expect([await settledCaptures(worker.id), await observed(agent, bounty.id)]).toEqual([0, 0]);
    expect((await agent.client.bounties.waitFor(bounty.id, { until: 'closed' })).held).toBe('0.000000');
  });

  it('that its requester accepts is paid, counts, and is observed', async () => {
    const agent = await market.funded();
    const { id, worker, bounty } = await nearMiss(agent);
    await agent.client.captures.review(id, { decision: 'accept' });
    await expect(agent.client.captures.review(id, { decision: 'accept' })).rejects.toMatchObject({
      code: 'capture_state',
    });
    await expect(agent.client.captures.review(id, { decision: 'object', reason_code: 'staged' })).rejects.toMatchObject(
      { code: 'capture_state' },
    );
    await market.concluded(id, 'settled');
    expect((await worker.client.captures.verdict(id)).verdict.basis).toBe('review');
    await eventually(async () => {
      await market.background.sweep();
      return (await observed(agent, bounty.id)) === 1;
    });
    expect(await settledCaptures(worker.id)).toBe(1);
  });

  it('that its requester objects to is the operator’s, and void when nobody decides: the contributor is paid', async () => {
    const agent = await market.funded();
    const { id, worker } = await nearMiss(agent);
    await market.pass(HOUR_S);
    await agent.client.captures.review(id, { decision: 'object', reason_code: 'not_what_was_asked' });
    expect(await agent.client.captures.get(id)).toMatchObject({ derivative: null, available_actions: [] });
    await market.pass(DAY_S - 1);
    await market.desk.conclude(id);
    expect((await market.operator.captures.get(id)).state).toBe('review');
    await market.pass(2);
    expect(await market.concluded(id, 'settled')).toMatchObject({
      detail: { paid: '5.000000', reason: 'objection_void' },
    });
    expect((await worker.client.captures.verdict(id)).verdict.basis).toBe('silence');
    expect(await settledCaptures(worker.id)).toBe(0);
  });

  it('rightly objected to is rejected, and silence never again pays that contributor', async () => {
    const agent = await market.funded();
    const { id, worker } = await nearMiss(agent);
    await agent.client.captures.review(id, { decision: 'object', reason_code: 'not_what_was_asked' });
    await market.operator.reviews.decide(id, { decision: 'reject', reason: 'these are goats' });
    await market.concluded(id, 'rejected');
    // Nor whoever is the same as far as can be seen: here by the key of a device.
    const alias = await newWorker(market.baseUrl, 'another name');
    await alias.client.devices.enrol(worker.device.key as DeviceKey);
    const again = await market.bounty(agent);
    const next = await market.judged(again.id, NEAR_MISS, { shown: true, worker: alias });
    expect(await agent.client.captures.get(next.id)).toMatchObject({ state: 'review', derivative: null });
    await market.pass(DAY_S + 1);
    expect(await market.concluded(next.id, 'rejected')).toMatchObject({ detail: { reason: 'undecided' } });
  });
});

describe('a capture that silence may not pay', () => {
  const SUSPECT = { recapture: { status: 'inconclusive' as const } };
  it.each([
    ['without a redacted picture', NEAR_MISS, { shown: false }],
    ['with a hint of a filmed screen', { ...NEAR_MISS, ...SUSPECT }, { shown: true }],
    ['with something unavailable', { ...NEAR_MISS, thumbnail: { status: 'unavailable' as const } }, { shown: true }],
    ['with conflicting clocks', { ...NEAR_MISS, window: { status: 'inconclusive' as const } }, { shown: true }],
    ['that declares absence', NEAR_MISS, { shown: true, finding: 'absent' as const }],
  ])('%s is unseen by its requester, the operator’s alone, and rejected when undecided', async (_, results, how) => {
    const agent = await market.funded();
    const bounty = await market.bounty(agent);
    const { id, worker } = await market.judged(bounty.id, results, how);
    expect(await agent.client.captures.get(id)).toMatchObject({
      state: 'review',
      derivative: null,
      available_actions: [],
    });
    await expect(agent.client.captures.review(id, { decision: 'accept' })).rejects.toMatchObject({
      code: 'capture_state',
    });
    await market.pass(DAY_S + 1);
    expect(await market.concluded(id, 'rejected')).toMatchObject({ detail: { reason: 'undecided', paid: null } });
    expect(await worker.client.captures.get(id)).toMatchObject({ available_actions: [{ action: 'disputes' }] });
  });
});

describe('who answers for a capture in review', () => {
  it('is refused in the published order', async () => {
    const agent = await market.funded();
    const { id, worker } = await nearMiss(agent);
    const stranger = await market.funded();
    const object = { decision: 'object', reason_code: 'staged' } as const;
    await expect(stranger.client.captures.review(id, object)).rejects.toMatchObject({ code: 'not_found' });
    await expect(worker.client.captures.review(id, object)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(agent.client.captures.review(id, { decision: 'reject', reason: 'never mind' })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'decision',
    });
    await expect(agent.client.captures.review(id, { decision: 'object' })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'reason_code',
    });
    await expect(market.operator.reviews.decide(id, object)).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'decision',
    });
    await expect(market.operator.reviews.decide(id, { decision: 'accept' })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'reason',
    });
  });

  it('is only once: the operator’s word before the requester’s stands', async () => {
    const agent = await market.funded();
    const { id } = await nearMiss(agent);
    await market.operator.reviews.decide(id, { decision: 'accept', reason: 'clearly sheep' });
    await expect(agent.client.captures.review(id, { decision: 'object', reason_code: 'staged' })).rejects.toMatchObject(
      { code: 'capture_state' },
    );
    await market.concluded(id, 'settled');
  });
});

describe('linked parties', () => {
  it('are never paid by silence, and what one captures for the other is not observed', async () => {
    const agent = await market.funded();
    const worker = await newWorker(market.baseUrl, 'the same person');
    const trait = `address_block:${agent.id}`;
    for (const id of [agent.id, worker.id])
      await market.database.dataSource.query('INSERT INTO party_trait VALUES ($1, $2, now())', [id, trait]);
    const bounty = await market.bounty(agent, 2);
    const doubted = await market.judged(bounty.id, NEAR_MISS, { shown: true, worker });
    expect(await agent.client.captures.get(doubted.id)).toMatchObject({ state: 'review', derivative: null });
    await market.operator.reviews.decide(doubted.id, { decision: 'accept', reason: 'clearly sheep' });
    await market.concluded(doubted.id, 'settled');
    await market.background.sweep();
    expect(await observed(agent, bounty.id)).toBe(0);
  });
});
