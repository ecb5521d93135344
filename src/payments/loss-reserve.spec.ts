import fc from 'fast-check';
import { ManualClock } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { LedgerService, transferId } from '../ledger/index.js';
import { loadConfig } from '../platform/config/index.js';
import type { Tx } from '../platform/database/index.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { accountsOf } from './accounts.js';
import { BountyAccount } from './bounty.account.js';
import { refundOf, reserveShareOf } from './loss-reserve.rules.js';
import { LossReserve } from './loss-reserve.js';
import { CardFreezes } from './funding/card/card.freezes.js';
import { PrepaidFunds } from './prepaid.funds.js';
import { BalanceRail } from './rails/balance.rail.js';

const CREDIT = 1_000_000_000n;
const accounts = accountsOf('test');
const ledger = new LedgerService(new ManualClock(Date.parse('2026-11-21T06:00:00Z')));
const funds = new PrepaidFunds(ledger, new CardFreezes());
const rail = new BalanceRail(ledger, new BountyAccount(ledger, loadConfig({ LOSS_RESERVE_BPS: '2500' })), funds);
const reserve = new LossReserve(ledger);

let db: TestDatabase;
beforeAll(async () => (db = await testDatabase()));
afterAll(() => db.close());
const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => db.unitOfWork.run(work);

/** A requester with money, and a bounty that holds it all. */
async function fundedBounty() {
  const agent_id = mintId('agent');
  const bounty = {
    mode: 'test' as const,
    agent_id,
    bounty_id: mintId('bounty'),
    rail: 'balance' as const,
    fund: 'sandbox' as const,
  };
  await run(async (tx) => {
    const [debit, credit] = await ledger.accounts(tx, [accounts.issuer(), accounts.available(agent_id)]);
    const id = transferId(agent_id, 'credit');
    await ledger.postOrThrow(tx, [
      { id, kind: 'single', debit: debit!, credit: credit!, amount: CREDIT, code: 'sandbox_credit' },
    ]);
    await rail.hold(tx, bounty, CREDIT);
  });
  return bounty;
}

/** Everything the requester’s money can have become. */
async function totals(tx: Tx, bounty: { bounty_id: string; agent_id: string }, contributor: string): Promise<bigint[]> {
  const keys = [
    accounts.available(bounty.agent_id),
    accounts.bounty(bounty.bounty_id),
    accounts.payable(contributor),
    accounts.fees(),
    accounts.lossReserve(),
  ];
  const posted: bigint[] = [];
  for (const key of keys) posted.push((await ledger.balance(tx, key)).posted);
  return posted;
}
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

describe('the loss reserve', () => {
  it('takes its share of every fee and never pays more than it has, and no micro is made or lost', async () => {
    const step = fc.record({
      kind: fc.constantFrom('settle', 'appeal', 'refund', 'repeat'),
      amount: fc.bigInt({ min: 1n, max: 3_000_000n }),
    });
    let paid = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (steps) => {
        const bounty = await fundedBounty();
        const contributor_id = mintId('contributor');
        const before = await run((tx) => totals(tx, bounty, contributor_id));
        let last: (() => Promise<unknown>) | null = null;
        for (const { kind, amount } of steps) {
          const claim = {
            mode: 'test' as const,
            fund: 'sandbox' as const,
            bounty_id: bounty.bounty_id,
            dispute_id: mintId('dispute'),
            amount,
          };
          const capture_id = mintId('capture');
          const doing = {
            settle: () => run((tx) => rail.settle(tx, { ...bounty, capture_id, contributor_id, pay: amount, fee: amount / 2n, payout: null })),
            appeal: () => run(async (tx) => {
              const covered = await reserve.setAside(tx, claim, contributor_id);
              if (covered) await reserve.payOut(tx, claim, contributor_id);
              return covered;
            }),
            refund: () => run((tx) => reserve.refund(tx, claim, [{ agent_id: bounty.agent_id, amount: 1n }])),
            repeat: () => last?.() ?? Promise.resolve(),
          }[kind]; // prettier-ignore
          const had = await run((tx) => reserve.available(tx, 'test'));
          const answer = await doing();
          const has = await run((tx) => reserve.available(tx, 'test'));
          expect(has).toBeGreaterThanOrEqual(0n);
          if (kind === 'repeat')
            expect(has).toBe(had); // The same transfers again move nothing.
          else last = doing;
          if (kind === 'settle') expect(has - had).toBe(reserveShareOf(amount / 2n, 2_500));
          if (kind === 'appeal' || kind === 'refund') {
            expect(answer).toBe(had >= amount);
            if (answer) paid++;
            else refused++;
          }
        }
        expect(sum(await run((tx) => totals(tx, bounty, contributor_id)))).toBe(sum(before));
        expect(await run((tx) => ledger.booksBalance(tx))).toMatchObject({ balanced: true, faults: [] });
      }),
      { numRuns: 12 },
    );
    expect([paid > 0, refused > 0]).toEqual([true, true]);
  });

  it('holds what was set aside back from every other claim', async () => {
    const bounty = await fundedBounty();
    const contributor = mintId('contributor');
    const settlement = {
      ...bounty,
      capture_id: mintId('capture'),
      contributor_id: contributor,
      pay: 8n,
      fee: 8_000_000n,
      payout: null,
    };
    await run((tx) => rail.settle(tx, settlement));
    const all = await run((tx) => reserve.available(tx, 'test'));
    const claim = (amount: bigint) => ({
      mode: 'test' as const,
      fund: 'sandbox' as const,
      bounty_id: bounty.bounty_id,
      dispute_id: mintId('dispute'),
      amount,
    });
    const appeal = claim(all);
    expect(await run((tx) => reserve.setAside(tx, appeal, contributor))).toBe(true);
    expect(await run((tx) => reserve.refund(tx, claim(1n), [{ agent_id: bounty.agent_id, amount: 1n }]))).toBe(false);
    await run((tx) => reserve.payOut(tx, appeal, contributor));
    expect(await run((tx) => ledger.available(tx, accounts.payable(contributor)))).toBe(all + 8n);
  });
});

describe('what an upheld dispute of a requester is paid', () => {
  it('is its cost, as long as all of them stay within the fees of 90 days', () => {
    expect(refundOf({ cost: 5n, fees_paid: 9n, refunded: 0n })).toBe(5n);
    expect(refundOf({ cost: 5n, fees_paid: 9n, refunded: 4n })).toBe(5n);
    expect(refundOf({ cost: 5n, fees_paid: 9n, refunded: 5n })).toBe(4n);
    expect(refundOf({ cost: 5n, fees_paid: 9n, refunded: 9n })).toBe(0n);
    expect(refundOf({ cost: 5n, fees_paid: 3n, refunded: 9n })).toBe(0n);
  });

  it('never makes disputing pay: all refunds together never exceed all fees', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 1_000n })),
        fc.bigInt({ min: 0n, max: 2_000n }),
        (costs, fees_paid) => {
          const refunded = costs.reduce((total, cost) => total + refundOf({ cost, fees_paid, refunded: total }), 0n);
          expect(refunded <= fees_paid).toBe(true);
        },
      ),
    );
  });
});
