import { accountsOf } from '../accounts.js';
import { READ_PURPOSES } from './channel.calls.js';
import { channelWorld, type ChannelWorld } from './channel.fixture.js';

const PRICE = 10_000n;
const accounts = accountsOf('test', 'test_usd');

describe('the claimer', () => {
  let world: ChannelWorld;
  beforeAll(
    async () => (world = await channelWorld({ CLAIM_GAS_MULTIPLE: '50', CHAIN_GAS_COIN_PRICE: '3000.000000' })),
  );
  afterAll(() => world.end());
  const posted = (key: ReturnType<typeof accounts.fees>) =>
    world.db.unitOfWork.run(async (tx) => (await world.ledger.balance(tx, key)).posted);

  it('claims nothing that is not worth its gas, however much time passes', async () => {
    const channel = await world.opened(500_000n);
    await world.read(channel, 2, PRICE);
    for (let days = 0; days < 40; days++) {
      world.clock.advance(86_400_000);
      await world.claimer.pass();
    }
    expect(await world.operations(READ_PURPOSES.claim)).toEqual([]);
    await world.claimer.pass({ force: true });
    await world.finish();
    expect((await world.operations(READ_PURPOSES.claim)).map(({ state }) => state)).toEqual(['done']);
    expect(await world.balanceOf(world.readChain.receiver)).toBe(2n * PRICE);
  });

  it('claims of the others when one payer has emptied its channel, and books what that one still owed as lost', async () => {
    const before = await world.balanceOf(world.readChain.receiver);
    const [one, gone, two] = [await world.opened(500_000n), await world.opened(500_000n), await world.opened(500_000n)];
    for (const channel of [one, gone, two]) await world.read(channel, 3, PRICE);
    await world.drained(gone, 480_000n);
    const held = await posted(accounts.chain('channels'));
    await world.claimer.pass({ force: true });
    await world.finish();
    await world.refresh.pass();
    // Two of its three reads went with it: 20,000 were left of the 30,000 that were charged.
    for (const [channel, claimed] of [
      [one, 30_000n],
      [gone, 20_000n],
      [two, 30_000n],
    ] as const)
      expect(await world.row(channel.id)).toMatchObject({ claimed, charged: 30_000n });
    expect(await world.row(gone.id)).toMatchObject({ state: 'frozen', lost: 10_000n });
    expect((await world.balanceOf(world.readChain.receiver)) - before).toBe(80_000n);
    expect((await posted(accounts.chain('channels'))) - held).toBe(-10_000n);
    const kept = await posted(accounts.readReserve());
    expect([kept, await posted(accounts.readLosses())]).toEqual([0n, 10_000n - (11n * PRICE) / 50n]);
  });

  it('leaves out a channel whose claim fails for no reason that is known, and claims of the others', async () => {
    const [good, odd] = [await world.opened(500_000n), await world.opened(500_000n)];
    for (const channel of [good, odd]) await world.read(channel, 1, PRICE);
    await world.db.dataSource.query(`UPDATE channel SET signature = $2 WHERE id = $1`, [
      odd.id,
      `0x${'11'.repeat(64)}1b`,
    ]);
    await world.claimer.pass({ force: true });
    await world.finish();
    await world.refresh.pass();
    expect([(await world.row(good.id)).claimed, (await world.row(odd.id)).claimed]).toEqual([PRICE, 0n]);
    const queued = (await world.operations(READ_PURPOSES.claim)).length;
    await world.claimer.pass({ force: true });
    expect(await world.operations(READ_PURPOSES.claim)).toHaveLength(queued);
    const report = await world.db.unitOfWork.run((tx) => world.ledger.booksBalance(tx));
    expect(report.faults).toEqual([]);
  });
});
