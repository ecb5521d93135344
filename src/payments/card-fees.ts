import { formatAmount, mulCeil } from '@groundtruth/sdk/protocol';

/** Stripe's list prices in the United States, which docs/fees.md shows. Amounts in micros, shares in hundredths of a percent. */
export const CARD_FEES = {
  payment_bps: 290n,
  payment_fixed: 300_000n,
  dispute: 15_000_000n,
  payout_bps: 25n,
  payout_fixed: 250_000n,
  /** Once for each month in which a contributor is paid. */
  active_account: 2_000_000n,
} as const;

const BASIS_POINTS = 10_000n;
const CENT = 10_000n;

/** A price, and what it is of the whole. */
export interface EffectivePrice {
  readonly amount: bigint;
  readonly cost: bigint;
  /** In hundredths of a percent of the amount, rounded up. */
  readonly cost_bps: bigint;
}

/** What Stripe takes of a top-up of `amount` micros. */
export function topUpCost(amount: bigint): EffectivePrice {
  return priced(amount, share(amount, CARD_FEES.payment_bps) + CARD_FEES.payment_fixed);
}

/** What Stripe takes for a payout of `amount` micros that is the first of its contributor in a month: the most one costs. */
export function payoutCost(amount: bigint): EffectivePrice {
  return priced(amount, share(amount, CARD_FEES.payout_bps) + CARD_FEES.payout_fixed + CARD_FEES.active_account);
}

/** As a quote shows it: for a top-up of `hold`, at least of the smallest there is, and for the smallest payout. */
export function processorCosts(hold: bigint, topUpMin: bigint, payoutMin: bigint) {
  return { top_up: view(topUpCost(hold > topUpMin ? hold : topUpMin)), payout: view(payoutCost(payoutMin)) };
}

/** Hundredths of a percent as `4.40`. */
export const percentOf = (bps: bigint): string => `${bps / 100n}.${String(bps % 100n).padStart(2, '0')}`;

const view = ({ amount, cost, cost_bps }: EffectivePrice) => ({
  amount: formatAmount(amount),
  cost: formatAmount(cost),
  percent: percentOf(cost_bps),
});

const priced = (amount: bigint, cost: bigint): EffectivePrice => ({
  amount,
  cost,
  cost_bps: mulCeil(cost, BASIS_POINTS, amount),
});

/** To the nearest cent, as Stripe rounds. */
function share(amount: bigint, bps: bigint): bigint {
  return ((amount * bps + (BASIS_POINTS * CENT) / 2n) / (BASIS_POINTS * CENT)) * CENT;
}
