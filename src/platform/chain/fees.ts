/** What a transaction offers, in wei a unit of gas. */
export interface Fees {
  readonly max_fee: bigint;
  readonly max_priority_fee: bigint;
}

/** What the chain asks now, in wei a unit of gas. */
export interface Market {
  readonly base_fee: bigint;
  readonly tip: bigint;
}

/** A replacement must offer an eighth more in both fees; nodes ask for a tenth. */
const RAISE_DIVISOR = 8n;
/** Bears base fees doubling, which takes at least six full blocks. */
const BASE_FEE_MARGIN = 2n;

/** Fees for a new transaction, never above `cap`; null when the cap is below what the chain asks now. */
export function firstFees({ base_fee, tip }: Market, cap: bigint): Fees | null {
  if (base_fee + tip > cap) return null;
  return { max_fee: least(base_fee * BASE_FEE_MARGIN + tip, cap), max_priority_fee: tip };
}

/** Fees that replace `previous`: both raised by at least 12.5 %, and to what the chain asks now; null when that needs more than `cap`. */
export function raisedFees(previous: Fees, { base_fee, tip }: Market, cap: bigint): Fees | null {
  const max_priority_fee = greatest(raised(previous.max_priority_fee), tip);
  const needed = greatest(raised(previous.max_fee), base_fee + max_priority_fee);
  if (needed > cap) return null;
  return { max_fee: greatest(needed, least(base_fee * BASE_FEE_MARGIN + max_priority_fee, cap)), max_priority_fee };
}

/** By an eighth, rounded up, and by one wei at least. */
function raised(fee: bigint): bigint {
  return fee + greatest(1n, (fee + RAISE_DIVISOR - 1n) / RAISE_DIVISOR);
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
