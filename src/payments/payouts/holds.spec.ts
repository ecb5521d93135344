import type { Principal } from '../../identity/index.js';
import { DOLLAR } from '../funding/card/card.fixture.js';
import { bankWorld, type BankWorld, type Person } from './bank.fixture.js';

const DAY_MS = 86_400_000;
const FIFTY = 50n * DOLLAR;
let world: BankWorld;
beforeAll(async () => {
  world = await bankWorld({ TOP_UP_MAX: '5000.000000', CARD_PAYOUT_MIN: '25.000000' });
  await world.begin(await world.agent(), 2_000n * DOLLAR); // What the platform pays fees and losses from.
});
afterAll(async () => {
  await world.settleDown();
  world.pass(DAY_MS);
  const result = await world.reconciliations.run('test', '2026-01-01');
  const report = await world.run((tx) => world.ledger.booksBalance(tx));
  const { faults } = world.simulator.control.audit();
  await world.end();
  expect([result!.findings, report.faults, faults]).toEqual([[], [], []]);
});

/** An agent charges a card and pays somebody with it. */
async function paid(who: Person, amount = FIFTY): Promise<{ agent: Principal; charge: string }> {
  const agent = await world.agent();
  const id = await world.begin(agent, 100n * DOLLAR);
  await world.settleDown();
  await world.settle(await world.bounty(agent, amount), who, amount);
  return { agent, charge: (await world.run((tx) => world.topUps.get(tx, id)))!.charge! };
}
const held = (who: Person) => world.run((tx) => world.earnings.held(tx, 'test', who.id, world.clock.now()));
const statesOf = async (who: Person) => (await world.payoutsOf(who)).map(({ state }) => state);
async function nextBatch(): Promise<void> {
  world.pass(DAY_MS);
  await world.plan();
  await world.settleDown();
}

describe('what was earned from an agent whose card is in doubt', () => {
  it('stays while the agent is frozen, and other money leaves; it is paid when the dispute is won', async () => {
    const who = await world.person();
    const { charge } = await paid(who);
    await paid(who, 30n * DOLLAR);
    const dispute = world.simulator.control.disputes.open(charge);
    await world.settleDown();
    world.pass(20 * DAY_MS);
    await nextBatch();
    expect(await world.payoutsOf(who)).toMatchObject([{ state: 'sent', amount: 30n * DOLLAR }]);
    expect([await world.earned(who), await held(who)]).toEqual([{ available: FIFTY, maturing: FIFTY }, FIFTY]);
    world.simulator.control.disputes.decide(dispute.id, 'won');
    await world.settleDown();
    await nextBatch();
    expect((await world.payoutsOf(who))[0]).toMatchObject({ state: 'sent', amount: FIFTY });
  });

  it('stays for two more weeks when the dispute is lost, and is paid then: nobody is clawed back without a finding', async () => {
    const who = await world.person();
    const { charge } = await paid(who);
    const dispute = world.simulator.control.disputes.open(charge);
    await world.settleDown();
    world.pass(20 * DAY_MS);
    world.simulator.control.disputes.decide(dispute.id, 'lost');
    await world.settleDown();
    world.pass(12 * DAY_MS);
    await nextBatch();
    expect(await statesOf(who)).toEqual([]);
    await nextBatch();
    await nextBatch();
    expect(await world.payoutsOf(who)).toMatchObject([{ state: 'sent', amount: FIFTY }]);
  });

  it('stays after a warning of fraud too, also what is accepted only then; an operator frees it by freeing the agent', async () => {
    const who = await world.person();
    const agent = await world.agent();
    const id = await world.begin(agent, 100n * DOLLAR);
    await world.settleDown();
    const bounty = await world.bounty(agent, 80n * DOLLAR);
    await world.settle(bounty, who, 40n * DOLLAR);
    world.pass(20 * DAY_MS);
    world.simulator.control.warnOfFraud((await world.run((tx) => world.topUps.get(tx, id)))!.charge!);
    await world.settleDown();
    expect(await world.run((tx) => world.rail.takesWork(tx, bounty))).toBe(false);
    await world.settle(bounty, who, 40n * DOLLAR);
    await nextBatch();
    expect(await world.payoutsOf(who)).toMatchObject([{ state: 'sent', amount: 40n * DOLLAR }]);
    expect(await held(who)).toBe(40n * DOLLAR);
    await world.run((tx) => world.freezes.liftAll(tx, agent.id, world.clock.now()));
    expect(await world.run((tx) => world.rail.takesWork(tx, bounty))).toBe(true);
    await nextBatch();
    expect(await statesOf(who)).toEqual(['sent', 'sent']);
  });

  it('is not called back once it was old enough', async () => {
    const who = await world.person();
    const { charge } = await paid(who);
    world.pass(15 * DAY_MS);
    world.simulator.control.disputes.open(charge);
    await world.settleDown();
    await nextBatch();
    expect(await statesOf(who)).toEqual(['sent']);
  });

  it('does not leave by a payout that was planned before, unless Stripe has been asked already', async () => {
    const who = await world.person();
    await paid(who);
    world.pass(15 * DAY_MS);
    const stopped = await world.person();
    await paid(stopped);
    world.pass(15 * DAY_MS);
    await world.plan();
    expect([await statesOf(who), await statesOf(stopped)]).toEqual([['planned'], ['planned']]);
    const stop = await world.run((tx) => world.stops.stop(tx, 'test', 'operator', 'a suspicion'));
    await world.settleDown();
    expect(await world.payoutsOf(who)).toMatchObject([{ state: 'refused', reason: 'held: operator' }]);
    expect([await world.owed(who), await world.owed(who, 'inTransit')]).toEqual([FIFTY, 0n]);
    await world.run((tx) => world.stops.lift(tx, 'test', stop.id, 'opr_1'));
    await nextBatch();
    expect(await statesOf(who)).toEqual(['sent', 'refused']);
  });

  it('planned for an account that was then closed to transfers, or held by an operator, stays too', async () => {
    const who = await world.person();
    const { agent } = await paid(who);
    world.pass(15 * DAY_MS);
    await world.decide(agent, who, 'hold'); // It was free already: what is free is not called back.
    expect(await held(who)).toBe(0n);
    const other = await world.person();
    const { agent: suspect } = await paid(other);
    await world.decide(suspect, other, 'hold');
    world.pass(15 * DAY_MS);
    await nextBatch();
    expect([await statesOf(who), await statesOf(other)]).toEqual([['sent'], []]);
  });
});

describe('an operator who finds that agent and contributor work together', () => {
  it('takes what has not left, once, and only what came from that agent; what still comes is held', async () => {
    const who = await world.person();
    const { agent } = await paid(who);
    await paid(who, 30n * DOLLAR);
    const reserve = async () =>
      (await world.run((tx) => world.ledger.balance(tx, world.accounts.lossReserve()))).posted;
    const before = await reserve();
    const { result } = await world.decide(agent, who, 'collusion');
    expect(result).toMatchObject({ state: 'colluding', taken: '50.000000', not_left: '0.000000', cause: 'operator' });
    expect([(await reserve()) - before, await world.owed(who)]).toEqual([FIFTY, 30n * DOLLAR]);
    await world.decide(agent, who, 'collusion');
    expect(await world.owed(who)).toBe(30n * DOLLAR);
    await world.settle(await world.bounty(agent, 20n * DOLLAR), who, 20n * DOLLAR);
    world.pass(30 * DAY_MS);
    await nextBatch();
    expect(await world.payoutsOf(who)).toMatchObject([{ amount: 30n * DOLLAR }]);
    expect(await held(who)).toBe(20n * DOLLAR);
    expect((await world.decide(agent, who, 'collusion')).result).toMatchObject({ taken: '70.000000' });
    expect(await world.owed(who)).toBe(0n);
  });

  it('cannot take what has left, and can release what a freeze holds', async () => {
    const who = await world.person();
    const { agent } = await paid(who);
    world.pass(15 * DAY_MS);
    await nextBatch();
    expect((await world.decide(agent, who, 'collusion')).result).toMatchObject({ taken: '0.000000' });
    const honest = await world.person();
    const { agent: thief, charge } = await paid(honest);
    world.simulator.control.disputes.open(charge);
    await world.settleDown();
    world.pass(20 * DAY_MS);
    expect(await held(honest)).toBe(FIFTY);
    expect((await world.decide(thief, honest, 'release')).result).toMatchObject({ state: 'released' });
    await nextBatch();
    expect(await statesOf(honest)).toEqual(['sent']);
  });

  it('is asked about pairs that look like one', async () => {
    const who = await world.person();
    const { agent } = await paid(who);
    const pair = { mode: 'test' as const, agent_id: agent.id as `agt_${string}` as never, contributor_id: who.id };
    await world.run((tx) => world.holds.suspect(tx, pair, world.clock.now()));
    world.pass(30 * DAY_MS);
    await nextBatch();
    expect(await statesOf(who)).toEqual([]);
    expect((await world.listHolds()).data[0]).toMatchObject({ state: 'held', cause: 'linked', not_left: '50.000000' });
    await world.decide(agent, who, 'release');
    await world.run((tx) => world.holds.suspect(tx, pair, world.clock.now()));
    await nextBatch();
    expect(await statesOf(who)).toEqual(['sent']);
  });
});

describe('an agent', () => {
  it('is not known for longer by a first charge of which something went back to its card', async () => {
    const who = await world.person();
    const agent = await world.agent();
    const first = await world.begin(agent, 100n * DOLLAR);
    world.pass(31 * DAY_MS);
    await world.begin(agent, 100n * DOLLAR);
    await world.settleDown();
    await world.settle(await world.bounty(agent, FIFTY), who, FIFTY);
    world.pass(8 * DAY_MS);
    expect((await world.earned(who)).maturing).toBe(0n);
    await world.refunds.request(world.command(agent, 'refund'), agent, first, 99n * DOLLAR);
    await world.settleDown();
    expect((await world.earned(who)).maturing).toBe(FIFTY);
    world.pass(7 * DAY_MS);
    expect((await world.earned(who)).maturing).toBe(0n);
  });
});
