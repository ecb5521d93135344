/** Stripe's list prices for the United States, in cents. Halves round up. */
export const DISPUTE_FEE_CENTS = 1_500;
export const ACTIVE_ACCOUNT_FEE_CENTS = 200;

/** 2.9 % and 30 cents of a card payment of `cents`. */
export function cardFee(cents: number): number {
  return Math.round((cents * 29) / 1000) + 30;
}

/** 0.25 % and 25 cents of a connected account's payout of `cents`; the platform pays it. */
export function payoutFee(cents: number): number {
  return Math.round((cents * 25) / 10_000) + 25;
}
