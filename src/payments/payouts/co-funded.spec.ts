import type { Id } from '@groundtruth/sdk/protocol';
import type { Principal } from '../../identity/index.js';
import { mintId } from '../../kernel/ids.js';
import { DOLLAR } from '../funding/card/card.fixture.js';
import { bankWorld, type BankWorld } from './bank.fixture.js';

const DAY_MS = 86_400_000;
let world: BankWorld;
beforeAll(async () => {
  world = await bankWorld({ TOP_UP_MAX: '5000.000000' });
});
afterAll(() => world.end());

async function charged(): Promise<{ agent: Principal; charge: string }> {
  const agent = await world.agent();
  const id = await world.begin(agent, 100n * DOLLAR);
  await world.settleDown();
  return { agent, charge: (await world.run((tx) => world.topUps.get(tx, id)))!.charge! };
}

describe('card money of several agents in one bounty', () => {
  it('matures for each by its own charges, is in doubt when one of them is, and returns to each', async () => {
    const early = await charged();
    world.pass(10 * DAY_MS);
    const late = await charged();
    const who = await world.person();
    const bounty = await world.bounty(early.agent, 60n * DOLLAR);
    const agent_id = late.agent.id as Id<'agent'>;
    const pledges = [30n, 10n].map((amount) => ({ id: mintId('pledge'), agent_id, amount: amount * DOLLAR }));
    for (const pledge of pledges) await world.run((tx) => world.rail.pledge(tx, bounty, pledge));
    await world.run((tx) => world.rail.withdraw(tx, bounty, pledges[1]!));
    expect(await world.run((tx) => world.rail.funders(tx, bounty))).toEqual(
      [
        { agent_id: early.agent.id, amount: 60n * DOLLAR },
        { agent_id, amount: 30n * DOLLAR },
      ].sort((one, other) => (one.agent_id < other.agent_id ? -1 : 1)),
    );
    await world.settle(bounty, who, 10n * DOLLAR + 1n);

    // Fourteen days for the money of somebody new: two thirds of it, four days from now.
    expect(await world.earned(who)).toEqual({ available: 10n * DOLLAR + 1n, maturing: 10n * DOLLAR + 1n });
    world.pass(5 * DAY_MS);
    const young = (await world.earned(who)).maturing;
    expect([3_333_333n, 3_333_334n]).toContain(young);

    world.simulator.control.disputes.open(late.charge);
    await world.settleDown();
    expect(await world.run((tx) => world.rail.takesWork(tx, bounty))).toBe(false);
    world.pass(20 * DAY_MS);
    expect((await world.earned(who)).maturing).toBe(young);
    await world.run((tx) => world.freezes.liftAll(tx, late.agent.id, world.clock.now()));
    expect(await world.run((tx) => world.rail.takesWork(tx, bounty))).toBe(true);

    const back = await world.run((tx) => world.rail.refundRest(tx, bounty));
    const parts = new Map(back.map((part) => [part.agent_id, part.amount]));
    expect([...parts.values()].reduce((a, b) => a + b, 0n)).toBe(80n * DOLLAR - 1n);
    expect(parts.get(early.agent.id)! / 2n - parts.get(late.agent.id)!).toBeLessThanOrEqual(1n);
    expect(await world.run((tx) => world.rail.held(tx, bounty))).toBe(0n);
  });
});
