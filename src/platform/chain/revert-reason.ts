import { type Abi, decodeErrorResult, type Hex } from 'viem';

const REASON_CHARS_MAX = 1_000;

/**
 * Why a call reverted, in words: `Name(arguments)` for an error of `errors` or a built-in one, else the data as it came. At most 1,000
 * characters.
 */
export function revertReason(data: Hex, errors: Abi): string {
  return reasonOf(data, errors).slice(0, REASON_CHARS_MAX);
}

function reasonOf(data: Hex, errors: Abi): string {
  if (data === '0x') return 'reverted without data';
  try {
    const { errorName, args } = decodeErrorResult({ abi: errors, data });
    return `${errorName}(${((args ?? []) as readonly unknown[]).map(written).join(', ')})`;
  } catch {
    return `reverted with ${data}`; // Not an error we were told of.
  }
}

function written(value: unknown): string {
  return typeof value === 'object'
    ? JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))
    : String(value);
}
