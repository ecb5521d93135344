import { sealCapture } from '@groundtruth/sdk/contributor';
import { fulfil, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { deskMarket, type DeskMarket } from '../support/desk-market.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

let market: TestMarket;
beforeAll(async () => (market = await testMarket()));
afterAll(() => market.end());

const crowd = (size: number): Promise<Worker[]> =>
  Promise.all(Array.from({ length: size }, (_, i) => newWorker(market.baseUrl, `worker ${i}`)));
const codeOf = (outcome: PromiseSettledResult<unknown>): string =>
  outcome.status === 'fulfilled' ? 'ok' : String((outcome.reason as { code?: string }).code);

describe('reserving', () => {
  it('gives exactly 3 of 200 simultaneous callers a slot when there are 3', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(sheepTerms({ quantity: 3 }));
    const workers = await crowd(200);
    const outcomes = (
      await Promise.allSettled(workers.map((worker) => worker.client.reservations.create(bounty.id)))
    ).map(codeOf);
    expect(outcomes.filter((code) => code === 'ok')).toHaveLength(3);
    expect(outcomes.filter((code) => code === 'bounty_full')).toHaveLength(197);
    expect(await agent.client.bounties.get(bounty.id)).toMatchObject({ slots: { quantity: 3, reserved: 3, free: 0 } });
  });

  it('answers a repeated request with the first answer and takes no second slot', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(sheepTerms({ quantity: 5 }));
    const worker = await newWorker(market.baseUrl, 'repeater');
    const once = { idempotencyKey: 'reserve-this-once' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => worker.client.reservations.create(bounty.id, once)),
    );
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect((await agent.client.bounties.get(bounty.id)).slots.reserved).toBe(1);
    const other = await agent.client.bounties.create(sheepTerms());
    await expect(worker.client.reservations.create(other.id, once)).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  it('holds a new contributor to one reservation at a time', async () => {
    const agent = await market.funded();
    const [first, second] = [
      await agent.client.bounties.create(sheepTerms()),
      await agent.client.bounties.create(sheepTerms()),
    ];
    const worker = await newWorker(market.baseUrl, 'newcomer');
    await worker.client.reservations.create(first.id);
    await expect(worker.client.reservations.create(second.id)).rejects.toMatchObject({ code: 'reservation_limit' });
  });

  it('can be given back when the place is unsafe, without any penalty', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(sheepTerms({ quantity: 1 }));
    const worker = await newWorker(market.baseUrl, 'careful');
    const reservation = await worker.client.reservations.create(bounty.id);
    expect(await worker.client.reservations.release(reservation.id, 'unsafe')).toMatchObject({ state: 'released' });
    expect(await worker.client.reservations.release(reservation.id, 'unsafe')).toMatchObject({ state: 'released' });
    expect(await worker.client.reservations.create(bounty.id)).toMatchObject({ state: 'active' });
  });
});

describe('a reservation whose time is over', () => {
  let owned: DeskMarket;
  beforeAll(async () => (owned = await deskMarket({ RESERVATION_TTL_S: '60' })));
  afterAll(() => owned.end());

  it('frees the slot when it lapses, and bars the contributor from that bounty for a while', async () => {
    const agent = await owned.funded();
    const bounty = await owned.bounty(agent);
    const worker = await newWorker(owned.baseUrl, 'dreamer');
    const reservation = await worker.client.reservations.create(bounty.id);
    await owned.pass(61);
    expect((await worker.client.reservations.get(reservation.id)).state).toBe('lapsed');
    expect((await agent.client.bounties.get(bounty.id)).slots).toMatchObject({ free: 1, reserved: 0 });
    await expect(worker.client.reservations.create(bounty.id)).rejects.toMatchObject({ code: 'reservation_barred' });
    await expect(
      worker.client.capture({ reservation, device: worker.device, ...shotOf(photo('march-pastoral')) }),
    ).rejects.toMatchObject({ code: 'reservation_state' });
  });
});

describe('cancelling', () => {
  it('returns everything when nothing is in flight', async () => {
    const agent = await market.funded('50.000000');
    const bounty = await agent.client.bounties.create(sheepTerms({ quantity: 4 }));
    expect((await agent.client.balance.get()).balances[0]).toMatchObject({ available: '28.000000' });
    await agent.client.bounties.cancel(bounty.id);
    expect(await agent.client.bounties.waitFor(bounty.id, { until: ['closed'] })).toMatchObject({
      outcome: 'cancelled',
      held: '0.000000',
    });
    expect((await agent.client.balance.get()).balances[0]).toMatchObject({ available: '50.000000' });
    await expect(agent.client.bounties.cancel(bounty.id)).rejects.toMatchObject({ code: 'bounty_not_open' });
  });

  it('still decides and pays what was reserved before', async () => {
    const agent = await market.funded();
    const terms = sheepTerms({ quantity: 2, criteria: { all: [{ object: { label: 'sheep' } }], unique: false } });
    const bounty = await agent.client.bounties.create(terms);
    const worker = await newWorker(market.baseUrl, 'in time');
    const capture = worker.client.reservations.create(bounty.id).then(async (reservation) => {
      await agent.client.bounties.cancel(bounty.id);
      const late = await newWorker(market.baseUrl, 'too late');
      await expect(late.client.reservations.create(bounty.id)).rejects.toMatchObject({ code: 'bounty_not_open' });
      const sent = await worker.client.capture({
        reservation,
        device: worker.device,
        ...shotOf(photo('march-pastoral')),
      });
      return worker.client.captures.waitFor(sent.id, { until: ['settled'] });
    });
    expect(await capture).toMatchObject({ state: 'settled' });
    expect(await agent.client.bounties.waitFor(bounty.id, { until: ['closed'] })).toMatchObject({
      outcome: 'cancelled',
      held: '0.000000',
    });
    expect((await agent.client.balance.get()).balances[0]).toMatchObject({ available: '94.500000' });
  });
});

describe('handing in', () => {
  it('settles once however often it is done at the same time', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(
      sheepTerms({ criteria: { all: [{ object: { label: 'sheep' } }], unique: false } }),
    );
    const worker = await newWorker(market.baseUrl, 'eager');
    const capture = await fulfil(worker, bounty, shotOf(photo('march-pastoral')));
    const again = await Promise.all(Array.from({ length: 50 }, () => worker.client.captures.submit(capture.id)));
    expect(new Set(again.map((answer) => answer.id))).toEqual(new Set([capture.id]));
    expect((await worker.client.balance.get()).balances[0]).toMatchObject({ available: '5.000000' });
  });

  it('settles once when 50 submissions arrive together', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(
      sheepTerms({ criteria: { all: [{ object: { label: 'sheep' } }], unique: false } }),
    );
    const worker = await newWorker(market.baseUrl, 'hasty');
    const reservation = await worker.client.reservations.create(bounty.id);
    const bytes = photo('march-pastoral');
    const capture = await worker.client.captures.create(await sealCapture(reservation, shotOf(bytes), worker.device));
    await worker.client.captures.upload(capture, bytes);
    await Promise.all(Array.from({ length: 50 }, () => worker.client.captures.submit(capture.id)));
    await worker.client.captures.waitFor(capture.id, { until: ['settled'] });
    expect((await worker.client.balance.get()).balances[0]).toMatchObject({ available: '5.000000' });
  });
});
