import type { DeviceKey } from '@groundtruth/sdk/contributor';
import { newWorker, sheepTerms, type Worker } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';

let market: DeskMarket;
beforeAll(async () => (market = await deskMarket({ RESERVATION_TTL_S: '1800' })));
afterAll(() => market.end());

/** Hands in one capture that every check passes, and waits until it counts. */
async function accepted(agent: Funded, worker: Worker, times: number): Promise<void> {
  const bounty = await market.bounty(agent);
  const { id } = await market.judged(bounty.id, {}, { worker });
  await market.concluded(id, 'settled');
  await eventually(async () => {
    const { acceptance } = await worker.client.reputation.contributor(worker.id);
    return acceptance.effective_samples > times - 0.01;
  }, `${times} accepted captures count`);
}

/** Another name of the same person: the same device key. */
async function alias(worker: Worker): Promise<Worker> {
  const other = await newWorker(market.baseUrl, 'another name');
  await other.client.devices.enrol(worker.device.key as DeviceKey);
  return other;
}

describe('a contributor', () => {
  it('rises with each accepted capture, is shown with how well it is known, and then may take what asks for it', async () => {
    const agent = await market.funded();
    const worker = await newWorker(market.baseUrl, 'Aiko');
    const begins = await worker.client.reputation.contributor(worker.id);
    expect(begins).toMatchObject({ level: 'new', interval: 0.9, acceptance: { mean: 0.5, lower: 0.05, upper: 0.95 } });
    const window = { closes_at: new Date(market.clock.now() + 3 * 3_600_000).toISOString() };
    const terms = sheepTerms({ window, min_reputation: { level: 'proven' } });
    const asking = await agent.client.bounties.create(terms);
    await expect(worker.client.reservations.create(asking.id)).rejects.toMatchObject({
      code: 'reputation_too_low',
      facts: { level: 'new', asked: 'proven' },
    });

    let before = begins.acceptance;
    for (let times = 1; times <= 4; times++) {
      await accepted(agent, worker, times);
      const { acceptance } = await agent.client.reputation.contributor(worker.id);
      expect(acceptance.mean).toBeGreaterThan(before.mean);
      expect(acceptance.upper - acceptance.lower).toBeLessThan(before.upper - before.lower);
      before = acceptance;
    }
    expect(await worker.client.reputation.contributor(worker.id)).toMatchObject({ level: 'proven' });
    expect(await worker.client.reservations.create(asking.id)).toMatchObject({ state: 'active' });
    expect(await worker.client.reputation.requesterOf(asking.id)).toMatchObject({
      agent_id: null,
      commitments: { mean: 0.8333 },
    });
    const stranger = await market.funded();
    await expect(stranger.client.reputation.contributor(worker.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await market.operator.reputation.recompute()).changed).toBe(0);
    await worker.client.leaderboards.join('Aiko');
    expect((await agent.client.reputation.leaderboard('8530dbabfffffff')).data).toEqual([]);
    expect(await worker.client.leaderboards.leave()).toMatchObject({ joined: false });
  });

  it('that let a slot lapse is barred under every name, and holds no more slots by having several', async () => {
    const agent = await market.funded();
    const bounty = await market.bounty(agent, 2);
    const worker = await newWorker(market.baseUrl, 'dreamer');
    const other = await alias(worker);
    await worker.client.reservations.create(bounty.id);
    const elsewhere = await market.bounty(agent);
    await expect(other.client.reservations.create(elsewhere.id)).rejects.toMatchObject({ code: 'reservation_limit' });

    await market.pass(1_801);
    await expect(other.client.reservations.create(bounty.id)).rejects.toMatchObject({ code: 'reservation_barred' });
    const neighbour = await newWorker(market.baseUrl, 'neighbour');
    for (const id of [neighbour.id, worker.id])
      await market.database.dataSource.query(`INSERT INTO party_trait VALUES ($1, 'address_block:n', now())`, [id]);
    expect(await neighbour.client.reservations.create(bounty.id)).toMatchObject({ state: 'active' });
    await eventually(async () => {
      const { timeliness } = await other.client.reputation.contributor(other.id);
      return timeliness.mean < 0.5;
    }, 'the lapse counts for both names');
  });
});
