import type { Principal } from '../../../identity/index.js';
import { linked, single } from '../../linked.js';
import { transferId } from '../../../ledger/index.js';
import { cardWorld, DOLLAR, type CardWorld } from './card.fixture.js';

let world: CardWorld;
beforeAll(async () => (world = await cardWorld({ CARD_RESERVE_FLOOR: '5.000000' })));
afterAll(async () => {
  const report = await world.run((tx) => world.ledger.booksBalance(tx));
  const { faults, platform } = world.simulator.control.audit();
  const processor = await world.run((tx) => world.ledger.balance(tx, world.accounts.processor()));
  await world.end();
  expect([report.faults, faults]).toEqual([[], []]);
  expect(processor.posted).toBe(BigInt(platform) * 10_000n);
});

const posted = (key: ReturnType<CardWorld['accounts']['fees']>) =>
  world.run(async (tx) => (await world.ledger.balance(tx, key)).posted);
const stateOf = async (caller: Principal, id: string) => (await world.service.get(caller, id)).state;
const chargeOf = async (id: string) => (await world.run((tx) => world.topUps.get(tx, id)))!.charge!;

async function charged(amount = 50n * DOLLAR, card = 'pm_card_visa') {
  const agent = await world.agent();
  const id = await world.begin(agent, amount, card);
  await world.deliver();
  return { agent, id, charge: await chargeOf(id) };
}

/** As a bounty would: the money is somebody else's, and a part of it fills the reserve. */
async function spend(agent: Principal, amount: bigint, reserve = 0n) {
  await world.run(async (tx) => {
    const keys = [
      world.accounts.available(agent.id),
      world.accounts.payable('ctr_of_the_tests'),
      world.accounts.lossReserve(),
    ];
    const [from, payee, kept] = (await world.ledger.accounts(tx, keys)) as [bigint, bigint, bigint];
    const parts = [
      { ...single(transferId(agent.id, `pay:${amount}`), from, payee, amount - reserve), code: 'capture_pay' as const },
      { ...single(transferId(agent.id, `keep:${amount}`), from, kept, reserve), code: 'reserve_fill' as const },
    ];
    await world.ledger.postOrThrow(tx, linked(parts.filter((part) => part.amount > 0n)));
  });
}

describe('a card dispute', () => {
  it('takes the money from the agent, freezes it, and gives all of it back when it is won', async () => {
    const { agent, id, charge } = await charged();
    const dispute = world.simulator.control.disputes.open(charge);
    await world.deliver((events) => [...events, ...events].reverse());
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['disputed', 0n]);
    const choosing = world.run((tx) => world.funds.choose(tx, 'test', agent.id, 1n));
    await expect(choosing).rejects.toMatchObject({ code: 'insufficient_funds' });
    await expect(world.begin(agent, 20n * DOLLAR)).rejects.toMatchObject({ code: 'account_frozen' });
    world.simulator.control.disputes.decide(dispute.id, 'won');
    await world.deliver((events) => [...events].reverse());
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['succeeded', 50n * DOLLAR]);
    expect(await world.run((tx) => world.funds.choose(tx, 'test', agent.id, 50n * DOLLAR))).toBe('card');
  });

  it('is borne by the agent first, then the reserve, then the platform, and exactly that is restored', async () => {
    const { agent, charge } = await charged(50n * DOLLAR);
    await spend(agent, 40n * DOLLAR, 6n * DOLLAR);
    const shares = async () => [
      await world.available(agent),
      await posted(world.accounts.lossReserve()),
      await posted(world.accounts.losses()),
    ];
    const before = await shares();
    const [, reserve, losses] = before as [bigint, bigint, bigint];
    expect(await world.run((tx) => world.risk.payoutsAllowed(tx, 'test'))).toBe(true);
    const { id } = world.simulator.control.disputes.open(charge);
    await world.deliver();
    expect(await shares()).toEqual([0n, 0n, losses + 40n * DOLLAR - reserve]);
    expect(await world.run((tx) => world.risk.payoutsAllowed(tx, 'test'))).toBe(false);
    world.simulator.control.disputes.decide(id, 'won');
    await world.deliver();
    expect(await shares()).toEqual(before);
  });

  it('that is lost collects what has come back to the agent since, and frees it', async () => {
    const { agent, id, charge } = await charged(50n * DOLLAR);
    await spend(agent, 50n * DOLLAR);
    const reserve = await posted(world.accounts.lossReserve());
    const losses = await posted(world.accounts.losses());
    const dispute = world.simulator.control.disputes.open(charge);
    await world.deliver();
    await world.run(async (tx) => {
      const keys = [world.accounts.payable('ctr_of_the_tests'), world.accounts.available(agent.id)];
      const [from, to] = (await world.ledger.accounts(tx, keys)) as [bigint, bigint];
      const back = single(transferId(agent.id, 'rest of a bounty'), from, to, 20n * DOLLAR);
      await world.ledger.postOrThrow(tx, [{ ...back, code: 'bounty_refund' }]);
    });
    const spending = world.run((tx) => world.funds.choose(tx, 'test', agent.id, DOLLAR));
    await expect(spending).rejects.toMatchObject({ code: 'account_frozen' });
    world.simulator.control.disputes.decide(dispute.id, 'lost');
    await world.deliver();
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['lost', 0n]);
    const borne =
      (await posted(world.accounts.losses())) - losses + reserve - (await posted(world.accounts.lossReserve()));
    expect(borne).toBe(30n * DOLLAR);
    expect(await world.run((tx) => world.freezes.isFrozen(tx, agent.id))).toBe(false);
  });

  it('that is only an inquiry freezes, takes nothing, and frees when it is closed', async () => {
    const { agent, charge } = await charged();
    const { id } = world.simulator.control.disputes.open(charge, { reason: 'inquiry' });
    await world.deliver();
    expect(await world.available(agent)).toBe(50n * DOLLAR);
    const choosing = world.run((tx) => world.funds.choose(tx, 'test', agent.id, DOLLAR));
    await expect(choosing).rejects.toMatchObject({ code: 'account_frozen' });
    world.simulator.control.disputes.decide(id, 'won');
    await world.deliver();
    expect(await world.run((tx) => world.funds.choose(tx, 'test', agent.id, DOLLAR))).toBe('card');
  });

  it('heard of before its payment brings the payment with it', async () => {
    const agent = await world.agent();
    const id = await world.begin(agent, 20n * DOLLAR, 'pm_card_threeDSecure2Required');
    const { action } = await world.service.get(agent, id);
    const intent = action!.client_secret.split('_secret_')[0]!;
    world.simulator.control.authenticate(intent, 'agrees');
    const { latest_charge } = await world.access.test.stripe.paymentIntents.retrieve(intent);
    world.simulator.control.disputes.open(String(latest_charge));
    await world.deliver((events) => events.slice(-1));
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['disputed', 0n]);
  });
});

describe('a refund', () => {
  it('sends back what is there, once, and keeps what Stripe took as a cost', async () => {
    const { agent, id } = await charged(30n * DOLLAR);
    await spend(agent, 12_345_678n);
    const command = world.command(agent, 'refund');
    const asked = await world.refunds.request(command, agent, id, null);
    expect(asked.result).toMatchObject({ state: 'requested', amount: '17.650000' });
    expect((await world.refunds.request(command, agent, id, null)).replayed).toBe(true);
    expect(await world.available(agent)).toBe(4_322n);
    await world.ops.pass();
    await world.deliver((events) => [...events, ...events].reverse());
    expect(await world.service.get(agent, id)).toMatchObject({ state: 'succeeded', refunded: '17.650000' });
    expect(await world.available(agent)).toBe(4_322n);
  });

  it('of all of it ends the top-up, and opens it again when the bank sends it back', async () => {
    const { agent, id, charge } = await charged(20n * DOLLAR);
    await world.refunds.request(world.command(agent, 'refund'), agent, id, 20n * DOLLAR);
    await world.ops.pass();
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['refunded', 0n]);
    const { data } = await world.access.test.stripe.refunds.list({ charge });
    world.simulator.control.refunds.fail(data[0]!.id);
    await world.deliver((events) => [...events].reverse());
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['succeeded', 20n * DOLLAR]);
  });

  it.each(['500_kept', '500_after', 'reset_after'] as const)('whose answer is lost (%s) is made once', async (how) => {
    const { agent, id, charge } = await charged(40n * DOLLAR);
    world.simulator.control.fail({ method: 'POST', path: '/v1/refunds', how, times: how === 'reset_after' ? 2 : 1 });
    await world.refunds.request(world.command(agent, 'refund'), agent, id, 10n * DOLLAR);
    for (let tries = 0; tries < 6; tries++) {
      await world.ops.pass();
      world.clock.advance(600_000);
    }
    const { data } = await world.access.test.stripe.refunds.list({ charge });
    expect(data.map(({ amount }) => amount)).toEqual([1_000]);
    expect(await world.available(agent)).toBe(30n * DOLLAR);
  });

  it('that the bank sent back before we heard of it counts for nothing, though others took its room past us', async () => {
    const { agent, id, charge } = await charged(20n * DOLLAR);
    world.simulator.control.fail({ method: 'POST', path: '/v1/refunds', how: 'reset_after', times: 2 });
    await world.refunds.request(world.command(agent, 'refund'), agent, id, 20n * DOLLAR);
    await world.ops.pass();
    const { refunds } = world.access.test.stripe;
    const [ours] = (await refunds.list({ charge })).data;
    world.simulator.control.refunds.fail(ours!.id);
    await world.deliver(() => []);
    await refunds.create({ charge, amount: 500 });
    await world.deliver();
    world.clock.advance(600_000);
    await world.ops.pass();
    expect(await world.service.get(agent, id)).toMatchObject({ state: 'succeeded', refunded: '5.000000' });
    // The five dollars found nothing of the agent's, for all of it was on its way back: the platform bore them.
    expect(await world.available(agent)).toBe(20n * DOLLAR);
  });

  it('that Stripe refuses gives back what was set aside', async () => {
    const { agent, id, charge } = await charged(20n * DOLLAR);
    await world.refunds.request(world.command(agent, 'refund'), agent, id, 20n * DOLLAR);
    world.simulator.control.disputes.open(charge);
    await world.ops.pass();
    expect(await world.available(agent)).toBe(20n * DOLLAR);
    await world.deliver();
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['disputed', 0n]);
  });

  it('made past us is borne like a dispute', async () => {
    const { agent, id, charge } = await charged(20n * DOLLAR);
    await world.access.test.stripe.refunds.create({ charge, amount: 500 });
    await world.deliver();
    expect(await world.available(agent)).toBe(15n * DOLLAR);
    expect(await world.service.get(agent, id)).toMatchObject({ refunded: '5.000000' });
  });

  it('of more than is left is refused, and so is one of a payment that never came', async () => {
    const { agent, id } = await charged(20n * DOLLAR);
    const more = world.refunds.request(world.command(agent, 'refund'), agent, id, 20_010_000n);
    await expect(more).rejects.toMatchObject({ code: 'insufficient_funds' });
    const failed = await world.begin(agent, 20n * DOLLAR, 'pm_card_chargeDeclined');
    const none = world.refunds.request(world.command(agent, 'refund'), agent, failed, null);
    await expect(none).rejects.toMatchObject({ code: 'top_up_state' });
    const other = world.refunds.request(world.command(agent, 'refund'), await world.agent(), id, null);
    await expect(other).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('an early fraud warning', () => {
  it('freezes the agent and sends back what is there; all of it back frees the agent', async () => {
    const { agent, id, charge } = await charged(20n * DOLLAR);
    world.simulator.control.warnOfFraud(charge);
    await world.deliver((events) => [...events, ...events]);
    expect(await world.run((tx) => world.freezes.isFrozen(tx, agent.id))).toBe(true);
    await world.ops.pass();
    await world.deliver();
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['refunded', 0n]);
    expect(await world.run((tx) => world.freezes.isFrozen(tx, agent.id))).toBe(false);
  });

  it('keeps an agent frozen that has spent some of it', async () => {
    const { agent, charge } = await charged(20n * DOLLAR);
    await spend(agent, 5n * DOLLAR);
    world.simulator.control.warnOfFraud(charge);
    await world.deliver();
    await world.ops.pass();
    await world.deliver();
    expect(await world.available(agent)).toBe(0n);
    expect(await world.run((tx) => world.freezes.isFrozen(tx, agent.id))).toBe(true);
  });
});

describe('automatic top-ups', () => {
  const settings = { below: 10n * DOLLAR, amount: 20n * DOLLAR, day_max: 40n * DOLLAR };

  it('charge the saved card when little is left, up to the daily cap', async () => {
    const agent = await world.agent();
    await world.cards.attach(agent, 'pm_card_visa');
    await world.automatic.set(world.command(agent, 'auto'), agent, settings);
    for (let round = 0; round < 4; round++) {
      expect(await world.automatic.pass()).toBe(round < 2 ? 1 : 0);
      expect(await world.automatic.pass()).toBe(0);
      await world.ops.pass();
      const has = await world.available(agent);
      if (has > 0n) await spend(agent, has - BigInt(round));
    }
    world.clock.advance(86_400_000);
    expect(await world.automatic.pass()).toBe(1);
    await world.ops.pass();
    await world.automatic.remove(agent);
  });

  it('stop when the card is declined, and go on when they are set again', async () => {
    const agent = await world.agent();
    const asked = { ...settings, payment_method: 'pm_card_chargeDeclined' };
    await world.automatic.set(world.command(agent, 'auto'), agent, asked);
    expect(await world.automatic.pass()).toBe(1);
    await world.ops.pass();
    expect(await world.automatic.get(agent)).toMatchObject({ stopped: 'card_declined' });
    expect(await world.automatic.pass()).toBe(0);
    await world.cards.attach(agent, 'pm_card_visa');
    await world.automatic.set(world.command(agent, 'auto'), agent, settings);
    expect(await world.automatic.pass()).toBe(1);
    await world.ops.pass();
    await world.automatic.remove(agent);
  });
});
