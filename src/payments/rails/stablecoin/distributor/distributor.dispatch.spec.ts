import { randomBytes } from 'node:crypto';
import { distributorAbi } from '@groundtruth/sdk/abi';
import { awardTree } from '@groundtruth/sdk/protocol';
import { decodeFunctionData, type Hex } from 'viem';
import { seconds } from '../../../../kernel/clock.js';
import { mintId } from '../../../../kernel/ids.js';
import { sql } from '../../../../platform/database/index.js';
import { stablecoinWorld, VIEW, type World } from '../escrow.fixture.js';

let world: World;
beforeAll(async () => (world = await stablecoinWorld()));
beforeEach(() =>
  world.bare((tx) => sql(tx, 'TRUNCATE chain_operation, award, distributor_leaf, distributor_root CASCADE')),
);
afterAll(() => world.end());

const random = (bytes: number): Hex => `0x${randomBytes(bytes).toString('hex')}`;
const DOLLAR = 1_000_000n;

/** An active root that owes each of these accounts so much, none of which is claimed. */
async function active(sums: readonly bigint[]): Promise<Hex[]> {
  const leaves = sums.map((cumulative) => ({ account: random(20), cumulative, salt: random(32) }));
  const total = sums.reduce((sum, one) => sum + one, 0n);
  const [id, created_at] = [mintId('payout_root'), world.clock.now()];
  const { root } = awardTree(leaves);
  await world.bare(async (tx) => {
    await world.roots.insert(tx, { id, mode: 'test', chain: VIEW, epoch: 1, root, total, created_at }, leaves);
    await world.roots.advance(tx, id, 'propose', created_at, { active_at: new Date(created_at) });
    for (const { account, cumulative } of leaves)
      await sql(
        tx,
        `INSERT INTO award (capture_id, mode, distributor, account, amount, upto, covered, created_at)
         VALUES ($1, 'test', $2, $3, $4, $4, true, now())`,
        [mintId('capture'), VIEW.distributor, account, cumulative],
      );
  });
  return leaves.map(({ account }) => account);
}

const claimed = (account: Hex) =>
  world.bare((tx) => sql(tx, `UPDATE award SET claimed_by = 'log' WHERE account = $1`, [account]));

/** What was queued since the last look, as the accounts that each transaction claims for. */
async function sent(): Promise<Hex[][]> {
  await world.distributor_dispatch.pass();
  const rows = await world.run((tx) =>
    sql<{ id: string; data: Buffer }>(tx, `SELECT id, data FROM chain_operation WHERE state = 'queued' ORDER BY seq`),
  );
  await world.run((tx) => sql(tx, `UPDATE chain_operation SET state = 'sent' WHERE state = 'queued'`));
  return rows.map(({ data }) => {
    const { args } = decodeFunctionData({ abi: distributorAbi, data: `0x${data.toString('hex')}` });
    return (args![0] as readonly { account: Hex }[]).map(({ account }) => account.toLowerCase() as Hex);
  });
}

const end = (state: 'done' | 'refused') =>
  world.run((tx) =>
    sql(
      tx,
      state === 'done'
        ? `UPDATE chain_operation SET state = 'done', mined_block = 1, mined_block_hash = '', mined_hash = '', fee_paid = 0, ended_at = $1
            WHERE ended_at IS NULL`
        : `UPDATE chain_operation SET state = 'refused', reason = 'Blocked', ended_at = $1 WHERE ended_at IS NULL`,
      [new Date(world.clock.now())],
    ),
  );

describe('claims that the relayer sends', () => {
  it('are for who is owed enough, and sent once, whoever claims for himself meanwhile', async () => {
    const [one, other, , third] = await active([2n * DOLLAR, 3n * DOLLAR, DOLLAR - 1n, 4n * DOLLAR]);
    expect(await sent()).toEqual([[one, other, third]]);
    for (const account of [one!, third!]) {
      await claimed(account);
      expect(await sent()).toEqual([]);
    }
    await end('done');
    expect(await sent()).toEqual([]);
    world.clock.advance(seconds(601));
    expect(await sent()).toEqual([[other]]);
  });

  it('go one by one when together they came to nothing, so that no account holds up another for ever', async () => {
    const [blocked, other, third] = await active([2n * DOLLAR, 3n * DOLLAR, 4n * DOLLAR]);
    expect(await sent()).toEqual([[blocked, other, third]]);
    await end('refused');
    expect(await sent()).toEqual([[blocked], [other], [third]]);
    await claimed(other!);
    await claimed(third!);
    await end('refused');
    expect(await sent()).toEqual([]);
    world.clock.advance(seconds(3));
    expect(await sent()).toEqual([[blocked]]);
  });

  it('are asked for ever less often while they come to nothing', async () => {
    await active([2n * DOLLAR]);
    let asked = 0;
    for (let half_hour = 0; half_hour < 48; half_hour++) {
      asked += (await sent()).length;
      await end('refused');
      world.clock.advance(seconds(1_800));
    }
    expect(asked).toBeLessThan(20);
  });

  it('lie as deep as the greatest of them must before they count as done', async () => {
    await active([2n * DOLLAR, 1_000n * DOLLAR]);
    await sent();
    const depth = `SELECT DISTINCT confirmations FROM chain_operation`;
    expect(await world.run((tx) => sql(tx, depth))).toEqual([{ confirmations: 'finalized' }]);
  });
});
