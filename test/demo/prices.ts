import type { OperatorClient } from '@groundtruth/sdk/agent';
import type { Bounty, Invitation, Reservation } from '@groundtruth/sdk/protocol';
import type { Market } from '../../src/market.js';
import type { MovableClock } from '../../src/platform/movable-clock.js';
import { deliver, newAgent, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { sheepWithCard } from '../support/photos.js';
import { collect, outcomeOf } from './life.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
/** Far from where the bounties before were posted: an ask there is met by this one alone. */
const MEADOW = { lat: 33, lng: 129.8737 };
const iso = (at: number): string => new Date(at).toISOString();

/** Two agents share a bounty whose price rises until it meets what a contributor asks; then the rest comes back to both. */
export async function playPrices(stage: Stage, market: Market, clock: MovableClock, operator: OperatorClient) {
  const { origin: baseUrl } = market;
  const [one, other] = [await newAgent(baseUrl, 'wool buyer'), await newAgent(baseUrl, 'grass forecaster')];
  for (const { id } of [one, other]) await operator.sandbox.credit(id, '10.000000');
  const worker = await newWorker(baseUrl, 'Ben');
  const valid_until = iso(clock.now() + 24 * 60 * MINUTE_MS);
  await worker.client.offers.create({
    area: { ...MEADOW, radius_m: 2_000 },
    kinds: ['photo'],
    price_min: '4.000000',
    valid_until,
  });
  stage.did('a contributor asks: a photo near the pasture, from 4.000000');

  const posted = await one.client.bounties.create(sharedTerms(clock.now()));
  await one.client.pledges.create(posted.id, '4.400000');
  stage.did(
    `an agent posts a bounty from 2.000000 to 6.000000 in an hour, and pledges 4.400000: it is ${posted.state}`,
  );
  await other.client.pledges.create(posted.id, '2.200000');
  const open = await one.client.bounties.get(posted.id);
  stage.did(`another pledges 2.200000, which covers the hold: it is ${open.state}`);

  const prices = [open.price_now];
  const invitation = await rise(stage, market, clock, { worker, bounty: open, prices });
  const reservation = await worker.client.invitations.confirm(invitation.id);
  stage.did(`the price has met the ask: the contributor is invited, confirms, and has a slot at ${reservation.price}`);
  await stage.time('invited_to_paid', () => fulfil(stage, worker, reservation, clock.now()));
  const ended = await one.client.bounties.waitFor(posted.id, { until: ['closed'] });
  const shares = [];
  for (const { id, client } of [one, other]) {
    const { pledges } = await client.bounties.get(posted.id);
    const [pledge] = pledges!.yours;
    shares.push({ agent_id: id, pledged: pledge!.amount, returned: pledge!.returned });
  }
  stage.did(
    `the bounty is ${ended.state}: ${shares.map(({ returned }) => returned).join(' and ')} come back, two to one as pledged`,
  );
  return { bounty: ended, prices, ask: '4.000000', invitation_id: invitation.id, price: reservation.price, shares };
}

/** A bounty of 2 dollars that is worth 6 an hour later; the hold is 6 and a tenth of it. */
function sharedTerms(now: number) {
  const times = { starts_at: iso(now), ends_at: iso(now + 60 * MINUTE_MS) };
  const all = [{ object: { label: 'sheep' } }];
  return {
    ...sheepTerms({ area: { ...MEADOW, radius_m: 150 }, criteria: { all, provenance: 'signed', unique: false } }),
    window: { closes_at: iso(now + 180 * MINUTE_MS) },
    price: { schedule: 'linear' as const, start: '2.000000', cap: '6.000000', ...times },
    quantity: 1,
    pledges: {},
    fund: false,
  };
}

interface Rising {
  readonly worker: Worker;
  readonly bounty: Bounty;
  readonly prices: string[];
}

/** Ten minutes at a time, until somebody is invited. */
async function rise(stage: Stage, market: Market, clock: MovableClock, rising: Rising): Promise<Invitation> {
  const { worker, bounty, prices } = rising;
  for (;;) {
    const [invitation] = await collect(worker.client.invitations.list({ state: 'open' }));
    if (invitation) return invitation;
    clock.moveTo(clock.ahead_ms + 10 * MINUTE_MS);
    await market.background.sweep();
    const { price_now } = await worker.client.bounties.get(bounty.id);
    prices.push(price_now);
    stage.did(`ten minutes on, the price is ${price_now}`);
    if (Number(price_now) < 4) continue;
    return eventually(
      async () => (await collect(worker.client.invitations.list({ state: 'open' })))[0] ?? null,
      'the invitation',
    );
  }
}

async function fulfil(stage: Stage, worker: Worker, reservation: Reservation, now: number): Promise<void> {
  const shot = shotOf(await sheepWithCard(reservation.challenge.code), {
    place: { ...MEADOW, accuracy_m: 8 },
    captured_at: iso(now),
  });
  const capture = await deliver(worker, reservation, shot);
  stage.did(`the photo is ${outcomeOf(capture)}, and paid ${capture.detail?.paid ?? 'nothing'}`);
}
