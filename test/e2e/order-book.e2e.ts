import { latLngToCell } from 'h3-js';
import type { Invitation } from '@groundtruth/sdk/protocol';
import { AREA, newWorker, PLACE, sheepTerms, type Worker } from '../support/cast.js';
import { deskMarket, type DeskMarket } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';

const MINUTE_S = 60;
const HOUR_S = 3_600;
const CELL = latLngToCell(PLACE.lat, PLACE.lng, 5);
type NewOffer = Parameters<Worker['client']['offers']['create']>[0];

let market: DeskMarket;
let places = 0;
beforeAll(async () => (market = await deskMarket({ INVITATION_TTL_S: String(5 * MINUTE_S) })));
afterAll(() => market.end());

const iso = (in_s: number): string => new Date(market.clock.now() + in_s * 1_000).toISOString();
/** Each test has a place of its own, some 50 km from the last: no offer of one meets a bounty of another. */
const elsewhere = () => ({ lat: 32 + 0.5 * ++places, lng: PLACE.lng });
async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const invitationsOf = (worker: Worker): Promise<Invitation[]> => allOf(worker.client.invitations.list());
const eventsOf = async (client: Worker['client'] | { events: Worker['client']['events'] }): Promise<string[]> =>
  (await allOf(client.events.list())).map(({ type }) => type);

function offer(worker: Worker, place: typeof PLACE, change: Partial<NewOffer> = {}) {
  const area = { ...place, radius_m: 2_000 };
  const terms = { area, kinds: ['photo' as const], price_min: '4.000000', valid_until: iso(24 * HOUR_S), ...change };
  return worker.client.offers.create(terms);
}

async function bounty(place: typeof PLACE, change: Parameters<typeof sheepTerms>[0] = {}) {
  const agent = await market.funded();
  const window = { closes_at: iso(6 * HOUR_S) };
  const terms = sheepTerms({ area: { ...place, radius_m: AREA.radius_m }, window, ...change });
  return { agent, bounty: await agent.client.bounties.create(terms) };
}

/** From $2 to $6 in an hour from now: $4 after half of it. */
const rising = () => ({
  schedule: 'linear' as const,
  start: '2.000000',
  cap: '6.000000',
  starts_at: iso(0),
  ends_at: iso(HOUR_S),
});

/** The newest invitation of a worker, once there is one in this state; passes as time stands still. */
const invited = (worker: Worker, state: Invitation['state'] = 'open'): Promise<Invitation> =>
  eventually(async () => {
    await market.pass(0);
    const [first] = await invitationsOf(worker);
    return first?.state === state ? first : null;
  }, `an invitation that is ${state}`);

describe('an answer that was lost', () => {
  it('is had again under its key when what was asked for would be refused by now', async () => {
    const [agent, worker] = [await market.funded(), await newWorker(market.baseUrl, 'Zoe')];
    const once = { idempotencyKey: 'ask-this-once' };
    const terms = sheepTerms({ area: { ...elsewhere(), radius_m: AREA.radius_m }, window: { closes_at: iso(600) } });
    const offered = { area: { ...elsewhere(), radius_m: 2_000 }, kinds: ['photo' as const], price_min: '4.000000', valid_until: iso(600) }; // prettier-ignore
    const [posted, offer] = [await agent.client.bounties.create(terms, once), await worker.client.offers.create(offered, once)]; // prettier-ignore
    await market.pass(1_200);
    expect(await agent.client.bounties.create(terms, once)).toEqual(posted);
    expect(await worker.client.offers.create(offered, once)).toEqual(offer);
    await expect(agent.client.bounties.create(terms)).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(worker.client.offers.create(offered)).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('a rising price', () => {
  it('invites a contributor at the moment it reaches their ask, who then reserves at no less', async () => {
    const place = elsewhere();
    const worker = await newWorker(market.baseUrl, 'Aiko');
    const { id: offer_id } = await offer(worker, place);
    const { agent, bounty: posted } = await bounty(place, { price: rising() });

    await market.pass(30 * MINUTE_S - 1);
    expect(await invitationsOf(worker)).toEqual([]);
    await market.pass(1);
    const [invitation, ...others] = await invitationsOf(worker);
    expect(invitation).toMatchObject({ state: 'open', bounty_id: posted.id, offer_id, price: '4.000000' });
    expect(others).toEqual([]);
    const found = (price_min: string) => allOf(worker.client.bounties.search({ near: place, price_min }));
    expect(await found('4.000000')).toMatchObject([{ id: posted.id, price_now: '4.000000' }]);
    expect(await found('4.000001')).toEqual([]);
    // It holds no slot.
    expect((await agent.client.bounties.get(posted.id)).slots).toMatchObject({ reserved: 0, free: 1 });

    await market.pass(MINUTE_S);
    const once = { idempotencyKey: 'confirm-this-once' };
    const reservation = await worker.client.invitations.confirm(invitation!.id, once);
    expect(reservation).toMatchObject({ state: 'active', bounty_id: posted.id, price: '4.066666' });
    expect(await worker.client.invitations.confirm(invitation!.id, once)).toEqual(reservation);
    await expect(worker.client.invitations.confirm(invitation!.id)).rejects.toMatchObject({ code: 'invitation_state' });
    expect(await invitationsOf(worker)).toMatchObject([{ state: 'confirmed', reservation_id: reservation.id }]);

    const told = ['invitation.created', 'invitation.confirmed'];
    await eventually(async () => (await eventsOf(worker.client)).includes(told[1]!), 'the events');
    expect((await eventsOf(worker.client)).filter((type) => type.startsWith('invitation'))).toEqual(told);
    expect((await eventsOf(agent.client)).filter((type) => type.startsWith('invitation'))).toEqual([]);
  });

  it('is reserved at once by an offer that says so', async () => {
    const place = elsewhere();
    const worker = await newWorker(market.baseUrl, 'Ben');
    await offer(worker, place, { auto_confirm: true });
    const { agent, bounty: posted } = await bounty(place, { price: rising() });
    await market.pass(30 * MINUTE_S);
    const [invitation] = await invitationsOf(worker);
    expect(invitation).toMatchObject({ state: 'confirmed', refusal: null });
    const reservation = await worker.client.reservations.get(invitation!.reservation_id!);
    expect(reservation).toMatchObject({ state: 'active', price: '4.000000' });
    expect((await agent.client.bounties.get(posted.id)).slots.reserved).toBe(1);
  });
});

describe('invitations', () => {
  it('go to the lowest ask, then to the next when it is declined or lapses, and are taken back when the slot is gone', async () => {
    const place = elsewhere();
    const [low, middle, high, passer] = await Promise.all(
      ['low', 'middle', 'high', 'passer-by'].map((name) => newWorker(market.baseUrl, name)),
    );
    await offer(high!, place, { price_min: '4.900000' });
    await offer(middle!, place, { price_min: '4.000000' });
    await offer(low!, place, { price_min: '3.000000' });
    const { bounty: posted } = await bounty(place);

    const first = await invited(low!);
    expect([await invitationsOf(middle!), await invitationsOf(high!)]).toEqual([[], []]);
    expect(await low!.client.invitations.decline(first.id)).toMatchObject({ state: 'declined', available_actions: [] });
    await expect(low!.client.invitations.decline(first.id)).rejects.toMatchObject({ code: 'invitation_state' });

    const second = await invited(middle!);
    market.clock.advance(5 * MINUTE_S * 1_000);
    await expect(middle!.client.invitations.confirm(second.id)).rejects.toMatchObject({
      code: 'invitation_state',
      facts: { state: 'lapsed' },
    });
    const third = await invited(high!);
    expect(await invitationsOf(middle!)).toMatchObject([{ state: 'lapsed' }]);

    await passer!.client.reservations.create(posted.id);
    await expect(high!.client.invitations.confirm(third.id)).rejects.toMatchObject({ code: 'bounty_full' });
    expect(await invited(high!, 'withdrawn')).toMatchObject({ id: third.id });
    expect(await invitationsOf(low!)).toHaveLength(1);
  });

  it('are never more than the free slots, nor more than a contributor may hold', async () => {
    const place = elsewhere();
    const workers = await Promise.all([1, 2, 3].map((n) => newWorker(market.baseUrl, `worker ${n}`)));
    for (const worker of workers) await offer(worker, place, { active_max: 5 });
    await bounty(place, { quantity: 2 });
    await bounty(place, { quantity: 2 });
    const count = async (): Promise<number[]> =>
      Promise.all(workers.map(async (one) => (await invitationsOf(one)).length));
    await eventually(async () => {
      await market.pass(0);
      return (await count()).every((n) => n === 1);
    }, 'an invitation for each');
    await market.pass(0);
    expect(await count()).toEqual([1, 1, 1]); // Three of four slots: a new contributor holds one thing at a time.
  });

  it('come only within hours, range and kinds, and past no no-go area', async () => {
    const place = elsewhere();
    const names = ['hours', 'range', 'kind', 'no-go'];
    const [hours, range, kind, noGo] = await Promise.all(names.map((name) => newWorker(market.baseUrl, name)));
    const hour = new Date(market.clock.now()).getUTCHours();
    const clock = (plus: number): string => `${String((hour + plus) % 24).padStart(2, '0')}:00`;
    await offer(hours!, place, { hours: { time_zone: 'UTC', from: clock(2), until: clock(3) } });
    await offer(range!, place, { area: { lat: place.lat + 0.01, lng: place.lng, radius_m: 500 } });
    await offer(kind!, place, { kinds: ['video'] });
    await offer(noGo!, place, { no_go: [{ ...place, radius_m: 50 }] });
    await bounty(place, { quantity: 4 });
    await market.pass(HOUR_S);
    const found = () =>
      Promise.all([hours!, range!, kind!, noGo!].map(async (one) => (await invitationsOf(one)).length));
    expect(await found()).toEqual([0, 0, 0, 0]);
    await market.pass(HOUR_S);
    expect(await found()).toEqual([1, 0, 0, 0]);
  });

  it('end with their offer, which is its contributor’s alone, and go to the next', async () => {
    const place = elsewhere();
    const [worker, stranger] = [await newWorker(market.baseUrl, 'Cleo'), await newWorker(market.baseUrl, 'stranger')];
    const made = await offer(worker, place);
    await offer(stranger, place, { price_min: '4.500000' });
    await bounty(place);
    const invitation = await invited(worker);
    await expect(stranger.client.offers.withdraw(made.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(stranger.client.invitations.confirm(invitation.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await worker.client.offers.withdraw(made.id)).toMatchObject({ state: 'withdrawn' });
    expect(await worker.client.offers.withdraw(made.id)).toMatchObject({ state: 'withdrawn' });
    expect(await invitationsOf(worker)).toMatchObject([{ state: 'withdrawn' }]);
    await invited(stranger);
  });
});

describe('offers', () => {
  it('are refused when they make no sense, and beyond twenty', async () => {
    const place = elsewhere();
    const worker = await newWorker(market.baseUrl, 'eager');
    const tokyo = { time_zone: 'Asia/Tokio', from: '17:00', until: '19:00' };
    await expect(offer(worker, place, { hours: tokyo })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'hours.time_zone',
    });
    await expect(offer(worker, place, { valid_until: iso(-1) })).rejects.toMatchObject({ param: 'valid_until' });
    await expect(offer(worker, place, { area: undefined })).rejects.toMatchObject({ param: 'area' });
    for (let n = 0; n < 20; n++) await offer(worker, place, { area: { ...place, radius_m: 100 } });
    await expect(offer(worker, place)).rejects.toMatchObject({ code: 'offers_limit', facts: { limit: 20 } });
  });

  it('expire, and lead to nothing any more', async () => {
    const place = elsewhere();
    const worker = await newWorker(market.baseUrl, 'brief');
    await offer(worker, place, { valid_until: iso(HOUR_S) });
    await market.pass(HOUR_S);
    await bounty(place);
    await market.pass(MINUTE_S);
    expect(await allOf(worker.client.offers.list())).toMatchObject([{ state: 'expired', available_actions: [] }]);
    expect(await invitationsOf(worker)).toEqual([]);
  });
});

describe('the public book', () => {
  it('shows bids by price, asks only from three contributors on, and nobody’s name', async () => {
    const place = elsewhere();
    const ground = { cell: latLngToCell(place.lat, place.lng, 5), kind: 'photo' as const };
    const workers = await Promise.all([1, 2, 3].map((n) => newWorker(market.baseUrl, `worker ${n}`)));
    const { agent } = await bounty(place, { price: { schedule: 'fixed', amount: '1.500000' }, quantity: 2 });
    await bounty(place, { price: { schedule: 'fixed', amount: '1.500000' } });
    await bounty(place, { price: { schedule: 'fixed', amount: '2.000000' } });
    for (const worker of workers.slice(0, 2)) {
      await offer(worker, place);
      await offer(worker, place, { price_min: '9.000000' });
    }
    expect(await agent.client.market.book(ground)).toMatchObject({
      bids: [
        { price: '2.000000', bounties: 1, slots_free: 1 },
        { price: '1.500000', bounties: 2, slots_free: 3 },
      ],
      asks: [],
      last: null,
      fill_time_s: null,
    });
    await offer(workers[2]!, place);
    const book = await agent.client.market.book(ground);
    expect(book.asks).toEqual([{ price_max: '5.000000', contributors_min: 3 }]);
    expect(JSON.stringify(book)).not.toMatch(/ctr_|off_|bty_|agt_/);
    expect((await agent.client.market.book({ ...ground, kind: 'video' })).asks).toEqual([]);
  });

  it('tells prices and fill times from three fills on, in buckets that never change', async () => {
    const ground = { cell: CELL, kind: 'photo' as const };
    const agent = await market.funded();
    const prices = () => allOf(agent.client.market.prices(ground));
    const fill = async (): Promise<void> => {
      const { id } = await market.judged((await market.bounty(agent)).id, {});
      await market.pass(0);
      await eventually(async () => (await market.operator.captures.get(id)).state === 'settled', 'the payment');
      await eventually(async () => {
        const text = 'SELECT FROM market_fill WHERE capture_id = $1';
        return (await market.database.dataSource.query(text, [id])).length === 1;
      }, 'the fill');
    };
    await Promise.all([fill(), fill()]);
    await market.pass(HOUR_S);
    expect(await prices()).toEqual([]);
    expect(await agent.client.market.book(ground)).toMatchObject({ last: null, fill_time_s: null });
    await fill();
    await market.pass(HOUR_S);
    const [bucket, ...others] = await prices();
    const five = '5.000000';
    expect(bucket).toMatchObject({ fills: 3, min: five, median: five, max: five, volume: '15.000000' });
    expect(Date.parse(bucket!.until) - Date.parse(bucket!.from)).toBe(2 * HOUR_S * 1_000);
    expect(others).toEqual([]);
    expect(await agent.client.market.book(ground)).toMatchObject({
      last: { price: five },
      fill_time_s: { p50: 0, p90: 0, fills: 3 },
    });
    await fill();
    await market.pass(HOUR_S);
    expect(await prices()).toEqual([bucket]);
  });
});
