import { ledgerOf, LedgerService } from '../../src/ledger/index.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { newWorker } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';
import type { Results } from '../simulation/desk.js';

const DAY_S = 86_400;
const MISSED: Results = { objects: { status: 'fail' } };
const FORGED: Results = { provenance: { status: 'fail' }, duplicate: { status: 'pass' } };
const APPEAL = { reason_code: 'shows_what_was_asked', text: 'The flock is behind the wall.' } as const;
const WRONG = { reason_code: 'not_what_was_asked' } as const;
const UPHOLD = { decision: 'uphold', reason: 'the flock is there' } as const;

let market: DeskMarket;
beforeEach(async () => (market = await deskMarket({ LOSS_RESERVE_BPS: '10000' })));
afterEach(() => market.end());

const balance = async (of: { client: Funded['client'] | Awaited<ReturnType<typeof newWorker>>['client'] }) =>
  (await of.client.balance.get()).balances[0]!.available;
const reserve = () => {
  const { app } = market.http;
  const key = { ledger: ledgerOf('test', 'sandbox'), code: 'loss_reserve', owner: '' } as const;
  return app.get(UnitOfWork).run((tx) => app.get(LedgerService).available(tx, key));
};
/** Settles captures of other requesters until the reserve holds what their fees gave: 0.50 each. */
async function fillReserve(count: number): Promise<void> {
  const agent = await market.funded();
  for (let i = 0; i < count; i++) await paid(agent, (await market.bounty(agent)).id);
}
async function paid(agent: Funded, bountyId: string) {
  const capture = await market.judged(bountyId, {});
  await eventually(async () => (await agent.client.captures.get(capture.id)).state === 'settled');
  return capture;
}

describe('an appeal', () => {
  it('that is upheld takes a free slot, is signed as appeal, paid, counted and observed', async () => {
    const agent = await market.funded();
    const bounty = await market.bounty(agent);
    const { worker, id } = await market.judged(bounty.id, MISSED);
    expect(await worker.client.captures.get(id)).toMatchObject({
      state: 'rejected',
      deadline_at: '2026-11-22T06:00:00.000Z',
      available_actions: [{ action: 'disputes' }],
    });
    const dispute = await worker.client.captures.dispute(id, APPEAL);
    expect(dispute).toMatchObject({ state: 'open', side: 'contributor', deadline_at: '2026-11-24T06:00:00.000Z' });
    const queue = [];
    for await (const waiting of market.operator.disputes.list()) queue.push(waiting.id);
    expect(queue).toEqual([dispute.id]);

    expect(await market.operator.disputes.decide(dispute.id, UPHOLD)).toMatchObject({
      state: 'upheld',
      funding: 'slot',
    });
    expect((await agent.client.bounties.get(bounty.id)).slots).toMatchObject({ free: 0, reserved: 1 });
    expect(await market.concluded(id, 'settled')).toMatchObject({ finding: 'present', detail: { paid: '5.000000' } });
    expect((await worker.client.captures.verdict(id)).verdict).toMatchObject({ basis: 'appeal', outcome: 'accepted' });
    expect([await balance(worker), await balance(agent)]).toEqual(['5.000000', '94.500000']);
    expect(await agent.client.bounties.waitFor(bounty.id, { until: 'closing' })).toMatchObject({
      slots: { settled: 1 },
    });
    await market.pass(DAY_S);
    expect(await agent.client.bounties.waitFor(bounty.id, { until: 'closed' })).toMatchObject({
      outcome: 'filled',
      held: '0.000000',
    });
    expect(
      (await market.database.dataSource.query('SELECT settled FROM contributor WHERE id = $1', [worker.id]))[0].settled,
    ).toBe(1);
  });

  it('spends no slot of another contributor: without a free one the loss reserve pays', async () => {
    await fillReserve(10);
    const before = await reserve();
    expect(before).toBe(5_000_000n);
    const agent = await market.funded();
    const bounty = await market.bounty(agent);
    const rejected = await market.judged(bounty.id, MISSED);
    await paid(agent, bounty.id);
    const dispute = await rejected.worker.client.captures.dispute(rejected.id, APPEAL);
    expect(await market.operator.disputes.decide(dispute.id, UPHOLD)).toMatchObject({
      state: 'upheld',
      funding: 'loss_reserve',
    });
    await market.pass(2 * DAY_S);
    expect((await agent.client.bounties.get(bounty.id)).state).toBe('closing'); // Until the appeal is paid.
    await market.concluded(rejected.id, 'settled');
    expect([await balance(rejected.worker), await balance(agent)]).toEqual(['5.000000', '94.500000']);
    expect(await reserve()).toBe(500_000n);
    await agent.client.bounties.waitFor(bounty.id, { until: 'closed' });
  });

  it('ends upheld but unfunded when neither a slot nor the reserve can pay, and the capture stays rejected', async () => {
    const agent = await market.funded();
    const bounty = await market.bounty(agent);
    const rejected = await market.judged(bounty.id, MISSED);
    await paid(agent, bounty.id);
    const { id } = await rejected.worker.client.captures.dispute(rejected.id, APPEAL);
    expect(await market.operator.disputes.decide(id, UPHOLD)).toMatchObject({
      state: 'upheld_unfunded',
      funding: null,
    });
    await market.pass(DAY_S);
    expect((await market.operator.captures.get(rejected.id)).state).toBe('rejected');
    expect(await balance(rejected.worker)).toBe('0.000000');
    await agent.client.bounties.waitFor(bounty.id, { until: 'closed' });
  });

  it.each([
    ['upheld when every provenance check passed', MISSED, 'upheld'],
    ['denied when one did not', FORGED, 'denied'],
  ] as const)('that nobody decides is %s', async (_, results, state) => {
    const agent = await market.funded();
    const bounty = await market.bounty(agent);
    const { worker, id } = await market.judged(bounty.id, results);
    const dispute = await worker.client.captures.dispute(id, { ...APPEAL, reason_code: 'other' });
    await market.pass(3 * DAY_S - 1);
    expect((await worker.client.disputes.get(dispute.id)).state).toBe('open');
    expect((await agent.client.bounties.get(bounty.id)).state).toBe('closing');
    await market.pass(1);
    expect(await worker.client.disputes.get(dispute.id)).toMatchObject({ state, decision_reason: 'undecided' });
    if (state === 'upheld') await market.concluded(id, 'settled');
    expect(await agent.client.bounties.waitFor(bounty.id, { until: 'closed' })).toMatchObject({ held: '0.000000' });
    expect(await balance(worker)).toBe(state === 'upheld' ? '5.000000' : '0.000000');
  });

  it('keeps a cancelled bounty closing until its window is over, and then the rest returns', async () => {
    const agent = await market.funded();
    const bounty = await market.bounty(agent);
    await market.judged(bounty.id, MISSED);
    await agent.client.bounties.cancel(bounty.id);
    await market.pass(DAY_S - 1);
    expect(await agent.client.bounties.get(bounty.id)).toMatchObject({ state: 'closing', held: '5.500000' });
    await market.pass(1);
    await agent.client.bounties.waitFor(bounty.id, { until: 'closed' });
    expect(await balance(agent)).toBe('100.000000');
  });

  it('is refused in the published order: party, reason, state, window', async () => {
    const agent = await market.funded();
    const bounty = await market.bounty(agent, 2);
    const { worker, id } = await market.judged(bounty.id, MISSED);
    const stranger = await newWorker(market.baseUrl, 'stranger');
    await expect(stranger.client.captures.dispute(id, APPEAL)).rejects.toMatchObject({ code: 'not_found' });
    await expect(worker.client.captures.dispute(id, { reason_code: 'staged' })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'reason_code',
    });
    await expect(agent.client.captures.dispute(id, WRONG)).rejects.toMatchObject({ code: 'dispute_state' });
    const late = await market.judged(bounty.id, MISSED);
    const { id: disputeId } = await worker.client.captures.dispute(id, APPEAL);
    await expect(worker.client.captures.dispute(id, APPEAL)).rejects.toMatchObject({ code: 'dispute_state' });
    await expect(agent.client.disputes.get(disputeId)).rejects.toMatchObject({ code: 'not_found' });
    await market.operator.disputes.decide(disputeId, { decision: 'deny', reason: 'no flock' });
    await expect(market.operator.disputes.decide(disputeId, UPHOLD)).rejects.toMatchObject({ code: 'dispute_state' });
    await market.pass(DAY_S + 1);
    await expect(late.worker.client.captures.dispute(late.id, APPEAL)).rejects.toMatchObject({
      code: 'dispute_window_closed',
      status: 410,
    });
  });
});

describe('a dispute of a requester', () => {
  it('that is upheld is paid from the reserve up to its fees, marks the observation, and takes nothing from the contributor', async () => {
    await fillReserve(2);
    const agent = await market.funded();
    const bounty = await market.bounty(agent);
    const { worker, id } = await paid(agent, bounty.id);
    const { id: disputeId } = await agent.client.captures.dispute(id, WRONG);
    expect(await market.operator.disputes.decide(disputeId, UPHOLD)).toMatchObject({
      state: 'upheld',
      paid: '0.500000',
    });
    expect([await balance(worker), await balance(agent)]).toEqual(['5.000000', '95.000000']);
    expect((await market.operator.captures.get(id)).state).toBe('settled');
    expect(await reserve()).toBe(1_000_000n);
    await eventually(async () => {
      await market.background.sweep();
      for await (const card of agent.client.observations.list())
        if (card.bounty_id === bounty.id) return card.disputed_at;
      return null;
    }, 'the mark on the card');

    const more = await market.bounty(agent);
    const second = await paid(agent, more.id);
    const again = await agent.client.captures.dispute(second.id, WRONG);
    expect(await market.operator.disputes.decide(again.id, UPHOLD)).toMatchObject({ paid: '0.500000' }); // The fee of this one, no more.
  });

  it('that nobody decides is denied', async () => {
    const agent = await market.funded();
    const { id } = await paid(agent, (await market.bounty(agent)).id);
    const { id: disputeId } = await agent.client.captures.dispute(id, WRONG);
    await market.pass(3 * DAY_S);
    expect((await agent.client.disputes.waitFor(disputeId, { until: 'denied' })).paid).toBeNull();
    expect(await balance(agent)).toBe('94.500000');
  });

  it('between linked parties is never paid', async () => {
    await fillReserve(2);
    const agent = await market.funded();
    const { worker, id } = await paid(agent, (await market.bounty(agent)).id);
    for (const party of [agent.id, worker.id])
      await market.database.dataSource.query('INSERT INTO party_trait VALUES ($1, $2, now())', [
        party,
        `address_block:${agent.id}`,
      ]);
    const { id: disputeId } = await agent.client.captures.dispute(id, WRONG);
    expect(await market.operator.disputes.decide(disputeId, UPHOLD)).toMatchObject({
      state: 'upheld_unfunded',
      paid: null,
    });
    expect(await balance(agent)).toBe('94.500000');
  });
});
