import { verifyWebhook } from '../../../sdk/src/feeds/index.js';
import { eventually } from '../../../test/support/eventually.js';
import type { Principal } from '../../identity/index.js';
import { sql } from '../../platform/database/index.js';
import { sleep } from '../../platform/time.js';
import { WebhookSender } from './webhook.sender.js';
import { WebhookBench, type Receiver } from './webhooks.fixture.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TYPE = 'capture.accepted';

let bench: WebhookBench;
let sender: ReturnType<WebhookBench['process']>;
let owner: Principal;
beforeAll(async () => (bench = await WebhookBench.open()));
afterAll(() => bench?.close());
beforeEach(async () => {
  await bench.db.unitOfWork.run((tx) => sql(tx, 'TRUNCATE webhook_delivery, webhook_endpoint, outbox, event'));
  sender = bench.process();
  owner = bench.owner();
});
afterEach(() => bench.rest());

const create = async (to: Receiver | string, more: object = {}, caller = owner) => {
  const url = typeof to === 'string' ? to : to.url;
  const body = { url, description: '', events: [TYPE] as [typeof TYPE], cards: null, ...more };
  return (await sender.endpoints.create(bench.command(caller), caller, body)).result;
};
const listed = async (id: string) => (await sender.deliveries.list(owner, id, { limit: 100 })).data;
const stateOf = async (id: string) => (await listed(id)).map(({ state }) => state);
const last = async (id: string) => (await listed(id))[0]!;
/** A process that soon takes a receiver for too slow. All others are patient: the clock that would bring another attempt stands. */
const HURRIED_MS = 2_000;
const hurried = () => bench.process({ WEBHOOK_TIMEOUT_MS: String(HURRIED_MS) });
/** What a claim puts a row off to, by a patient process or a hurried one: while it is there, an attempt is in hand. */
const LEASES_MS = [70_000, 60_000 + HURRIED_MS];
/** The newest delivery, once no attempt at it is in hand. */
const settled = (id: string) =>
  eventually(async () => {
    const row = await last(id);
    const due_ms = row.next_at === null ? -1 : Date.parse(row.next_at) - bench.clock.now();
    return row.last_outcome !== null && !LEASES_MS.includes(due_ms) && due_ms !== 0 ? row : null;
  });
/** Goes to the time of the next attempt, as long as there is one. */
async function untilOver(id: string): Promise<void> {
  for (let row = await settled(id); row.next_at !== null; row = await settled(id)) {
    bench.clock.set(Date.parse(row.next_at));
    const { attempts } = row;
    await eventually(async () => (await last(id)).attempts > attempts || (await last(id)).next_at === null);
  }
}

describe('a webhook', () => {
  it('brings an event with its ids, signed, and is not sent again', async () => {
    const receiver = await bench.receiver();
    const { id, secret } = await create(receiver);
    sender.dispatcher.start();
    const event = await bench.happens(sender, owner);
    await eventually(async () => (await stateOf(id))[0] === 'delivered');
    const [{ headers, body }] = receiver.heard as [(typeof receiver.heard)[0]];
    const options = { now_ms: bench.clock.now() };
    const verified = await verifyWebhook(body, headers, secret, options);
    expect(verified).toMatchObject({ id: event, message: { type: TYPE, data: { id: event, resource_id: expect.stringMatching(/^cap_/) } } }); // prettier-ignore
    bench.clock.advance(DAY_MS);
    await sleep(100);
    expect(receiver.heard).toHaveLength(1);
    expect(await last(id)).toMatchObject({ attempts: 1, last_status: 200, last_outcome: 'delivered', next_at: null });
  });

  it('goes to those whose event it is, who ask for its type, in its mode, and to nobody else', async () => {
    const receiver = await bench.receiver();
    const mine = await create(receiver);
    const [other, live] = [bench.owner(), bench.owner('live')];
    await create(receiver, {}, other);
    await create(receiver, { events: ['capture.rejected'] });
    await create('https://hooks.example.com/', {}, live);
    await bench.happens(sender, owner);
    const rows = await bench.db.dataSource.query('SELECT endpoint_id FROM webhook_delivery');
    expect(rows).toEqual([{ endpoint_id: mine.id }]);
  });

  it('is sent again with the same id and body, later and later, until the receiver takes it', async () => {
    let failing = true;
    const receiver = await bench.receiver((response) => void response.writeHead(failing ? 500 : 204).end());
    const { id } = await create(receiver);
    sender.dispatcher.start();
    const event = await bench.happens(sender, owner);
    for (let attempt = 1; attempt <= 9; attempt++) {
      const row = await eventually(async () => {
        const seen = await settled(id);
        return seen.attempts === attempt ? seen : null;
      });
      const pause_ms = Date.parse(row.next_at!) - bench.clock.now();
      const base_ms = Math.min(2_000 * 4 ** (attempt - 1), 6 * HOUR_MS);
      expect(pause_ms).toBeGreaterThanOrEqual(0.8 * base_ms);
      expect(pause_ms).toBeLessThanOrEqual(1.2 * base_ms);
      if (attempt === 9) failing = false;
      bench.clock.set(Date.parse(row.next_at!));
    }
    await eventually(async () => (await stateOf(id))[0] === 'delivered');
    expect(receiver.ids()).toEqual(Array(10).fill(event));
    expect(new Set(receiver.heard.map(({ body }) => body)).size).toBe(1);
  });

  it('is given up after three days, and sent anew when it is replayed', async () => {
    let failing = true;
    const receiver = await bench.receiver((response) => void response.writeHead(failing ? 500 : 200).end());
    const { id } = await create(receiver);
    sender.dispatcher.start();
    const since = bench.clock.now();
    const event = await bench.happens(sender, owner);
    await untilOver(id);
    expect(await stateOf(id)).toEqual(['dead']);
    expect(bench.clock.now() - since).toBeGreaterThan(2.5 * DAY_MS);
    expect(bench.clock.now() - since).toBeLessThanOrEqual(3 * DAY_MS);
    failing = false;
    const replay = (body: Parameters<typeof sender.deliveries.replay>[3]) =>
      sender.deliveries.replay(bench.command(owner), owner, id, body).then(({ result }) => result);
    expect(await replay({ since })).toEqual({ queued: 1, has_more: false });
    await eventually(async () => (await stateOf(id))[0] === 'delivered');
    expect(await replay({ since })).toEqual({ queued: 0, has_more: false });
    const before = receiver.heard.length;
    expect(await replay({ message_ids: [event, 'evt_nothing'] })).toEqual({ queued: 1, has_more: false });
    await eventually(() => receiver.heard.length === before + 1);
    await expect(replay({ since: bench.clock.now() - 31 * DAY_MS })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('that a process took and died with is sent by another one', async () => {
    const receiver = await bench.receiver((response) => void response.writeHead(200).end());
    const { id } = await create(receiver);
    const event = await bench.happens(sender, owner);
    // What a killed process leaves: claimed, sent or not, and nothing written of it.
    await bench.db.dataSource.query(`UPDATE webhook_delivery SET attempts = 1, due_at = $1`, [
      new Date(bench.clock.now() + 31_000),
    ]);
    sender.dispatcher.start();
    await sleep(100);
    expect(receiver.heard).toHaveLength(0);
    bench.clock.advance(31_000);
    await eventually(async () => (await stateOf(id))[0] === 'delivered');
    expect(receiver.ids()).toEqual([event]);
  });

  it('that a process is told to stop with is handed back as not tried', async () => {
    const receiver = await bench.receiver(() => undefined);
    const { id } = await create(receiver);
    sender.dispatcher.start();
    await bench.happens(sender, owner);
    await eventually(() => receiver.heard.length === 1);
    await sender.dispatcher.stop();
    expect(await last(id)).toMatchObject({ state: 'pending', attempts: 0, last_outcome: null, next_at: new Date(bench.clock.now()).toISOString() }); // prettier-ignore
    receiver.act = (response) => void response.end();
    bench.process().dispatcher.start();
    await eventually(async () => (await stateOf(id))[0] === 'delivered');
  });

  it('is sent once, by one of several processes', async () => {
    const receiver = await bench.receiver();
    const { id } = await create(receiver);
    const events = [];
    for (let n = 0; n < 30; n++) events.push(await bench.happens(sender, owner));
    for (const each of [sender, bench.process(), bench.process()]) each.dispatcher.start();
    await eventually(async () => (await stateOf(id)).every((state) => state === 'delivered'));
    expect(receiver.ids().sort()).toEqual(events.sort());
  });
});

describe('a receiver that misbehaves', () => {
  it.each<[string, Receiver['act'], string, number | null]>([
    [
      'redirects',
      (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'redirect',
      302,
    ],
    ['resets', (response) => response.socket!.resetAndDestroy(), 'cut_off', null],
    ['closes early', (response) => void response.socket!.end(), 'cut_off', null],
    ['hangs', () => undefined, 'too_slow', null],
    ['answers late', (response) => void sleep(2 * HURRIED_MS).then(() => response.end()), 'too_slow', null],
    ['fails', (response) => void response.writeHead(503).end(), 'status', 503],
    ['answers no HTTP', (response) => void response.socket!.end('what?\r\n\r\n'), 'no_http', null],
  ])('and %s is tried again', async (_what, act, outcome, status) => {
    const receiver = await bench.receiver(act);
    const { id } = await create(receiver);
    if (outcome === 'too_slow') sender = hurried();
    sender.dispatcher.start();
    await bench.happens(sender, owner);
    await eventually(async () => (await last(id)).last_outcome !== null);
    expect(await last(id)).toMatchObject({ state: 'pending', attempts: 1, last_outcome: outcome, last_status: status });
    const before = receiver.heard.length;
    receiver.act = (response) => void response.end();
    await untilOver(id);
    expect(await stateOf(id)).toEqual(['delivered']);
    expect(receiver.heard.length).toBe(before + 1);
  });

  it('and hangs holds nobody else up', async () => {
    const hanging = await Promise.all(Array.from({ length: 5 }, () => bench.receiver(() => undefined)));
    const other = await bench.receiver();
    for (const receiver of hanging) await create(receiver);
    for (let n = 0; n < 8; n++) await bench.happens(sender, owner);
    const second = bench.owner();
    await create(other, {}, second);
    sender.dispatcher.start();
    await eventually(() => hanging.every(({ heard }) => heard.length > 0));
    // All that the others may have is in hand, and none of it will be answered.
    for (let n = 0; n < 40; n++) await bench.happens(sender, second);
    await eventually(() => other.heard.length === 40);
    const tried = await bench.db.dataSource.query(
      `SELECT count(*)::int AS count FROM webhook_delivery WHERE last_outcome = 'too_slow' OR last_outcome IS NULL AND attempts > 0`,
    );
    expect(tried[0].count).toBeLessThanOrEqual(5 * 8);
  });

  it('has at most four attempts at once, and one when it fails', async () => {
    // Counted where they are made: a receiver under load hears late that one is over.
    const [send, count] = [WebhookSender.prototype.send, { open: 0, most: 0 }];
    const counted = jest.spyOn(WebhookSender.prototype, 'send').mockImplementation(async function (
      this: WebhookSender,
      ...args
    ) {
      count.most = Math.max(count.most, ++count.open);
      await send.apply(this, args).finally(() => count.open--);
    });
    const receiver = await bench.receiver(() => undefined);
    const { id } = await create(receiver);
    for (let n = 0; n < 12; n++) await bench.happens(sender, owner);
    sender = hurried();
    sender.dispatcher.start();
    await eventually(async () => (await sender.endpoints.get(owner, id)).failing_since);
    expect(count.most).toBe(4);
    await eventually(() => count.open <= 1);
    count.most = 0;
    const before = receiver.heard.length;
    await eventually(() => receiver.heard.length >= before + 3);
    expect(count.most).toBe(1);
    counted.mockRestore();
  });

  it('and says 410 is not asked again: its endpoint is paused, and its owner told', async () => {
    const receiver = await bench.receiver((response) => void response.writeHead(410).end());
    const { id } = await create(receiver);
    sender.dispatcher.start();
    await bench.happens(sender, owner);
    await eventually(async () => (await sender.endpoints.get(owner, id)).state === 'paused');
    expect(await sender.endpoints.get(owner, id)).toMatchObject({ pause_reason: 'gone' });
    expect(await told()).toEqual([{ webhook_endpoint_id: id, owner_id: owner.id, mode: 'test', reason: 'gone' }]);
  });

  it('for days is not asked again until its owner resumes it, and then gets what it missed', async () => {
    let failing = true;
    const receiver = await bench.receiver((response) => void response.writeHead(failing ? 500 : 200).end());
    const { id } = await create(receiver);
    sender.dispatcher.start();
    const day = async () => {
      const event = await bench.happens(sender, owner);
      bench.clock.advance(DAY_MS);
      return event;
    };
    const events = [];
    for (let n = 0; n < 9 && !(await isPaused(id)); n++) {
      events.push(await day());
      const tried = receiver.heard.length;
      await eventually(async () => receiver.heard.length > tried || (await isPaused(id)));
    }
    expect(await sender.endpoints.get(owner, id)).toMatchObject({ pause_reason: 'failures' });
    expect(await told()).toMatchObject([{ reason: 'failures' }]);
    const heard = receiver.heard.length;
    const missed = [await day(), await day()];
    await sleep(100);
    expect(receiver.heard).toHaveLength(heard);
    failing = false;
    expect(await sender.endpoints.change(owner, id, { state: 'active' })).toMatchObject({ state: 'active', failing_since: null }); // prettier-ignore
    await eventually(() => missed.every((event) => receiver.ids().slice(heard).includes(event)));
  });

  const isPaused = async (id: string) => (await sender.endpoints.get(owner, id)).state === 'paused';

  async function told() {
    const rows = await bench.db.dataSource.query(`SELECT payload FROM outbox WHERE type = 'webhook_endpoint.paused'`);
    return rows.map((row: { payload: object }) => row.payload);
  }
});

describe('an endpoint', () => {
  it('gets what happened before there was it, by a replay, and nothing twice', async () => {
    const receiver = await bench.receiver();
    const events = [];
    for (let n = 0; n < 250; n++) events.push(await bench.happens(sender, owner));
    const since = bench.clock.now();
    const { id } = await create(receiver);
    events.push(await bench.happens(sender, owner));
    sender.dispatcher.start();
    await sender.deliveries.replay(bench.command(owner), owner, id, { since });
    await eventually(() => receiver.heard.length >= events.length);
    expect(receiver.ids().sort()).toEqual(events.sort());
  });

  it('that is paused gets nothing but what it missed, once it is resumed', async () => {
    const receiver = await bench.receiver();
    const { id } = await create(receiver);
    sender.dispatcher.start();
    await sender.endpoints.change(owner, id, { state: 'paused' });
    const missed = [await bench.happens(sender, owner), await bench.happens(sender, owner)];
    await expect(sender.deliveries.ping(bench.command(owner), owner, id)).rejects.toMatchObject({ code: 'webhook_endpoint_paused' }); // prettier-ignore
    await sleep(100);
    expect(receiver.heard).toHaveLength(0);
    await sender.endpoints.change(owner, id, { state: 'active' });
    await eventually(() => receiver.heard.length === 2);
    expect(receiver.ids().sort()).toEqual(missed.sort());
  });

  it('has a new secret and the one before for 24 hours, and then the new one alone', async () => {
    const receiver = await bench.receiver();
    const first = await create(receiver);
    sender.dispatcher.start();
    const verifies = async (secret: string): Promise<boolean> => {
      const { headers, body } = receiver.heard.at(-1)!;
      return verifyWebhook(body, headers, secret, { now_ms: bench.clock.now() }).then(() => true, () => false); // prettier-ignore
    };
    const heard = async (): Promise<void> => {
      await bench.happens(sender, owner);
      // Not only heard: one in hand when the clock goes on would be sent again, signed as of another time.
      await eventually(async () => (await stateOf(first.id)).every((state) => state === 'delivered'));
    };
    const command = bench.command(owner);
    const { result: second } = await sender.endpoints.rotate(command, owner, first.id);
    expect((await sender.endpoints.rotate(command, owner, first.id)).result).toEqual(second);
    await heard();
    expect([await verifies(first.secret), await verifies(second.secret)]).toEqual([true, true]);
    bench.clock.advance(DAY_MS - 1);
    await heard();
    expect([await verifies(first.secret), await verifies(second.secret)]).toEqual([true, true]);
    bench.clock.advance(1);
    await heard();
    expect([await verifies(first.secret), await verifies(second.secret)]).toEqual([false, true]);
    const stored = await bench.db.dataSource.query(
      `SELECT (SELECT count(*) FROM idempotency_keys WHERE result::text LIKE '%whsec_%')::int AS answers,
              (SELECT count(*) FROM webhook_endpoint e WHERE e::text LIKE '%whsec_%')::int AS endpoints`,
    );
    expect(stored).toEqual([{ answers: 0, endpoints: 0 }]);
  });

  it('is its owner’s alone', async () => {
    const { id } = await create(await bench.receiver());
    const other = bench.owner();
    const tries = [
      sender.endpoints.get(other, id),
      sender.endpoints.change(other, id, { state: 'paused' }),
      sender.endpoints.remove(other, id),
      sender.endpoints.rotate(bench.command(other), other, id),
      sender.deliveries.list(other, id, { limit: 1 }),
      sender.deliveries.ping(bench.command(other), other, id),
      sender.deliveries.replay(bench.command(other), other, id, { message_ids: ['evt_1'] }),
    ];
    for (const each of await Promise.allSettled(tries))
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
    expect((await sender.endpoints.list(other)).data).toEqual([]);
  });

  it('that is deleted is sent nothing, and is gone', async () => {
    const receiver = await bench.receiver();
    const { id } = await create(receiver);
    await bench.happens(sender, owner);
    await sender.endpoints.remove(owner, id);
    sender.dispatcher.start();
    await bench.happens(sender, owner);
    await sleep(100);
    expect(receiver.heard).toHaveLength(0);
    await expect(sender.endpoints.remove(owner, id)).rejects.toMatchObject({ code: 'not_found' });
    await sender.deliveries.forget();
    expect(await bench.db.dataSource.query('SELECT count(*)::int AS left FROM webhook_delivery')).toEqual([
      { left: 0 },
    ]);
  });

  it('is one of ten at most, and none of an address that is not public', async () => {
    const live = bench.owner('live');
    for (const url of ['http://hooks.example.com/', 'https://127.0.0.1/', 'https://10.0.0.1/', 'https://localhost/'])
      await expect(create(url, {}, live)).rejects.toMatchObject({ code: 'webhook_url_refused' });
    const { id } = await create('https://hooks.example.com/', {}, live);
    await expect(sender.endpoints.change(live, id, { url: 'https://[::1]/' })).rejects.toMatchObject({ code: 'webhook_url_refused' }); // prettier-ignore
    const made = await Promise.allSettled(Array.from({ length: 12 }, () => create('https://hooks.example.com/')));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    for (const each of made) if (each.status === 'rejected') expect(each.reason.code).toBe('webhook_endpoint_limit');
  });
});
