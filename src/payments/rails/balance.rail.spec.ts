import fc from 'fast-check';
import type { HeldBounty } from '../rail.js';
import { BalanceRail } from './balance.rail.js';

const rail = new BalanceRail(null as never, null as never, null as never);

describe('the fee of a settled slot', () => {
  it('is never more than was held, and the whole of it for the whole price', async () => {
    const micros = fc.bigInt({ min: 1n, max: 10n ** 15n });
    await fc.assert(
      fc.asyncProperty(micros, micros, fc.bigInt({ min: 0n, max: 10_000n }), async (price, fee, share) => {
        const feeOn = (pay: bigint) => rail.feeOf(null as never, {} as HeldBounty, { price, fee }, pay);
        expect(await feeOn((price * share) / 10_000n)).toBeLessThanOrEqual(fee);
        expect([await feeOn(price), await feeOn(0n)]).toEqual([fee, 0n]);
      }),
    );
  });
});
