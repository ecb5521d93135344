import fc from 'fast-check';
import { claimCost, dueOf, isUrgent, isWorth, separate } from './claim.rules.js';

const row = (charged: bigint, claimed: bigint, balance: bigint, withdraw_at: number | null = null) => ({
  charged,
  claimed,
  balance,
  withdraw_at,
});

describe('a claim', () => {
  it('costs what its gas costs, and never nothing', () => {
    expect(claimCost(1, 10_000_000n, 3_000_000_000n)).toBe(3_480n);
    expect(claimCost(100, 1n, 1n)).toBe(1n);
  });

  it('is due by value alone, however long that takes', () => {
    const rows = [row(600n, 100n, 1_000n), row(900n, 400n, 1_000n)];
    expect(isWorth(rows, 20n, 50n)).toBe(true);
    expect(isWorth(rows, 21n, 50n)).toBe(false);
    expect(isWorth([], 0n, 50n)).toBe(false);
  });

  it('is due at once when a payer leaves who owes anything', () => {
    expect(isUrgent([row(1n, 0n, 1_000n, 1)])).toBe(true);
    expect(isUrgent([row(5n, 5n, 1_000n, 1), row(5n, 0n, 9n)])).toBe(false);
  });

  it('takes what is left of a channel that holds less than was charged', () => {
    expect([dueOf(row(900n, 100n, 400n)), dueOf(row(900n, 400n, 400n))]).toEqual([300n, 0n]);
  });

  it('leaves out exactly the channels that no claim goes through with', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: 500 }), { maxLength: 40 }), fc.nat(), async (rows, seed) => {
        const isBad = (one: number) => (one * 7 + seed) % 5 === 0;
        const { good, bad } = await separate(rows, (some) => Promise.resolve(!some.some(isBad)));
        expect(good).toEqual(rows.filter((one) => !isBad(one)));
        expect(bad).toEqual(rows.filter(isBad));
      }),
    );
  });
});
