import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '../../platform/database/index.js';
import { microsOf } from '../stripe/cents.js';
import { BODY, commandOf, DAY_MS, HOUR_MS, openWorld, type Contributor, type World } from './payouts.fixture.js';

const FIFTY = 50_000_000n;
let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());

/** An agent whose card money is old, and who pays a contributor. */
async function earned(amount: bigint, who: Contributor): Promise<void> {
  const agent = world.agent();
  await world.topUp(agent, 100_000);
  await world.earn(agent, who.id, amount);
}
async function nextBatch(): Promise<void> {
  world.pass(DAY_MS);
  await world.batch.pass();
}
async function sent(amount = FIFTY): Promise<Contributor> {
  const who = await world.contributor();
  await earned(amount, who);
  world.pass(14 * DAY_MS);
  await world.batch.pass();
  await world.settleDown();
  return who;
}
const statesOf = async (who: Contributor) => (await world.payoutsOf(who.id)).map(({ state }) => state);

describe('a payout to a bank', () => {
  it('leaves when the money is old enough, in whole cents, and is through when the bank has it', async () => {
    const who = await world.contributor();
    await earned(FIFTY + 12_345n, who);
    world.pass(14 * DAY_MS - HOUR_MS * 7);
    await world.batch.pass();
    expect(await world.payoutsOf(who.id)).toEqual([]);
    await nextBatch();
    await world.settleDown();
    const [payout] = await world.payoutsOf(who.id);
    expect(payout).toMatchObject({ state: 'sent', amount: FIFTY + 10_000n, reversed: 0n });
    expect(await world.posted('payable', who.id)).toBe(2_345n);
    expect(await world.posted('inTransit', who.id)).toBe(FIFTY + 10_000n);
    world.pass(DAY_MS);
    world.pass(2 * DAY_MS);
    await world.webhooks();
    await world.settleDown();
    expect(await statesOf(who)).toEqual(['paid']);
    expect(await world.posted('inTransit', who.id)).toBe(0n);
    const receipt = await world.payoutsService.get(who.caller, payout!.id);
    expect(receipt).toMatchObject({ amount: '50.010000', returned: '0.000000', tax: { year: 2026, gross: '50.010000', withheld: '0.000000' } }); // prettier-ignore
    await expect(world.payoutsService.get((await world.contributor()).caller, payout!.id)).rejects.toThrow('not_found');
  });

  it('is one a day, however often the batch runs', async () => {
    const who = await sent();
    await earned(FIFTY, who);
    await Promise.all([world.batch.pass(), world.batch.pass()]);
    expect(await statesOf(who)).toEqual(['sent']);
  });

  it('stays payable when Stripe refuses the account, which then shows what is asked for', async () => {
    const who = await world.contributor();
    await earned(FIFTY, who);
    world.pass(14 * DAY_MS);
    world.simulator.control.accounts.require(who.account, 'identity.individual.id_number', 'past_due');
    await world.batch.pass();
    await world.settleDown();
    await world.reader.pass();
    expect(await world.payoutsOf(who.id)).toMatchObject([{ state: 'refused', reason: expect.stringContaining('insufficient_capabilities') }]); // prettier-ignore
    expect(await world.posted('payable', who.id)).toBe(FIFTY);
    expect(await world.recipient(who.id)).toMatchObject({ state: 'restricted', requirements: [{ what: 'your tax or identity number', due: 'past' }] }); // prettier-ignore
    world.simulator.control.accounts.fulfil(who.account);
    await world.webhooks();
    await world.settleDown();
    await nextBatch();
    await world.settleDown();
    expect(await statesOf(who)).toEqual(['sent', 'refused']);
  });

  it('comes back when the bank returns it, also after it was paid, and nothing more is sent until there is another bank', async () => {
    const who = await sent();
    world.pass(DAY_MS);
    world.pass(2 * DAY_MS);
    await world.webhooks();
    await world.settleDown();
    expect(await statesOf(who)).toEqual(['paid']);
    const { data } = await world.stripe.payouts.list({}, { stripeAccount: who.account });
    world.simulator.control.payouts.fail(data[0]!.id);
    await world.webhooks();
    await world.settleDown();
    expect(await world.payoutsOf(who.id)).toMatchObject([
      { state: 'returned', reversed: FIFTY, reason: 'account_closed' },
    ]);
    expect([await world.posted('payable', who.id), await world.posted('inTransit', who.id)]).toEqual([FIFTY, 0n]);
    expect(await world.recipient(who.id)).toMatchObject({ state: 'restricted', bank_refused: true });
    await world.service.open(commandOf(who.id), who.caller, BODY); // Another link is no other bank.
    expect(await world.recipient(who.id)).toMatchObject({ state: 'restricted', bank_refused: true });
    await nextBatch();
    expect(await statesOf(who)).toEqual(['returned']);
    world.simulator.control.accounts.replaceBankAccount(who.account);
    await world.webhooks();
    await world.settleDown();
    expect(await world.recipient(who.id)).toMatchObject({ state: 'enabled', bank_refused: false });
    await nextBatch();
    await world.settleDown();
    expect(await statesOf(who)).toEqual(['sent', 'returned']);
  });

  it('arrives by the next bank account when Stripe sends it there before we take it back', async () => {
    const who = await sent();
    world.pass(DAY_MS);
    const { data } = await world.stripe.payouts.list({}, { stripeAccount: who.account });
    world.simulator.control.payouts.fail(data[0]!.id);
    world.simulator.control.accounts.replaceBankAccount(who.account);
    world.pass(DAY_MS);
    await world.webhooks();
    await world.settleDown();
    world.pass(2 * DAY_MS);
    await world.webhooks();
    await world.settleDown();
    expect(await statesOf(who)).toEqual(['paid']);
    expect([await world.posted('payable', who.id), await world.posted('inTransit', who.id)]).toEqual([0n, 0n]);
  });

  it('is payable again when the operator reverses its Transfer at Stripe', async () => {
    const who = await world.contributor();
    world.simulator.control.accounts.setPayoutSchedule(who.account, 'manual');
    await earned(FIFTY, who);
    world.pass(14 * DAY_MS);
    await world.batch.pass();
    await world.settleDown();
    const [payout] = await world.payoutsOf(who.id);
    await world.stripe.transfers.createReversal(payout!.transfer!, { amount: 2_000 });
    await world.webhooks();
    await world.settleDown();
    expect(await world.payoutsOf(who.id)).toMatchObject([{ state: 'sent', reversed: microsOf(2_000) }]);
    await world.stripe.transfers.createReversal(payout!.transfer!);
    await world.webhooks();
    await world.settleDown();
    expect(await statesOf(who)).toEqual(['returned']);
    expect(await world.posted('payable', who.id)).toBe(FIFTY);
  });

  it.each(['reset_after', 'timeout_after', '500_after', '500', '500_kept', '409', '429', 'reset_before'] as const)(
    'is sent once when Stripe’s answer is %s',
    async (how) => {
      const who = await world.contributor();
      await earned(FIFTY, who);
      world.pass(14 * DAY_MS);
      world.simulator.control.fail({
        method: 'POST',
        path: '/v1/transfers',
        how,
        times: how.startsWith('reset') ? 2 : 1,
      });
      await world.batch.pass();
      await world.settleDown();
      world.simulator.control.clearFaults();
      world.pass(5 * 60_000);
      await world.settleDown();
      const { data } = await world.stripe.transfers.list({ destination: who.account });
      expect(data.map(({ amount }) => amount)).toEqual([5_000]);
      expect(await statesOf(who)).toEqual(['sent']);
    },
  );
});

describe('new payouts', () => {
  it('wait while the operator has stopped them, and say so', async () => {
    const who = await world.contributor();
    await earned(FIFTY, who);
    world.pass(14 * DAY_MS);
    const stop = await world.run((tx) => world.stops.stop(tx, 'test', 'operator', 'bank holiday'));
    await world.batch.pass();
    expect(await world.payoutsOf(who.id)).toEqual([]);
    const view = (await world.run((tx) => world.service.of(tx, 'test', who.id)))!;
    expect(view).toMatchObject({ waits_for: ['operator'], mature: '50.000000', maturing: '0.000000' });
    await world.run((tx) => world.stops.lift(tx, 'test', stop.id, 'opr_1'));
    world.pass(2 * HOUR_MS);
    await world.batch.pass();
    expect(await statesOf(who)).toEqual(['planned']);
  });

  it('say what they wait for: the account, more money, or older money', async () => {
    const fresh = await world.contributor({ onboarded: false });
    expect(fresh.opened.result).toMatchObject({ state: 'onboarding', waits_for: ['account', 'minimum'], link: { url: expect.stringContaining(fresh.account) } }); // prettier-ignore
    expect(fresh.opened.result.requirements).toContainEqual({ what: 'a bank account to be paid to', due: 'past' });
    await earned(FIFTY, fresh);
    const view = await world.run((tx) => world.service.of(tx, 'test', fresh.id));
    expect(view).toMatchObject({
      waits_for: ['account', 'maturity'],
      maturing: '50.000000',
      mature: '0.000000',
      link: null,
    });
  });

  it('wait below the floor of the loss reserve', async () => {
    const guarded = await openWorld('test', { CARD_RESERVE_FLOOR: '1.000000' });
    try {
      const who = await guarded.contributor();
      const agent = guarded.agent();
      await guarded.topUp(agent, 100_000);
      await guarded.earn(agent, who.id, FIFTY);
      guarded.pass(14 * DAY_MS);
      await guarded.batch.pass();
      expect(await guarded.payoutsOf(who.id)).toEqual([]);
      expect(await guarded.run((tx) => guarded.service.of(tx, 'test', who.id))).toMatchObject({ waits_for: ['loss_reserve'] }); // prettier-ignore
    } finally {
      await guarded.close();
    }
  });
});

describe('card money', () => {
  it('that a new charge has paid for waits with it, and older money leaves', async () => {
    const who = await world.contributor();
    const agent = world.agent();
    await world.topUp(agent, 100_000);
    world.pass(31 * DAY_MS);
    await world.earn(agent, who.id, FIFTY);
    world.pass(1_000);
    await world.topUp(agent, 100_000);
    await world.earn(agent, who.id, 2n * FIFTY);
    expect(await world.run((tx) => world.earnings.of(tx, 'test', who.id, world.clock.now()))).toEqual({ available: 3n * FIFTY, maturing: 2n * FIFTY }); // prettier-ignore
    await nextBatch();
    expect(await world.payoutsOf(who.id)).toMatchObject([{ amount: FIFTY }]);
    world.pass(6 * DAY_MS);
    expect(await world.run((tx) => world.earnings.of(tx, 'test', who.id, world.clock.now()))).toEqual({ available: 2n * FIFTY, maturing: 0n }); // prettier-ignore
  });

  it('held before a charge is not made younger by it', async () => {
    const who = await world.contributor();
    const agent = world.agent();
    await world.topUp(agent, 100_000);
    world.pass(31 * DAY_MS);
    await world.hold(agent, 'bty_held', FIFTY);
    world.pass(1_000);
    await world.topUp(agent, 100_000);
    await world.settle('bty_held', who.id, FIFTY);
    expect(await world.run((tx) => world.earnings.of(tx, 'test', who.id, world.clock.now()))).toEqual({ available: FIFTY, maturing: 0n }); // prettier-ignore
  });

  it('never leaves by chain, nor chain or sandbox money by card', async () => {
    const books = await world.run((tx) => world.ledger.booksBalance(tx));
    const touched = books.ledgers.filter(({ accounts }) => accounts > 0).map(({ ledger }) => ledger);
    expect(touched).toEqual([2]);
    expect(books.faults).toEqual([]);
  });
});

describe('in live mode', () => {
  it('payouts wait for a fresh sanctions list, and so does naming an account', async () => {
    const live = await openWorld('live');
    try {
      await expect(live.contributor()).rejects.toThrow('policy_held');
      const who = await live.enabled();
      const agent = live.agent();
      await live.topUp(agent, 100_000);
      await live.earn(agent, who.id, FIFTY);
      live.pass(14 * DAY_MS);
      await live.batch.pass();
      expect(await live.payoutsOf(who.id)).toEqual([]);
      const [decision] = await live.run((tx) => sql(tx, "SELECT outcome, rule FROM policy_decision WHERE stage = 'payout' ORDER BY seq DESC LIMIT 1")); // prettier-ignore
      expect(decision).toMatchObject({ outcome: 'hold' });
      expect(await live.run((tx) => live.service.of(tx, 'live', who.id))).toMatchObject({ waits_for: ['policy'] });
    } finally {
      await live.close();
    }
  });

  it('a list that grows stale stops payouts with a clear error, and a renewed one lets them go', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gt-list-'));
    const file = join(folder, 'list.json');
    let live: World | null = null;
    const renew = async (world: World): Promise<void> => {
      writeFileSync(file, JSON.stringify({ as_of: new Date(world.clock.now()).toISOString(), source: 'this test', names: ['Roe, Richard'] })); // prettier-ignore
      await world.sanctions.pass();
    };
    try {
      live = await openWorld('live', { POLICY_SANCTIONS_FILE: file, CARD_RESERVE_FLOOR: '0.000000' });
      await renew(live);
      const who = await live.contributor();
      const agent = live.agent();
      await live.topUp(agent, 100_000);
      await live.earn(agent, who.id, FIFTY);
      live.pass(14 * DAY_MS);
      await live.batch.pass();
      expect(await live.payoutsOf(who.id)).toEqual([]);
      const stale = {
        code: 'policy_held',
        facts: { rule: 'sanctions_list_stale', hint: expect.stringContaining('too old') },
      };
      await expect(live.contributor()).rejects.toMatchObject(stale);
      expect(await live.run((tx) => live!.service.of(tx, 'live', who.id))).toMatchObject({ waits_for: ['policy'] });
      live.pass(HOUR_MS); // A batch that waits is looked at again after an hour.
      await renew(live);
      await live.batch.pass();
      expect(await live.payoutsOf(who.id)).toMatchObject([{ amount: FIFTY }]);
    } finally {
      await live?.close();
      rmSync(folder, { recursive: true });
    }
  });
});
