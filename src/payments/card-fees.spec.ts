import { readFileSync } from 'node:fs';
import { formatAmount } from '@groundtruth/sdk/protocol';
import fc from 'fast-check';
import {
  ACTIVE_ACCOUNT_FEE_CENTS,
  cardFee,
  DISPUTE_FEE_CENTS,
  payoutFee,
} from '../platform/embedded/stripe-simulator/money/fees.js';
import { CARD_FEES, payoutCost, percentOf, processorCosts, topUpCost, type EffectivePrice } from './card-fees.js';
import { microsOf } from './stripe/cents.js';

const dollars = (count: number): bigint => microsOf(count * 100);
const short = (micros: bigint): string => formatAmount(micros).slice(0, -4);
const row = ({ amount, cost, cost_bps }: EffectivePrice): string =>
  `| ${short(amount)} | ${short(cost)} | ${percentOf(cost_bps)} % |`;

describe('what the card processor takes', () => {
  it('is what the simulator takes, to the cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_000, max: 100_000_000 }), (cents) => {
        expect(topUpCost(microsOf(cents)).cost).toBe(microsOf(cardFee(cents)));
        expect(payoutCost(microsOf(cents)).cost).toBe(microsOf(payoutFee(cents) + ACTIVE_ACCOUNT_FEE_CENTS));
      }),
    );
    expect(CARD_FEES.dispute).toBe(microsOf(DISPUTE_FEE_CENTS));
  });

  it('is in docs/fees.md as the code has it', () => {
    const page = readFileSync('docs/fees.md', 'utf8').replaceAll(/ +/g, ' ');
    for (const count of [20, 50, 100, 500]) expect(page).toContain(row(topUpCost(dollars(count))));
    for (const count of [25, 50, 100, 500]) expect(page).toContain(row(payoutCost(dollars(count))));
    expect(page).toContain(`${short(CARD_FEES.dispute)} dollars`);
  });

  it('is quoted for the hold, and for no less than the smallest top-up', () => {
    expect(processorCosts(dollars(5), dollars(20), dollars(50))).toEqual({
      top_up: { amount: '20.000000', cost: '0.880000', percent: '4.40' },
      payout: { amount: '50.000000', cost: '2.380000', percent: '4.76' },
    });
    expect(processorCosts(dollars(100), dollars(20), dollars(25)).top_up).toEqual({ amount: '100.000000', cost: '3.200000', percent: '3.20' }); // prettier-ignore
  });
});
