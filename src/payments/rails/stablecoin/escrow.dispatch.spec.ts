import { authorizationOf, fundingMessage } from '@groundtruth/sdk/protocol';
import { readOperation } from '../../../platform/chain/index.js';
import { sql } from '../../../platform/database/index.js';
import { FUNDER, logOf, PRICE, stablecoinWorld, type World } from './escrow.fixture.js';

let world: World;
beforeAll(async () => (world = await stablecoinWorld()));
afterAll(() => world.end());

const operations = (entry: string) =>
  world.run((tx) =>
    sql<{ id: string }>(tx, `SELECT id FROM chain_operation WHERE id LIKE '%' || $1 || '%' ORDER BY seq`, [entry]),
  );

/** A funded entry with so many signed releases. */
async function ordered(count: number) {
  const entry = await world.offered();
  const { bounty, amount, fee, id } = entry;
  const args = { entry: id, bounty: `0x${'0'.repeat(64)}`, funder: FUNDER.address, amount };
  await world.run((tx) => world.logs.apply(tx, logOf('EntryFunded', args)));
  const captures: Awaited<ReturnType<typeof world.captured>>[] = [];
  for (let i = 0; i < count; i++) {
    const capture = await world.captured(bounty);
    await world.run((tx) => world.rail.settle(tx, { ...bounty, ...capture, pay: PRICE, fee }));
    await world.sign(capture.capture_id);
    captures.push(capture);
  }
  const paid = (index: number) =>
    logOf('CapturePaid', {
      entry: id,
      capture: captures[index]!.payout.commitment,
      to: captures[index]!.payout.to,
      amount: PRICE,
      fee,
    });
  return { ...entry, captures, paid };
}

describe('what is sent for an entry', () => {
  it('is the same authorization again after it was refused', async () => {
    const { bounty, amount, id, read } = await world.offered();
    const { chain, terms, valid_before } = await read();
    const message = fundingMessage(chain, terms, id, amount, Math.floor(valid_before / 1_000));
    const authorization = authorizationOf(message, await FUNDER.signTypedData(message));
    const hold = () => world.run((tx) => world.rail.hold(tx, bounty, amount, { authorization, payer: world.payer }));
    await hold();
    await hold();
    expect(await operations(id)).toHaveLength(1);
    await world.run((tx) => world.entries.advance(tx, id, 'refuse', world.clock.now()));
    await hold();
    expect(await operations(id)).toHaveLength(2);
  });

  it('waits for the rest of a batch whose logs are taken one after the other', async () => {
    const { id, paid } = await ordered(3);
    await world.dispatch.pass();
    expect(await operations(id)).toEqual([]);
    await world.run((tx) =>
      sql(tx, 'UPDATE release_batch SET signature = $2 WHERE entry = $1', [id, `0x${'6'.repeat(130)}`]),
    );
    await world.dispatch.pass();
    const sent = [{ id: `escrow.release:${id}:0:0` }];
    expect(await operations(id)).toEqual(sent);
    for (const index of [0, 1]) {
      await world.run((tx) => world.logs.apply(tx, paid(index)));
      await world.dispatch.pass();
      expect(await operations(id)).toEqual(sent);
    }
  });

  it('is sent anew after a pause when somebody was faster', async () => {
    const { id, captures, paid } = await ordered(1);
    await world.dispatch.pass();
    const [first] = await operations(id);
    expect(await world.run((tx) => readOperation(tx, first!.id))).toMatchObject({ state: 'queued' });
    await world.run(async (tx) => {
      const ended = [first!.id, new Date(world.clock.now())];
      await sql(
        tx,
        `UPDATE chain_operation SET state = 'refused', reason = 'OutOfOrder', ended_at = $2 WHERE id = $1`,
        ended,
      );
      await world.releases.countAttempt(tx, id, 0);
    });
    await world.dispatch.pass();
    expect(await operations(id)).toHaveLength(1);
    world.clock.advance(2_000);
    await world.dispatch.pass();
    expect(await operations(id)).toHaveLength(2);
    await world.run((tx) => world.logs.apply(tx, paid(0)));
    expect(await world.run((tx) => world.releases.of(tx, captures[0]!.capture_id))).toMatchObject({ attempt: 1 });
  });
});
