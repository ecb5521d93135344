import fc from 'fast-check';
import { sealCapture } from '@groundtruth/sdk/contributor';
import { ProblemError } from '@groundtruth/sdk/agent';
import { parseAmount, type Bounty, type Capture } from '@groundtruth/sdk/protocol';
import { CapturesRepository } from '../../src/captures/index.js';
import { sqlOne, UnitOfWork } from '../../src/platform/database/index.js';
import { newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';

let market: DeskMarket;
let runners: Worker[];
beforeAll(async () => {
  market = await deskMarket({ RESERVATIONS_ACTIVE_MAX: '100', RESERVATIONS_ACTIVE_NEW_MAX: '100' });
  runners = await Promise.all(Array.from({ length: 7 }, (_, n) => newWorker(market.baseUrl, `runner ${n}`)));
});
afterAll(() => market.end());

const iso = (at: number): string => new Date(at).toISOString();
const DECIDED = ['settled', 'rejected', 'superseded', 'expired'];

/** A race for some captures whose price rises by a dollar a minute. */
async function race(agent: Funded, quantity: number): Promise<Bounty> {
  const now = market.clock.now();
  const times = { starts_at: iso(now), ends_at: iso(now + 10 * 60_000) };
  const price = { schedule: 'linear' as const, start: '1.000000', cap: '11.000000', ...times };
  const criteria = { all: [{ object: { label: 'sheep' } }], unique: false, provenance: 'signed' as const };
  const window = { closes_at: iso(now + 60 * 60_000) };
  return agent.client.bounties.create(sheepTerms({ mode: 'race', price, quantity, criteria, window }));
}

/** Seals, uploads and hands in at once; null when the line is full, or the race is over. */
async function run(worker: Worker, bountyId: string): Promise<Capture | null> {
  try {
    const reservation = await worker.client.reservations.challenge(bountyId);
    const shot = shotOf(Buffer.from(`no picture, ${reservation.id}`), { captured_at: iso(market.clock.now()) });
    return await worker.client.capture({ reservation, device: worker.device, ...shot });
  } catch (error) {
    if (error instanceof ProblemError && ['race_full', 'bounty_not_open'].includes(error.code)) return null;
    throw error;
  }
}

const stateOf = async (id: string) => (await market.operator.captures.get(id)).state;
const verifying = (ids: string[]) =>
  Promise.all(ids.map(stateOf)).then((states) => ids.filter((_, i) => states[i] === 'verifying'));

describe('a race', () => {
  it('is won by the earliest seals that hold; nobody else is paid or seen, and no more than is asked for', async () => {
    const entry = fc.record({ holds: fc.boolean(), minutes: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(entry, { minLength: 2, maxLength: 7 }),
        fc.infiniteStream(fc.nat()),
        async (quantity, entries, picks) => {
          const agent = await market.funded();
          const bounty = await race(agent, quantity);
          const ran: { id: string; holds: boolean; price: bigint }[] = [];
          for (const [i, { holds, minutes }] of entries.entries()) {
            await market.pass(minutes * 60);
            const { price_now } = await agent.client.bounties.get(bounty.id);
            const capture = await run(runners[i]!, bounty.id);
            if (capture) ran.push({ id: capture.id, holds, price: parseAmount(price_now)! });
          }
          const ids = ran.map(({ id }) => id);
          expect(ran.length).toBe(Math.min(entries.length, 2 * quantity));
          await eventually(async () => {
            const judged = await verifying(ids);
            const pick = judged[picks.next().value! % Math.max(1, judged.length)];
            if (pick) await market.desk.judge(pick, ran.find(({ id }) => id === pick)!.holds ? 'pass' : 'fail');
            return (await Promise.all(ids.map(stateOf))).every((state) => DECIDED.includes(state));
          }, 'the end of the race');
          const states = await Promise.all(ids.map(stateOf));
          const ended = (as: string) => ran.filter((_, i) => states[i] === as);
          const [winners, losers] = [ended('settled'), ended('superseded')];
          expect(winners.length).toBeLessThanOrEqual(quantity);
          expect(ended('rejected')).toEqual(ran.filter(({ holds }, i) => !holds && states[i] !== 'superseded'));
          if (losers.length > 0) expect(ran.indexOf(losers[0]!)).toBeGreaterThan(ran.indexOf(winners.at(-1)!));
          else expect(winners).toEqual(ran.filter(({ holds }) => holds));
          expect(await paid(bounty.id)).toBe(winners.reduce((sum, { price }) => sum + price, 0n));
          await losersAreUnseen(losers.map(({ id }) => id));
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  }, 300_000);

  it('fixes the price at the first seal, whatever the clock says when the capture is handed in', async () => {
    const agent = await market.funded();
    const bounty = await race(agent, 1);
    const [worker] = runners as [Worker];
    const reservation = await worker.client.reservations.challenge(bounty.id);
    await market.pass(120);
    const shot = shotOf(Buffer.from('no picture, sealed early'), { captured_at: iso(market.clock.now()) });
    const sealed = await sealCapture(reservation, shot, worker.device);
    await worker.client.captures.seal(sealed);
    await market.pass(180);
    const other = shotOf(Buffer.from('no picture, sealed later'), { captured_at: iso(market.clock.now()) });
    await worker.client.captures.seal(await sealCapture(reservation, other, worker.device));
    expect((await worker.client.reservations.get(reservation.id)).price).toBe('3.000000');
    const { id } = await worker.client.captures.uploadSealed(sealed, shot.bytes);
    await eventually(async () => (await stateOf(id)) === 'verifying');
    await market.desk.judge(id, 'pass');
    await eventually(async () => (await stateOf(id)) === 'settled');
    expect(await paid(bounty.id)).toBe(3_000_000n);
  });

  it('looks at nobody while an earlier seal may still take the only slot, and goes on when its upload never comes', async () => {
    const agent = await market.funded();
    const bounty = await race(agent, 1);
    const [slow] = runners as [Worker];
    const reservation = await slow.client.reservations.challenge(bounty.id);
    const shot = shotOf(Buffer.from(`slow, ${reservation.id}`), { captured_at: iso(market.clock.now()) });
    const first = await slow.client.captures.create(await sealCapture(reservation, shot, slow.device));
    await market.pass(1);
    const second = (await run(runners[1]!, bounty.id))!;
    await eventually(async () => (await one<bigint>(UNSENT)) === 0n, 'everybody to have heard of it');
    expect(await stateOf(second.id)).toBe('submitted');
    await market.pass(20 * 60);
    await eventually(async () => (await stateOf(second.id)) === 'verifying', 'the next in line');
    expect(await stateOf(first.id)).toBe('expired');
    await market.desk.judge(second.id, 'pass');
    await eventually(async () => (await stateOf(second.id)) === 'settled');
  });

  it('takes no reservation, and a bounty with reservations gives no challenge', async () => {
    const agent = await market.funded();
    const [worker] = runners as [Worker];
    const [raced, reserved] = [await race(agent, 1), await market.bounty(agent)];
    await expect(worker.client.reservations.create(raced.id)).rejects.toMatchObject({ code: 'bounty_mode' });
    await expect(worker.client.reservations.challenge(reserved.id)).rejects.toMatchObject({ code: 'bounty_mode' });
  });

  it('ends when nobody in line has handed in, and does not wait for challenges', async () => {
    const agent = await market.funded();
    const bounty = await race(agent, 2);
    await runners[0]!.client.reservations.challenge(bounty.id);
    await market.pass(3_601);
    await market.pass(1);
    expect(await agent.client.bounties.get(bounty.id)).toMatchObject({ state: 'closed', outcome: 'expired' });
    expect((await agent.client.balance.get()).balances[0]!.available).toBe('100.000000');
  });
});

const PAID = 'SELECT coalesce(sum(paid), 0)::bigint AS value FROM capture WHERE bounty_id = $1';
const UNSENT = 'SELECT count(*)::bigint AS value FROM outbox WHERE sent_at IS NULL';

/** What a bounty has paid its contributors, in micros. */
const paid = (bountyId: string): Promise<bigint> => one(PAID, [bountyId]);

function one<T>(text: string, values: unknown[] = []): Promise<T> {
  const { app } = market.http;
  return app.get(UnitOfWork).run(async (tx) => (await sqlOne<{ value: T }>(tx, text, values))!.value);
}

/** No verdict, no redacted picture, never handed to the verifier; and soon no bytes. */
async function losersAreUnseen(ids: string[]): Promise<void> {
  await market.pass(2 * 3_600);
  for (const id of ids) {
    const row = await market.http.app.get(UnitOfWork).run((tx) => market.http.app.get(CapturesRepository).get(tx, id));
    expect(row).toMatchObject({ attempt: 0, verdict_id: null, derivative_key: null });
    expect(row!.original_removed_at).not.toBeNull();
  }
}
