import { DAY_MS, HOUR_MS, openWorld, type Contributor, type World } from './payouts.fixture.js';

const FIFTY = 50_000_000n;
let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());

/** Somebody whose bank has a payout. */
async function paid(): Promise<Contributor> {
  const who = await world.contributor();
  const agent = world.agent();
  await world.topUp(agent, 100_000);
  await world.earn(agent, who.id, FIFTY);
  world.pass(14 * DAY_MS);
  await world.batch.pass();
  await world.settleDown();
  world.pass(DAY_MS);
  world.pass(2 * DAY_MS);
  await world.webhooks();
  await world.settleDown();
  return who;
}

async function sendBack({ account }: Contributor): Promise<void> {
  const { data } = await world.stripe.payouts.list({}, { stripeAccount: account });
  world.simulator.control.payouts.fail(data[0]!.id);
  world.pass(1_000);
}

/** Whatever waits is handed over, but for events whose type begins with `lost`. */
async function tell(lost: string): Promise<void> {
  const { webhooks } = world.simulator.control;
  for (const { event, type } of webhooks.waiting()) if (type.startsWith(lost)) webhooks.lose(event);
  await world.webhooks();
  await world.settleDown();
}

/** What an hourly look, and the batch of the next day, make of it. */
async function later({ id }: Contributor): Promise<string[]> {
  world.pass(HOUR_MS);
  await world.reader.pass();
  await world.settleDown();
  world.pass(DAY_MS);
  await world.batch.pass();
  await world.settleDown();
  return (await world.payoutsOf(id)).map(({ state }) => state);
}

describe('a contributor who names another bank account after theirs sent a payout back', () => {
  it('is paid again although the word of it was lost', async () => {
    const who = await paid();
    await sendBack(who);
    await tell('nothing');
    expect(await world.recipient(who.id)).toMatchObject({ state: 'restricted', bank_refused: true });
    world.simulator.control.accounts.replaceBankAccount(who.account);
    await tell('account.external_account');
    expect(await later(who)).toEqual(['sent', 'returned']);
    expect(await world.recipient(who.id)).toMatchObject({ state: 'enabled', bank_refused: false });
  });

  it('is paid again although the word of it came before the word of what was sent back', async () => {
    const who = await paid();
    await sendBack(who);
    world.simulator.control.accounts.replaceBankAccount(who.account);
    await tell('payout');
    expect(await later(who)).toEqual(['sent', 'returned']);
  });

  it('is not paid while there is only the bank account that sent it back', async () => {
    const who = await paid();
    await sendBack(who);
    await tell('nothing');
    expect(await later(who)).toEqual(['returned']);
    expect(await world.recipient(who.id)).toMatchObject({ state: 'restricted', bank_refused: true });
  });
});
