import { z } from 'zod';

export const CURRENCIES = ['USD', 'USDC'] as const;
export type Currency = (typeof CURRENCIES)[number];

/** Exact amount in micros: millionths of the currency unit, for USD and USDC alike. Never a float. */
export interface Money<C extends Currency = Currency> {
  readonly currency: C;
  readonly micros: bigint;
}

const MICROS_PER_UNIT = 1_000_000n;
/** Largest amount the wire carries: a billion units. Far inside a signed 64-bit column, so sums cannot overflow. */
export const AMOUNT_MICROS_MAX = 1_000_000_000n * MICROS_PER_UNIT;
const AMOUNT = /^(0|[1-9][0-9]{0,9})(?:\.([0-9]{1,6}))?$/;

/** Parses `"1.5"` to 1500000n. Returns null for anything else: signs, exponents, more than six decimals, spaces. */
export function parseAmount(text: string): bigint | null {
  const match = AMOUNT.exec(text);
  if (!match) return null;
  const micros = BigInt(match[1]!) * MICROS_PER_UNIT + BigInt((match[2] ?? '').padEnd(6, '0'));
  return micros <= AMOUNT_MICROS_MAX ? micros : null;
}

/** Formats micros with exactly six decimals: 250000n → `"0.250000"`. Negative amounts keep their sign (balances of assets). */
export function formatAmount(micros: bigint): string {
  const absolute = micros < 0n ? -micros : micros;
  const fraction = (absolute % MICROS_PER_UNIT).toString().padStart(6, '0');
  return `${micros < 0n ? '-' : ''}${absolute / MICROS_PER_UNIT}.${fraction}`;
}

/** A non-negative amount on the wire, at most six decimals: parsed to micros by regex, never through a float. */
export const amountSchema = z
  .string()
  .refine(
    (text) => parseAmount(text) !== null,
    'expected an amount such as "5.000000": no sign, no exponent, at most six decimals',
  )
  .transform((text) => parseAmount(text)!)
  .meta({ pattern: AMOUNT.source, examples: ['5.000000'] });

/** As `amountSchema`, and greater than zero. */
export const positiveAmountSchema = amountSchema.refine(
  (micros) => micros > 0n,
  'expected an amount greater than zero',
);

/** An amount as the server answers it: always six decimals. */
export const amountOutSchema = z.string().regex(/^-?[0-9]+\.[0-9]{6}$/);

/**
 * Splits a total by weights so that the parts always sum to the whole (largest remainder; ties go to the earlier part).
 * Weights are non-negative and not all zero.
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum <= 0n || weights.some((weight) => weight < 0n) || total < 0n)
    throw new RangeError('weights must be ≥ 0 and not all 0');
  const parts = weights.map((weight) => (total * weight) / sum);
  const order = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  let rest = total - parts.reduce((a, b) => a + b, 0n);
  for (const { index } of order) {
    if (rest === 0n) break;
    parts[index] = parts[index]! + 1n;
    rest -= 1n;
  }
  return parts;
}

/** `amount × numerator / denominator`, rounded up: what a payer must cover. */
export function mulCeil(amount: bigint, numerator: bigint, denominator: bigint): bigint {
  return (amount * numerator + denominator - 1n) / denominator;
}

/** `amount × numerator / denominator`, rounded down: what a payee is promised at least. */
export function mulFloor(amount: bigint, numerator: bigint, denominator: bigint): bigint {
  return (amount * numerator) / denominator;
}
