import { randomBytes } from 'node:crypto';
import type { Id } from '@groundtruth/sdk/protocol';
import { keccak256, type Hex } from 'viem';
import { seconds, type Instant } from '../../../../kernel/clock.js';
import { mintId } from '../../../../kernel/ids.js';
import { loadConfig } from '../../../../platform/config/index.js';
import { sql } from '../../../../platform/database/index.js';
import type { PolicyGate } from '../../../../policy/index.js';
import { distributorLogOf, PRICE, stablecoinWorld, VIEW, type World } from '../escrow.fixture.js';
import type { RootRow } from './award.entity.js';
import { RootDraft } from './root.draft.js';

let world: World;
beforeAll(async () => (world = await stablecoinWorld()));
beforeEach(() => world.bare((tx) => sql(tx, 'TRUNCATE award, distributor_leaf, distributor_root')));
afterAll(() => world.end());

const INTERVAL_S = 3_600;
const KEY = { mode: VIEW.mode, distributor: VIEW.distributor };
const wallet = (): Hex => `0x${randomBytes(20).toString('hex')}`;

async function award(account: Hex, contributor_id = mintId('contributor')): Promise<void> {
  const { bounty } = await world.offered();
  const { capture_id } = await world.captured(bounty, account, contributor_id);
  await world.bare((tx) => world.awards.add(tx, { ...KEY, capture_id, account, amount: PRICE }, world.clock.now()));
}

/** A draft whose policy lets nobody be paid who is in `listed`, with what it was asked. */
function drafting(listed: readonly Id<'contributor'>[] = []) {
  const asked: (readonly string[])[] = [];
  const look = (_tx: unknown, _stage: string, { parties }: { parties: readonly { id: Id<'contributor'> }[] }) => {
    asked.push(parties.map(({ id }) => id).sort());
    return Promise.resolve({ outcome: parties.some(({ id }) => listed.includes(id)) ? 'hold' : 'allow' });
  };
  const policy = { look } as unknown as PolicyGate;
  const config = loadConfig({ CHAIN_ROOT_INTERVAL_S: String(INTERVAL_S) });
  const draft = new RootDraft(world.awards, world.roots, policy, world.clock, config);
  return { asked, next: () => world.run((tx) => draft.next(tx, VIEW, world.clock.now())) };
}

/** As the chain shows it: from `active_at` on, by the world's clock. */
async function proposed({ epoch, root, total }: RootRow, active_at: Instant): Promise<void> {
  const args = { epoch: BigInt(epoch), root, total, activeAt: BigInt(active_at / 1_000), uri: '' };
  await world.run((tx) => world.distributor.apply(tx, distributorLogOf('RootProposed', args)));
}

const leavesOf = async (id: string) => world.run((tx) => world.roots.leaves(tx, id));

describe('the next root', () => {
  it('asks policy about all whose wallet it is', async () => {
    const [shared, own] = [wallet(), wallet()];
    const [clean, listed, other] = [mintId('contributor'), mintId('contributor'), mintId('contributor')];
    await award(shared, listed);
    await award(shared, clean);
    await award(own, other);
    const { asked, next } = drafting([listed]);
    const row = await next();
    expect(asked).toContainEqual([clean, listed].sort());
    expect((await leavesOf(row!.id)).map(({ account }) => account)).toEqual([own]);
  });

  it('asks about a sum that policy withholds once in an interval, and at once when it has grown', async () => {
    const [account, listed] = [wallet(), mintId('contributor')];
    await award(account, listed);
    const { asked, next } = drafting([listed]);
    for (let pass = 0; pass < 3; pass++) expect(await next()).toBeNull();
    expect(asked).toHaveLength(1);
    await award(account, listed);
    await next();
    expect(asked).toHaveLength(2);
    world.clock.advance(seconds(INTERVAL_S));
    await next();
    expect(asked).toHaveLength(3);
  });

  it('has first who gets more, and nobody at a place that lasts', async () => {
    const accounts = Array.from({ length: 24 }, wallet);
    for (const account of accounts) await award(account);
    const { next } = drafting();
    const first = (await next())!;
    const before = (await leavesOf(first.id)).map(({ account }) => account);
    await proposed(first, world.clock.now());
    world.clock.advance(seconds(INTERVAL_S + 1));
    const risen = accounts.slice(0, 2);
    for (const account of risen) await award(account);
    const after = (await leavesOf((await next())!.id)).map(({ account }) => account);
    expect([...after].sort()).toEqual([...accounts].sort());
    expect(after.slice(0, 2).sort()).toEqual([...risen].sort());
    const stayed = (order: Hex[]): Hex[] => order.filter((account) => !risen.includes(account));
    expect(stayed(after)).not.toEqual(stayed(before));
    expect(stayed(after)).not.toEqual(stayed([...accounts].sort()));
  });

  it('is shown beside the one that is active until it is active itself', async () => {
    const account = wallet();
    const { next } = drafting();
    await award(account);
    const first = (await next())!;
    await proposed(first, world.clock.now());
    world.clock.advance(seconds(INTERVAL_S + 1));
    await award(account);
    const second = (await next())!;
    const from = world.clock.now() + seconds(INTERVAL_S);
    await proposed(second, from);
    const shown = async (at: Instant | null, whose = account) =>
      (await world.run((tx) => world.roots.naming(tx, KEY, whose, at))).map(({ epoch }) => epoch);
    expect(await shown(world.clock.now())).toEqual([first.epoch, second.epoch]);
    expect(await shown(from - 1)).toEqual([first.epoch, second.epoch]);
    expect(await shown(from)).toEqual([second.epoch]);
    expect(await shown(null)).toEqual([first.epoch, second.epoch]);
    expect(await shown(null, wallet())).toEqual([]);
  });

  it('is at once a new one where a foreign root was that a reorganisation has taken back', async () => {
    await award(wallet());
    const args = {
      epoch: 1n,
      root: keccak256('0x01'),
      total: 1n,
      activeAt: BigInt(world.clock.now() / 1_000),
      uri: '',
    };
    const log = distributorLogOf('RootProposed', args);
    await world.run((tx) => world.distributor.apply(tx, log));
    await world.run((tx) => world.distributor.reverse(tx, log));
    const row = (await drafting().next())!;
    expect(await leavesOf(row.id)).toHaveLength(1);
  });
});
