import { mintId } from '../kernel/ids.js';
import { transferId } from '../ledger/index.js';
import { loadConfig } from '../platform/config/index.js';
import { accountsOf } from './accounts.js';
import { cardWorld, DOLLAR, type CardWorld } from './funding/card/card.fixture.js';
import { BountyAccount } from './bounty.account.js';
import { single } from './linked.js';
import { BalanceRail } from './rails/balance.rail.js';
import { ReadTill } from './read.till.js';

describe('prepaid money', () => {
  let world: CardWorld;
  beforeAll(async () => (world = await cardWorld()));
  afterAll(() => world.end());

  const sandbox = accountsOf('test', 'sandbox');
  const credit = (agentId: string, amount: bigint) =>
    world.run(async (tx) => {
      const [from, to] = await world.ledger.accounts(tx, [sandbox.issuer(), sandbox.available(agentId)]);
      const transfer = single(transferId(agentId, 'sandbox'), from!, to!, amount);
      await world.ledger.postOrThrow(tx, [{ ...transfer, code: 'sandbox_credit' }]);
    });
  const choose = (agentId: string, amount: bigint) =>
    world.run((tx) => world.funds.choose(tx, 'test', agentId, amount));

  it('is the sandbox’s where that covers all of it, else the card’s, and never of both', async () => {
    const agent = await world.agent();
    await credit(agent.id, 10n * DOLLAR);
    await world.begin(agent, 20n * DOLLAR);
    expect(await choose(agent.id, 10n * DOLLAR)).toBe('sandbox');
    expect(await choose(agent.id, 10n * DOLLAR + 1n)).toBe('card');
    expect(await choose(agent.id, 20n * DOLLAR)).toBe('card');
    await expect(choose(agent.id, 20n * DOLLAR + 1n)).rejects.toMatchObject({ code: 'insufficient_funds' });
    expect(await world.run((tx) => world.funds.most(tx, 'test', agent.id))).toBe(20n * DOLLAR);
  });

  it('holds a bounty once, of the fund it began with, and returns it there', async () => {
    const agent = await world.agent();
    await credit(agent.id, 10n * DOLLAR);
    await world.begin(agent, 20n * DOLLAR);
    const rail = new BalanceRail(world.ledger, new BountyAccount(world.ledger, loadConfig({})), world.funds);
    const bounty = {
      mode: 'test',
      bounty_id: mintId('bounty'),
      agent_id: agent.id,
      rail: 'balance',
      fund: 'sandbox',
    } as const;
    const hold = () => world.run((tx) => rail.hold(tx, bounty, 10n * DOLLAR));
    expect(await hold()).toEqual({ state: 'held', fund: 'sandbox' });
    expect(await hold()).toEqual({ state: 'held', fund: 'sandbox' });
    expect(await world.available(agent)).toBe(20n * DOLLAR);
    const other = { ...bounty, bounty_id: mintId('bounty') };
    const { fund } = await world.run((tx) => rail.hold(tx, other, 15n * DOLLAR));
    expect([fund, await world.available(agent)]).toEqual(['card', 5n * DOLLAR]);
    await world.run((tx) => rail.refundRest(tx, { ...other, fund }));
    expect(await world.available(agent)).toBe(20n * DOLLAR);
  });

  it('splits a read on the ledger of the fund that pays for it', async () => {
    const [reader, funder] = [await world.agent(), await world.agent()];
    await world.begin(reader, 20n * DOLLAR);
    const till = new ReadTill(world.ledger, world.funds);
    const read = {
      mode: 'test' as const,
      observation_id: 'obs_1' as never,
      reader_id: reader.id,
      contributor_id: 'ctr_reads',
      funders: [{ agent_id: funder.id, amount: 1n }],
      price: DOLLAR,
    };
    await world.run((tx) => till.charge(tx, read));
    await world.run((tx) => till.charge(tx, read));
    expect([await world.available(reader), await world.available(funder)]).toEqual([19n * DOLLAR, DOLLAR / 5n]);
    const { faults } = await world.run((tx) => world.ledger.booksBalance(tx));
    expect(faults).toEqual([]);
  });
});
