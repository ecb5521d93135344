import { DAY_MS, openWorld, type Contributor, type World } from './payouts.fixture.js';

const FIFTY = 50_000_000n;
let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());

/** A payout whose Transfer is asked for, and answered by a 5xx although it is made later. */
async function late(how: '500' | '500_kept', done_after_s: number): Promise<Contributor> {
  const who = await world.contributor();
  const agent = world.agent();
  await world.topUp(agent, 100_000);
  await world.earn(agent, who.id, FIFTY);
  world.pass(15 * DAY_MS);
  world.simulator.control.fail({ method: 'POST', path: '/v1/transfers', how, done_after_s });
  await world.batch.pass();
  return who;
}
const sentTo = async ({ account }: Contributor) =>
  (await world.stripe.transfers.list({ destination: account })).data.map(({ amount }) => amount);
const statesOf = async ({ id }: Contributor) => (await world.payoutsOf(id)).map(({ state }) => state);
async function minutes(n: number): Promise<void> {
  for (let minute = 0; minute < n; minute++) {
    await world.ops.pass();
    world.pass(60_000);
  }
}

describe('a Transfer that Stripe makes after it answered a 5xx', () => {
  it.each([
    ['500', 3],
    ['500', 200],
    ['500_kept', 3],
    ['500_kept', 200],
  ] as const)('(%s, %i seconds) is made and booked once', async (how, after_s) => {
    const who = await late(how, after_s);
    await minutes(12);
    await world.webhooks();
    await world.settleDown();
    expect([await sentTo(who), await statesOf(who)]).toEqual([[5_000], ['sent']]);
    expect([await world.posted('payable', who.id), await world.posted('inTransit', who.id)]).toEqual([0n, FIFTY]);
  });

  it('and that had counted as refused is booked, from what is payable now and else from the platform', async () => {
    const who = await late('500_kept', 1_000);
    await world.ops.pass();
    world.simulator.control.accounts.require(who.account, 'identity.individual.id_number', 'past_due');
    await minutes(12);
    expect([await statesOf(who), await sentTo(who)]).toEqual([['refused'], []]);
    world.simulator.control.accounts.fulfil(who.account);
    await world.webhooks();
    await world.settleDown();
    world.pass(1_000_000);
    await world.webhooks();
    await world.settleDown();
    expect([await sentTo(who), await statesOf(who)]).toEqual([[5_000], ['sent']]);
    expect([await world.posted('payable', who.id), await world.posted('inTransit', who.id)]).toEqual([0n, FIFTY]);
  });
});
