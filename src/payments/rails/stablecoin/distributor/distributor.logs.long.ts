import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { keccak256, numberToHex, type Hex } from 'viem';
import { seconds } from '../../../../kernel/clock.js';
import { mintId } from '../../../../kernel/ids.js';
import type { ChainLog } from '../../../../platform/chain/index.js';
import { sql } from '../../../../platform/database/index.js';
import { accountsOf } from '../../../accounts.js';
import { distributorLogOf, FUNDER, logOf, PRICE, SLOTS, stablecoinWorld, VIEW, type World } from '../escrow.fixture.js';
import { poolOfReleases } from '../releases.repository.js';

let world: World;
beforeAll(async () => (world = await stablecoinWorld()));
afterAll(() => world.end());

const DELAY_S = 3_600;
const KEY = { mode: VIEW.mode, distributor: VIEW.distributor };
const accounts = accountsOf('test', 'test_usd');
const distributor = accounts.chain('distributor');
const unexplained = { ...distributor, code: 'platform_losses' as const };

/** What a block changed. */
interface Mined {
  log: ChainLog;
  readonly of: 'escrow' | 'distributor';
  readonly into: bigint;
  /** For whom, a price each. */
  readonly payees?: readonly (string | null)[];
  /** Whom a claim paid, and up to which sum. */
  readonly claim?: { readonly account: Hex; readonly upto: bigint };
}

/** A Distributor, the escrow entry that pays it, and a chain about both that can change its mind. */
class Story {
  private readonly chain: Mined[] = [];
  private readonly settled: { contributor_id: string; account: Hex }[] = [];
  /** Two wallets of their own, and one of two contributors. */
  private readonly payees = [0, 1, 2, 3].map(() => ({
    account: `0x${randomBytes(20).toString('hex')}` as Hex,
    contributor_id: mintId('contributor'),
  }));
  private chain_now = world.clock.now();
  private salt = 0n;
  /** A claim by a foreign root may pay for what was not yet awarded: nobody's award is marked for it. */
  private stolen = false;

  private constructor(private readonly entry: Awaited<ReturnType<World['offered']>>) {
    this.payees[3]!.account = this.payees[2]!.account;
  }

  static async begin(): Promise<Story> {
    const story = new Story(await world.offered());
    await world.bare((tx) => sql(tx, 'TRUNCATE award, distributor_leaf, distributor_root'));
    const { id, amount } = story.entry;
    const args = { entry: id, bounty: `0x${'0'.repeat(64)}`, funder: FUNDER.address, amount };
    await world.run((tx) => world.logs.apply(tx, logOf('EntryFunded', args)));
    story.tokens_before = await story.booked();
    return story;
  }

  /** Of earlier stories on the same ledger. */
  private tokens_before = 0n;
  private get tokens(): bigint {
    return this.chain.reduce((sum, { into }) => sum + into, 0n);
  }
  private claimedOf(account: Hex): bigint {
    return this.chain.reduce(
      (most, { claim }) => (claim?.account === account && claim.upto > most ? claim.upto : most),
      0n,
    );
  }
  /** What the chain shows that the Distributor was paid for an account. */
  private paidFor(account: Hex): bigint {
    return PRICE * BigInt(this.chain.flatMap(({ payees = [] }) => payees).filter((payee) => payee === account).length);
  }
  private async booked(): Promise<bigint> {
    return (await world.posted(distributor)) + (await world.posted(unexplained));
  }

  private async mine(mined: Mined): Promise<void> {
    const handler = mined.of === 'escrow' ? world.logs : world.distributor;
    await world.run((tx) => handler.apply(tx, mined.log));
    this.chain.push(mined);
  }

  async settle(which: number): Promise<void> {
    if (this.settled.length === SLOTS) return;
    const { account, contributor_id } = this.payees[which % this.payees.length]!;
    const capture = await world.captured(this.entry.bounty, account, contributor_id);
    const { bounty, fee } = this.entry;
    await world.run((tx) => world.rail.settle(tx, { ...bounty, ...capture, pay: PRICE, fee }));
    await world.sign(capture.capture_id);
    this.settled.push({ contributor_id, account });
  }

  /** One release, or several in one sum. */
  async pay(pooled: boolean): Promise<void> {
    const { id: entry, fee } = this.entry;
    const rows = await world.run((tx) => world.releases.nextSigned(tx, entry, pooled ? SLOTS : 1));
    if (rows.length === 0) return;
    if (rows.length === 1) {
      const { commitment: capture, pay_to: to } = rows[0]!;
      const log = logOf('CapturePaid', { entry, capture, to, amount: PRICE, fee });
      return this.mine({ of: 'escrow', log, into: PRICE, payees: [rows[0]!.pay_for] });
    }
    const asked = await world.run((tx) => world.releases.batch(tx, entry, rows, world.clock.now()));
    const pool = rows.filter(({ seq }) => seq <= asked.last_seq);
    const { capturesRoot, count, total, fee: fees } = poolOfReleases(pool);
    const log = logOf('PoolPaid', { entry, capturesRoot, count: BigInt(count), total, fee: fees });
    await this.mine({ of: 'escrow', log, into: total, payees: pool.map(({ pay_for }) => pay_for) });
  }

  /** Drafted and signed; then the chain shows it, or another one of the same epoch. */
  async propose(foreign: boolean): Promise<void> {
    const before = await world.run((tx) => world.roots.standing(tx, KEY, null));
    const row = await world.run((tx) => world.draft.next(tx, VIEW, this.chain_now));
    if (!row || (before && before.active_at! > this.chain_now)) return;
    await world.run((tx) => sql(tx, `UPDATE distributor_root SET signature = '0x' WHERE id = $1`, [row.id]));
    const leaves = await world.run((tx) => world.roots.leaves(tx, row.id));
    const given = before ? await world.run((tx) => world.roots.leaves(tx, before.id)) : [];
    for (const { account, cumulative } of given)
      expect(leaves.find((leaf) => leaf.account === account)!.cumulative >= cumulative).toBe(true);
    for (const { account, cumulative } of leaves) {
      const had = given.find((leaf) => leaf.account === account)?.cumulative ?? 0n;
      expect(cumulative <= had || cumulative <= this.paidFor(account)).toBe(true);
    }
    expect(leaves.reduce((sum, { cumulative }) => sum + cumulative, 0n)).toBe(row.total);
    const root = foreign ? keccak256(numberToHex((this.salt += 1n))) : row.root;
    const activeAt = BigInt(this.chain_now / 1_000 + DELAY_S);
    const args = { epoch: BigInt(row.epoch), root, total: row.total, activeAt, uri: '' };
    await this.mine({ of: 'distributor', log: distributorLogOf('RootProposed', args), into: 0n });
  }

  async veto(): Promise<void> {
    const row = await world.run((tx) => world.roots.standing(tx, KEY, null));
    if (!row || row.active_at! <= this.chain_now) return;
    const log = distributorLogOf('RootVetoed', { epoch: BigInt(row.epoch), root: row.root });
    await this.mine({ of: 'distributor', log, into: 0n });
    expect((await world.run((tx) => world.roots.ofEpoch(tx, KEY, row.epoch))).map(({ state }) => state)).toContain(
      'vetoed',
    );
  }

  async claim(which: number): Promise<void> {
    const row = await world.run((tx) => world.roots.standing(tx, KEY, this.chain_now));
    const leaves = row ? await world.run((tx) => world.roots.leaves(tx, row.id)) : [];
    const leaf = leaves[which % (leaves.length || 1)];
    if (leaf) await this.claimed(leaf.account, leaf.cumulative);
  }

  /** By a root that is not of our making: to anybody, any sum that is there. */
  async steal(which: number, amount: bigint): Promise<void> {
    this.stolen = true;
    const { account } = this.payees[which % this.payees.length]!;
    await this.claimed(account, this.claimedOf(account) + amount);
  }

  private async claimed(account: Hex, upto: bigint): Promise<void> {
    const amount = upto - this.claimedOf(account);
    if (amount <= 0n || amount > this.tokens) return;
    const log = distributorLogOf('Claimed', { account, to: account, amount, cumulative: upto });
    await this.mine({ of: 'distributor', log, into: -amount, claim: { account, upto } });
  }

  wait(): void {
    this.chain_now += seconds(DELAY_S + 1);
    world.clock.advance(seconds(DELAY_S + 1));
  }

  /** The newest blocks are abandoned; each contract's watcher takes its own back, in one transaction. */
  async reorganise(blocks: number, first: 'escrow' | 'distributor'): Promise<void> {
    const gone = this.chain.splice(Math.max(0, this.chain.length - blocks)).toReversed();
    for (const contract of [first, first === 'escrow' ? 'distributor' : 'escrow'] as const) {
      const handler = contract === 'escrow' ? world.logs : world.distributor;
      await world.run(async (tx) => {
        for (const { log, of } of gone) if (of === contract) await handler.reverse(tx, log);
      });
    }
  }

  async holds(): Promise<void> {
    expect((await this.booked()) - this.tokens_before).toBe(this.tokens);
    for (const { contributor_id, account } of this.payees) {
      const text =
        'SELECT coalesce(sum(amount), 0)::bigint AS sum FROM award JOIN capture c ON c.id = capture_id WHERE c.contributor_id = $1 AND account = $2 AND claimed_by IS NOT NULL';
      const [row] = await world.run((tx) => sql<{ sum: bigint }>(tx, text, [contributor_id, account]));
      const earned = PRICE * BigInt(this.settled.filter((one) => one.contributor_id === contributor_id).length);
      expect(await world.posted(accounts.payable(contributor_id))).toBe(earned - row!.sum);
    }
    for (const account of new Set(this.payees.map((payee) => payee.account))) {
      const marked = await world.run((tx) => world.awards.claimed(tx, KEY, account));
      if (!this.stolen) expect(marked).toBe(this.claimedOf(account));
      expect(marked <= this.claimedOf(account)).toBe(true);
    }
  }
}

const nat = fc.nat({ max: 5 });
const contract = fc.constantFrom('escrow' as const, 'distributor' as const);
const step = fc.oneof(
  fc.record({ does: fc.constant('settle' as const), which: nat }),
  fc.record({ does: fc.constant('pay' as const), pooled: fc.boolean() }),
  fc.record({ does: fc.constant('propose' as const), foreign: fc.oneof(fc.constant(false), fc.boolean()) }),
  fc.record({ does: fc.constant('veto' as const) }),
  fc.record({ does: fc.constant('wait' as const) }),
  fc.record({ does: fc.constant('claim' as const), which: nat }),
  fc.record({ does: fc.constant('steal' as const), which: nat, amount: fc.bigInt({ min: 1n, max: 2n * PRICE }) }),
  fc.record({ does: fc.constant('reorganise' as const), blocks: nat, first: contract }),
  // What rarely comes about by chance: something to claim, and something awarded by a block that is given up.
  fc.record({ does: fc.constant('cycle' as const) }),
  fc.record({ does: fc.constant('setback' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(story: Story, step: Step): Promise<void> {
  switch (step.does) {
    case 'settle':
      return story.settle(step.which);
    case 'pay':
      return story.pay(step.pooled);
    case 'propose':
      return story.propose(step.foreign);
    case 'veto':
      return story.veto();
    case 'wait':
      return story.wait();
    case 'claim':
      return story.claim(step.which);
    case 'steal':
      return story.steal(step.which, step.amount);
    case 'reorganise':
      return story.reorganise(step.blocks, step.first);
    case 'cycle':
      for (const which of [0, 2, 3]) await story.settle(which);
      await story.pay(true);
      await story.propose(false);
      return story.wait();
    case 'setback':
      await story.settle(1);
      await story.pay(false);
      await story.reorganise(1, 'escrow');
      story.wait();
      return story.propose(false);
  }
}

describe('the Distributor in the books', () => {
  it('has in it what the chain has in it, and owes each contributor what was settled and not claimed, whatever the chain says', async () => {
    const steps = fc.array(step, { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, async (these) => {
        const story = await Story.begin();
        for (const one of these) {
          await take(story, one);
          await story.holds();
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
