import fc from 'fast-check';
import type { Hex } from 'viem';
import { DomainError } from '../../../kernel/problem.js';
import type { ChainLog } from '../../../platform/chain/index.js';
import { accountsOf } from '../../accounts.js';
import { accountsOfEntry } from './escrow.books.js';
import type { ReleaseRow } from './entry.entity.js';
import { FUNDER, logOf, PRICE, SLOTS, stablecoinWorld, VIEW, type World } from './escrow.fixture.js';
import { poolOfReleases } from './releases.repository.js';

let world: World;
beforeAll(async () => (world = await stablecoinWorld()));
afterAll(() => world.end());

const bounty_hash = `0x${'0'.repeat(64)}`;
const stranger = `0x${'9'.repeat(40)}`;
type Capture = Awaited<ReturnType<World['captured']>>;

/** A payment of a sum or capture that we never ordered, of one that is paid, or of one that is due to somebody else. */
type Foreign = 'unknown' | 'again' | 'pool' | 'elsewhere';

/** What a block changed, as the contract would have it. */
interface Mined {
  log: ChainLog;
  readonly kind: 'fund' | 'top_up' | 'pay' | 'foreign' | 'close' | 'reclaim';
  readonly amount: bigint;
  readonly fee: bigint;
}

/** One entry, a chain about it that can change its mind, and what must be true of the books whatever it says. */
class Story {
  private readonly chain: Mined[] = [];
  private readonly abandoned: Mined[] = [];
  private readonly captures: Capture[] = [];

  private constructor(private readonly entry: Awaited<ReturnType<World['offered']>>) {}

  static async begin(): Promise<Story> {
    return new Story(await world.offered());
  }

  private sum(...kinds: Mined['kind'][]): bigint {
    return this.chain
      .filter(({ kind }) => kinds.includes(kind))
      .reduce((total, { amount, fee }) => total + amount + fee, 0n);
  }
  private get funded(): bigint {
    return this.sum('fund', 'top_up');
  }
  private get paid(): bigint {
    return this.sum('pay', 'foreign');
  }
  private get refunded(): bigint {
    return this.sum('close', 'reclaim');
  }
  private get due(): bigint {
    return PRICE + this.entry.fee;
  }
  private get ordered(): bigint {
    return this.due * BigInt(this.captures.length);
  }
  private has(kind: Mined['kind']): boolean {
    return this.chain.some((mined) => mined.kind === kind);
  }
  private get rest(): bigint {
    return this.funded - this.paid - this.refunded;
  }

  private async mine(mined: Mined): Promise<void> {
    await world.run((tx) => world.logs.apply(tx, mined.log));
    this.chain.push(mined);
  }

  async fund(amount: bigint): Promise<void> {
    if (this.has('fund')) return;
    const args = { entry: this.entry.id, bounty: bounty_hash, funder: FUNDER.address, amount };
    await this.mine({ kind: 'fund', log: logOf('EntryFunded', args), amount, fee: 0n });
  }

  async topUp(amount: bigint): Promise<void> {
    if (!this.has('fund') || this.refunded > 0n || this.has('close') || this.has('reclaim')) return;
    const log = logOf('EntryToppedUp', { entry: this.entry.id, amount, funded: this.funded + amount });
    await this.mine({ kind: 'top_up', log, amount, fee: 0n });
  }

  async settle(): Promise<void> {
    if ((await this.entry.read()).owed_total !== null) return;
    const [capture, { bounty, fee }] = [await world.captured(this.entry.bounty), this.entry];
    const had = await world.posted(accountsOfEntry(bounty).bounty);
    const settled = world.run((tx) => world.rail.settle(tx, { ...bounty, ...capture, pay: PRICE, fee }));
    if (had < this.due) return expect(settled).rejects.toBeInstanceOf(DomainError);
    await settled;
    this.captures.push(capture);
  }

  /** Whose release is the next that the contract takes. */
  private get next() {
    return this.captures[this.chain.filter(({ kind }) => kind === 'pay').length];
  }

  async pay(): Promise<void> {
    const { next } = this;
    if (!next || this.has('reclaim') || this.has('foreign') || this.rest < this.due) return;
    const { commitment: capture, to } = next.payout;
    const { fee, id } = this.entry;
    const log = logOf('CapturePaid', { entry: id, capture, to, amount: PRICE, fee });
    await this.mine({ kind: 'pay', log, amount: PRICE, fee });
  }

  /** Somebody has the releaser's key. */
  async foreign(how: Foreign): Promise<void> {
    if (!this.has('fund') || this.has('close') || this.has('reclaim') || this.rest < 101n) return;
    if (how === 'elsewhere') return this.elsewhere();
    const paid = this.chain.filter(({ kind }) => kind === 'pay').length;
    const capture = how === 'again' && paid > 0 ? this.captures[0]!.payout.commitment : `0x${'7'.repeat(64)}`;
    const { id: entry } = this.entry;
    const log =
      how === 'pool'
        ? logOf('PoolPaid', { entry, capturesRoot: capture, count: 1n, total: 100n, fee: 1n })
        : logOf('CapturePaid', { entry, capture, to: stranger, amount: 100n, fee: 1n });
    await this.mine({ kind: 'foreign', log, amount: 100n, fee: 1n });
  }

  /** What a release of ours orders, but to a wallet of the thief's, or another sum. */
  private async elsewhere(): Promise<void> {
    const { next, entry, due } = this;
    if (!next || this.has('foreign') || this.rest < due) return;
    const { commitment: capture, to } = next.payout;
    const { id, fee } = entry;
    for (const [payee, amount] of [
      [stranger, PRICE],
      [to, PRICE - 1n],
    ] as const) {
      if (this.rest < amount + fee) return;
      const log = logOf('CapturePaid', { entry: id, capture, to: payee, amount, fee });
      await this.mine({ kind: 'foreign', log, amount, fee });
    }
  }

  async refundRest(): Promise<void> {
    await world.run((tx) => world.rail.refundRest(tx, this.entry.bounty));
  }

  async close(): Promise<void> {
    const { owed_total } = await this.entry.read();
    if (owed_total === null || !this.has('fund') || this.has('close') || this.has('reclaim')) return;
    if (owed_total < this.paid || owed_total > this.funded) return;
    const refunded = this.funded - owed_total;
    const log = logOf('EntryClosed', { entry: this.entry.id, owedTotal: owed_total, refunded });
    await this.mine({ kind: 'close', log, amount: refunded, fee: 0n });
  }

  async reclaim(): Promise<void> {
    if (!this.has('fund') || this.has('close') || this.has('reclaim')) return;
    const log = logOf('EntryReclaimed', { entry: this.entry.id, refunded: this.rest });
    await this.mine({ kind: 'reclaim', log, amount: this.rest, fee: 0n });
  }

  /** The newest blocks are abandoned; in one transaction, as the watcher does it. */
  async reorganise(blocks: number): Promise<void> {
    const gone = this.chain.splice(Math.max(0, this.chain.length - blocks));
    await world.run(async (tx) => {
      for (const { log } of gone.toReversed()) await world.logs.reverse(tx, log);
    });
    this.abandoned.splice(0, this.abandoned.length, ...gone);
  }

  /** What was abandoned comes back, in the same blocks or in others. */
  async comeBack(same: boolean): Promise<void> {
    for (const mined of this.abandoned.splice(0)) {
      const possible =
        (mined.kind === 'fund') !== this.has('fund') &&
        !this.has('reclaim') &&
        (mined.kind === 'pay' || !this.has('close')) &&
        (mined.kind !== 'pay' || (!this.has('foreign') && mined.log.topics[2] === this.next?.payout.commitment)) &&
        (mined.kind !== 'close' || mined.amount === this.funded - ((await this.entry.read()).owed_total ?? -1n)) &&
        (mined.kind !== 'reclaim' || mined.amount === this.rest) &&
        (mined.kind === 'fund' || mined.kind === 'top_up' || mined.amount + mined.fee <= this.rest);
      if (!possible || mined.kind === 'top_up') return;
      const block_hash = same ? mined.log.block_hash : logOf('Delivered', { account: stranger, amount: 1n }).block_hash;
      await this.mine({ ...mined, log: { ...mined.log, block_hash, round: mined.log.round + (same ? 1 : 0) } });
    }
  }

  async check(): Promise<void> {
    const accounts = accountsOfEntry(this.entry.bounty);
    const paid = this.chain.filter(({ kind }) => kind === 'pay').length;
    const [bounty, returning, losses] = [
      await world.posted(accounts.bounty),
      await world.posted(accounts.returning),
      await world.posted(accounts.losses),
    ];
    const row = await this.entry.read();
    const foreign = this.chain.reduce((sum, { kind, amount }) => (kind === 'foreign' ? sum + amount : sum), 0n);
    const left = this.funded - this.refunded - this.ordered - foreign;
    expect(bounty + returning - losses).toBe(left);
    if (foreign === 0n) expect(losses).toBe(left < 0n ? -left : 0n);
    for (const [index, { contributor_id }] of this.captures.entries())
      expect(await world.posted(accounts.payable(contributor_id))).toBe(index < paid ? 0n : PRICE);
    expect([row.ordered, row.paid]).toEqual([this.ordered, this.due * BigInt(paid)]);
    const { ordered } = row;
    if (this.has('fund')) expect(row.amount).toBe(this.funded > ordered ? this.funded : ordered);
    if (!this.has('fund')) expect(['offered', 'failed', 'closing', 'closed']).toContain(row.state);
    if (this.has('reclaim')) expect(row.state).toBe('closed');
  }

  /** Everything that is owed happens. */
  async finish(): Promise<void> {
    await this.fund(this.entry.amount);
    while ((await world.posted(accountsOfEntry(this.entry.bounty).losses)) > 0n && !this.has('close')) {
      if (this.has('reclaim') || this.has('foreign')) return;
      await this.topUp(this.entry.amount);
    }
    await this.refundRest();
    for (const _ of this.captures) await this.pay();
    await this.close();
    await this.check();
    const whole = !this.has('reclaim') && !this.has('foreign');
    if (!whole) return;
    expect((await this.entry.read()).state).toBe('closed');
    expect(this.rest).toBe(0n);
    const { bounty, returning, losses } = accountsOfEntry(this.entry.bounty);
    for (const key of [bounty, returning, losses]) expect(await world.posted(key)).toBe(0n);
  }

  /** Tokens that the contract holds for this entry, and those that our fee address got. */
  get tokens(): readonly [bigint, bigint] {
    const fees = this.chain.filter(({ kind }) => kind === 'pay' || kind === 'foreign');
    return [this.rest, fees.reduce((total, { fee }) => total + fee, 0n)];
  }
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('fund', 'close', 'refund') },
  { weight: 6, arbitrary: fc.constantFrom('settle', 'pay') },
  { weight: 4, arbitrary: fc.record({ reorg: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 3, arbitrary: fc.record({ back: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ odd_fund: fc.bigInt({ min: 1n, max: PRICE * 20n }) }) },
  { weight: 1, arbitrary: fc.record({ top_up: fc.bigInt({ min: 1n, max: PRICE * 3n }) }) },
  { weight: 1, arbitrary: fc.constantFrom('reclaim', 'unknown', 'again', 'pool', 'elsewhere') },
);

describe('what the escrow says, in any order and taken back at any time', () => {
  it('is what the ledger says, once, and ends with everybody paid', async () => {
    const { chain } = accountsOf('test', 'test_usd');
    const inBooks = async () =>
      [await world.posted(chain('escrow')), await world.posted(chain('fee_address'))] as const;
    let [reversed, closed] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
        const story = await Story.begin();
        const [tokens, fees] = await inBooks();
        await story.fund((PRICE + 100_001n) * BigInt(SLOTS));
        const look = async (): Promise<void> => {
          await story.check();
          expect(await inBooks()).toEqual([tokens + story.tokens[0], fees + story.tokens[1]]);
        };
        await look();
        for (const doing of steps) {
          if (doing === 'settle') await story.settle();
          else if (doing === 'fund') await story.fund(PRICE * 10n);
          else if (doing === 'pay') await story.pay();
          else if (doing === 'close') await story.close();
          else if (doing === 'refund') await story.refundRest();
          else if (doing === 'reclaim') await story.reclaim();
          else if (typeof doing === 'string') await story.foreign(doing as Foreign);
          else if ('reorg' in doing) reversed += (await story.reorganise(doing.reorg), 1);
          else if ('back' in doing) await story.comeBack(doing.back);
          else if ('odd_fund' in doing) await story.fund(doing.odd_fund);
          else await story.topUp(doing.top_up);
          await look();
        }
        await story.finish();
        await look();
        closed++;
      }),
      { numRuns: 40 },
    );
    expect(reversed).toBeGreaterThan(0);
    expect(closed).toBe(40);
    expect(await world.run((tx) => world.ledger.booksBalance(tx))).toMatchObject({ balanced: true, faults: [] });
  }, 300_000);
});

describe('a payment in the name of captures of ours that goes elsewhere, or is another sum', () => {
  const account: Hex = `0x${'8'.repeat(40)}`;

  it('pays nobody, and no root counts it: the Distributor did not get it', async () => {
    const { bounty, amount, fee, id: entry } = await world.offered();
    await world.run((tx) =>
      world.logs.apply(tx, logOf('EntryFunded', { entry, bounty: bounty_hash, funder: FUNDER.address, amount })),
    );
    for (let i = 0; i < 2; i++) {
      const capture = await world.captured(bounty, account);
      await world.run((tx) => world.rail.settle(tx, { ...bounty, ...capture, pay: PRICE, fee }));
      await world.sign(capture.capture_id);
    }
    const rows = await world.run((tx) => world.releases.nextSigned(tx, entry, SLOTS));
    await world.run((tx) => world.releases.batch(tx, entry, rows, world.clock.now()));
    const { capturesRoot, total, fee: fees } = poolOfReleases(rows);
    const [{ commitment: capture, pay_to }] = rows as [ReleaseRow];
    const logs = [
      logOf('CapturePaid', { entry, capture, to: stranger, amount: PRICE, fee }),
      logOf('CapturePaid', { entry, capture, to: pay_to, amount: PRICE - 1n, fee }),
      logOf('PoolPaid', { entry, capturesRoot, count: 2n, total: total - 1n, fee: fees }),
    ];
    for (const log of logs) {
      await world.run((tx) => world.logs.apply(tx, log));
      expect(await world.run((tx) => world.releases.nextSigned(tx, entry, SLOTS))).toHaveLength(2);
      const key = { mode: VIEW.mode, distributor: VIEW.distributor };
      expect(await world.run((tx) => world.awards.standings(tx, key))).toEqual([]);
      await world.run((tx) => world.logs.reverse(tx, log));
    }
    const { bounty: held, losses } = accountsOfEntry(bounty);
    expect([await world.posted(held), await world.posted(losses)]).toEqual([amount - 2n * (PRICE + fee), 0n]);
  });
});
