/**
 * What others' contracts use for the same, in gas by receipts, base cost and calldata included. Measured once on anvil (cancun, via IR, 10,000
 * optimizer runs; HUMAN: 200) from their published sources, everybody warm; not measured again here, so they never move with our code.
 */

/** base/commerce-payments: `authorize` (140,234) and `capture` with a fee to a warm payee (62,959). One payee a payment. */
export const COMMERCE_PAYMENTS_AUTHORIZE_AND_CAPTURE_GAS = 203_193;
/** base/commerce-payments has no payment to several: ten of them. */
export const COMMERCE_PAYMENTS_TEN_TIMES_GAS = 10 * COMMERCE_PAYMENTS_AUTHORIZE_AND_CAPTURE_GAS;
/** HUMAN Protocol's Escrow: `bulkPayOut` to 100 warm payees, for each of them. Its factory and set-up not counted. */
export const HUMAN_BULK_PAY_OUT_PER_PAYEE_OF_100_GAS = 1_064_103 / 100;
/** x402 `exact`, which is an EIP-3009 `transferWithAuthorization` to a warm payee: one read. */
export const EIP_3009_EXACT_READ_GAS = 67_986;
/** x402 `batch-settlement`: `claim` of 100 channels (1,911,829) and `settle` (45,530). */
export const X402_CLAIM_100_CHANNELS_AND_SETTLE_GAS = 1_957_359;
