import type { ChannelConfig } from '@groundtruth/sdk/protocol';
import fc from 'fast-check';
import type { Hex } from 'viem';
import { ManualClock } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { LedgerService } from '../../ledger/index.js';
import { loadConfig } from '../../platform/config/index.js';
import { sqlOne, type Tx } from '../../platform/database/index.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { accountsOf } from '../accounts.js';
import { ReadRevenue } from '../usage/read.revenue.js';
import { dueOf } from './claim.rules.js';
import type { ChannelOnChain, ChannelRow } from './channel.entity.js';
import { ChannelRefresh } from './channel.refresh.js';
import { ChannelsRepository } from './channels.repository.js';
import type { ReadChains } from './read.chain.js';

const AT = Date.parse('2026-11-21T06:00:00Z');
const address = (digit: string): Hex => `0x${digit.repeat(40)}`;
const accounts = accountsOf('test', 'test_usd');

let db: TestDatabase;
beforeAll(async () => (db = await testDatabase({ poolMax: 6 })));
afterAll(() => db.close());

type Step =
  | { readonly kind: 'deposit'; readonly amount: bigint }
  | { readonly kind: 'read'; readonly price: bigint; readonly at_once: number }
  | { readonly kind: 'wrong'; readonly off: bigint; readonly price: bigint }
  | { readonly kind: 'claim' | 'leave' | 'drain' | 'stay' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('deposit' as const), amount: fc.bigInt({ min: 1n, max: 2_000n }) }),
  fc.record({
    kind: fc.constant('read' as const),
    price: fc.bigInt({ min: 1n, max: 300n }),
    at_once: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    kind: fc.constant('wrong' as const),
    off: fc.bigInt({ min: -400n, max: 400n }).filter((off) => off !== 0n),
    price: fc.bigInt({ min: 1n, max: 300n }),
  }),
  fc.constantFrom<Step>({ kind: 'claim' }, { kind: 'leave' }, { kind: 'drain' }, { kind: 'stay' }),
);

/** One channel, a chain that does to it what payers and we may, and what must be true of it after each step. */
class Story {
  private readonly id: Hex = `0x${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')}`;
  private chain: ChannelOnChain = { balance: 0n, claimed: 0n, refund_nonce: 0n, withdraw_at: null };
  private readonly channels = new ChannelsRepository();
  private readonly clock = new ManualClock(AT);
  private readonly ledger = new LedgerService(this.clock);
  private readonly revenue = new ReadRevenue(this.ledger, loadConfig({}));
  private readonly refresh = new ChannelRefresh(db.unitOfWork, this.channels, this.revenue, this.clock, {
    test: { channels: { channel: () => Promise.resolve(this.chain) } },
  } as unknown as ReadChains);
  private readonly sale = {
    mode: 'test' as const,
    observation_id: mintId('observation'),
    contributor_id: mintId('contributor'),
    funders: [{ agent_id: mintId('agent'), amount: 1n }],
  };
  /** What the books said of channels before this one began. */
  private before = 0n;

  static async begin(): Promise<Story> {
    const story = new Story();
    const config = { payer: address('a'), payerAuthorizer: address('a'), withdrawDelay: 900 } as ChannelConfig;
    const channel = { id: story.id, mode: 'test', chain_id: 31_337n, config } as const;
    await db.unitOfWork.run(async (tx) => {
      await story.channels.insert(tx, channel, story.chain, AT);
      story.before = await story.held(tx);
    });
    return story;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'deposit':
        return this.see({ balance: this.chain.balance + step.amount });
      case 'read':
        return this.read(step.price, step.at_once);
      case 'wrong': {
        const { charged } = await this.row();
        return expect(await this.charge(charged + step.price + step.off, step.price)).toBe(false) as void;
      }
      case 'claim': {
        const row = await this.row();
        return this.see({ claimed: row.claimed + dueOf(row) });
      }
      case 'leave':
        return this.see({ withdraw_at: AT });
      case 'drain':
        return this.see({ balance: this.chain.claimed, withdraw_at: null });
      case 'stay':
        return this.see({ withdraw_at: null });
    }
  }

  private async see(change: Partial<ChannelOnChain>): Promise<void> {
    this.chain = { ...this.chain, ...change };
    await this.refresh.refresh(await this.row());
  }

  /** Several requests with one voucher at the same moment: it is charged once, if it can be. */
  private async read(price: bigint, at_once: number): Promise<void> {
    const { charged, balance, state } = await this.row();
    const total = charged + price;
    const charges = await Promise.all(Array.from({ length: at_once }, () => this.charge(total, price)));
    const can = state === 'open' && total <= balance;
    expect(charges.filter(Boolean)).toHaveLength(can ? 1 : 0);
  }

  private charge(total: bigint, price: bigint): Promise<boolean> {
    const payment = `batch:${this.id}:${total}`;
    const { observation_id } = this.sale;
    const charge = { channel_id: this.id, total, price, signature: '0x01', observation_id, payment } as const;
    return db.unitOfWork.run(async (tx) => {
      const charged = await this.channels.charge(tx, charge, AT);
      if (charged) await this.revenue.share(tx, { ...this.sale, price }, payment, 'channels');
      return charged;
    });
  }

  async holds(): Promise<void> {
    const row = await this.row();
    expect(row.claimed <= row.charged && row.charged <= row.signed).toBe(true);
    expect(row.lost).toBe(row.charged > row.balance ? row.charged - row.balance : 0n);
    if (row.state === 'open') expect(row.signed <= row.balance).toBe(true);
    await db.unitOfWork.run(async (tx) => {
      const used = await sqlOne<{ sum: bigint }>(
        tx,
        'SELECT coalesce(sum(price), 0)::bigint AS sum FROM usage_event WHERE channel_id = $1',
        [this.id],
      );
      expect(used!.sum).toBe(row.charged - row.began);
      expect((await this.held(tx)) - this.before).toBe(row.charged - row.lost);
      const report = await this.ledger.booksBalance(tx);
      expect(report.faults).toEqual([]);
    });
  }

  private async held(tx: Tx): Promise<bigint> {
    return (await this.ledger.balance(tx, accounts.chain('channels'))).posted;
  }

  private async row(): Promise<ChannelRow> {
    return (await db.unitOfWork.run((tx) => this.channels.get(tx, this.id)))!;
  }
}

describe('a payment channel', () => {
  it('is never charged more than was signed, deposited and read, whatever payer, chain and concurrent readers do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        const story = await Story.begin();
        for (const one of steps) {
          await story.take(one);
          await story.holds();
        }
      }),
      { numRuns: 12 },
    );
  });

  it('keeps what was used for ever', async () => {
    const change = (text: string) => db.dataSource.query(text);
    for (const text of ['UPDATE usage_event SET price = 0', 'DELETE FROM usage_event', 'TRUNCATE usage_event'])
      await expect(change(text)).rejects.toThrow('append-only');
  });
});
