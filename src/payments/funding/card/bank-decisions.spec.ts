import type { Principal } from '../../../identity/index.js';
import { linked, single } from '../../linked.js';
import { transferId } from '../../../ledger/index.js';
import { cardWorld, DOLLAR, type CardWorld } from './card.fixture.js';

let world: CardWorld;
beforeAll(async () => (world = await cardWorld()));
afterAll(async () => {
  const report = await world.run((tx) => world.ledger.booksBalance(tx));
  const { faults, platform } = world.simulator.control.audit();
  const processor = await world.run((tx) => world.ledger.balance(tx, world.accounts.processor()));
  await world.end();
  expect([report.faults, faults, processor.posted]).toEqual([[], [], BigInt(platform) * 10_000n]);
});

async function charged(amount = 50n * DOLLAR) {
  const agent = await world.agent();
  const id = await world.begin(agent, amount);
  await world.deliver();
  return { agent, id, charge: (await world.run((tx) => world.topUps.get(tx, id)))!.charge! };
}

async function spend(agent: Principal, amount: bigint): Promise<void> {
  await world.run(async (tx) => {
    const keys = [world.accounts.available(agent.id), world.accounts.payable('ctr_of_the_tests')];
    const [from, to] = (await world.ledger.accounts(tx, keys)) as [bigint, bigint];
    const pay = { ...single(transferId(agent.id, 'pay'), from, to, amount), code: 'capture_pay' as const };
    await world.ledger.postOrThrow(tx, linked([pay]));
  });
}

const stateOf = async (caller: Principal, id: string) => (await world.service.get(caller, id)).state;
const isFrozen = (agent: Principal) => world.run((tx) => world.freezes.isFrozen(tx, agent.id));
const lost = async () => (await world.run((tx) => world.ledger.balance(tx, world.accounts.losses()))).posted;

describe('an inquiry that becomes a dispute', () => {
  it.each([2_000, 5_000])('about another sum (%i cents) freezes, and books what was taken', async (cents) => {
    const { agent, id, charge } = await charged();
    const { id: inquiry } = world.simulator.control.disputes.open(charge, { reason: 'inquiry', amount: 3_000 });
    await world.deliver();
    world.simulator.control.disputes.escalate(inquiry, cents);
    await world.deliver((events) => [...events, ...events].reverse());
    expect([await stateOf(agent, id), await isFrozen(agent)]).toEqual(['disputed', true]);
    expect(await world.available(agent)).toBe(50n * DOLLAR - BigInt(cents) * 10_000n);
    world.simulator.control.disputes.decide(inquiry, 'won');
    await world.deliver();
    expect([await world.available(agent), await isFrozen(agent)]).toEqual([50n * DOLLAR, false]);
  });

  it('after it was closed freezes the agent again', async () => {
    const { agent, charge } = await charged();
    const { id } = world.simulator.control.disputes.open(charge, { reason: 'inquiry' });
    world.simulator.control.disputes.decide(id, 'won');
    await world.deliver();
    expect(await isFrozen(agent)).toBe(false);
    world.simulator.control.disputes.escalate(id);
    await world.deliver();
    expect([await isFrozen(agent), await world.available(agent)]).toEqual([true, 0n]);
  });
});

describe('a bank', () => {
  it('that gives back a part restores that part, the platform’s first, and collects the rest from the agent', async () => {
    const { agent, charge } = await charged();
    await spend(agent, 40n * DOLLAR);
    const before = await lost();
    const { id } = world.simulator.control.disputes.open(charge);
    await world.deliver();
    expect([await world.available(agent), (await lost()) - before]).toEqual([0n, 40n * DOLLAR]);
    world.simulator.control.disputes.decide(id, 'won', 4_500);
    await world.deliver((events) => [...events, ...events]);
    expect([await world.available(agent), (await lost()) - before, await isFrozen(agent)]).toEqual([
      5n * DOLLAR,
      0n,
      false,
    ]);
  });

  it('that takes more than is left of a payment is borne to the end', async () => {
    const { agent, charge } = await charged();
    await world.access.test.stripe.refunds.create({ charge, amount: 2_000 });
    await world.deliver();
    const before = await lost();
    world.simulator.control.disputes.open(charge, { amount: 5_000 });
    await world.deliver();
    expect([await world.available(agent), (await lost()) - before, await isFrozen(agent)]).toEqual([
      0n,
      20n * DOLLAR,
      true,
    ]);
  });

  it('that gives back what was lost restores it', async () => {
    const { agent, id, charge } = await charged();
    const { id: dispute } = world.simulator.control.disputes.open(charge);
    world.simulator.control.disputes.decide(dispute, 'lost');
    await world.deliver();
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['lost', 0n]);
    world.simulator.control.disputes.reverse(dispute);
    await world.deliver();
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['succeeded', 50n * DOLLAR]);
  });

  it('that takes once more what it gave back is booked once more', async () => {
    const { agent, id, charge } = await charged();
    const { id: dispute } = world.simulator.control.disputes.open(charge);
    world.simulator.control.disputes.decide(dispute, 'won');
    await world.deliver();
    expect(await world.available(agent)).toBe(50n * DOLLAR);
    world.simulator.control.disputes.reverse(dispute);
    await world.deliver((events) => [...events, ...events].reverse());
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['lost', 0n]);
    world.simulator.control.disputes.reverse(dispute);
    await world.deliver();
    expect([await stateOf(agent, id), await world.available(agent)]).toEqual(['succeeded', 50n * DOLLAR]);
  });
});

describe('a warning of fraud', () => {
  it('told again after money came back does not ask for another refund, and does not fail', async () => {
    const { agent, charge } = await charged();
    await spend(agent, 20n * DOLLAR);
    const warning = world.simulator.control.warnOfFraud(charge);
    await world.deliver();
    await world.ops.pass();
    await world.run(async (tx) => {
      const keys = [world.accounts.payable('ctr_of_the_tests'), world.accounts.available(agent.id)];
      const [from, to] = (await world.ledger.accounts(tx, keys)) as [bigint, bigint];
      const back = single(transferId(agent.id, 'rest of a bounty'), from, to, 7n * DOLLAR);
      await world.ledger.postOrThrow(tx, [{ ...back, code: 'bounty_refund' }]);
    });
    world.simulator.control.emit('radar.early_fraud_warning.updated', warning);
    await world.deliver();
    await world.ops.pass();
    const { data } = await world.access.test.stripe.refunds.list({ charge });
    expect([data.map(({ amount }) => amount), await world.available(agent)]).toEqual([[3_000], 7n * DOLLAR]);
    expect((await world.waiting()).length).toBe(0);
  });
});

describe('an event of a contributor’s account', () => {
  it('about a thing that our own account does not have is put aside at once', async () => {
    world.simulator.control.emit('charge.succeeded', { id: 'py_of_theirs', object: 'charge' }, 'acct_of_theirs');
    world.simulator.control.emit(
      'payment_intent.succeeded',
      { id: 'pi_of_theirs', object: 'payment_intent' },
      'acct_of_theirs',
    );
    await world.deliver();
    expect((await world.waiting()).length).toBe(0);
  });
});
