import { BaseError, decodeErrorResult, type Hex } from 'viem';
import { bountyEscrowAbi, distributorAbi, feedChannelAbi, testUsdAbi } from '../abi/index.js';
import { contractProblem, PROBLEMS, type ProblemCode, type Retry } from '../protocol/index.js';

/** Why a contract refuses a transaction. */
export interface ChainProblem {
  /** As in the catalogue: `docs/errors/<code>.md`. */
  readonly code: ProblemCode;
  readonly retry: Retry;
  /** The contract's own error; null when it gave none that we know. */
  readonly error: string | null;
  readonly args: readonly unknown[];
}

const ERRORS = [...bountyEscrowAbi, ...distributorAbi, ...feedChannelAbi, ...testUsdAbi];

/**
 * Why a contract refused what you simulated or sent: the data of its revert, or what viem threw. Null when no contract refused it, such as
 * when the node did not answer or the account has no ether for gas. Sends nothing; may be repeated.
 *
 * @example
 * const refusal = await publicClient.call(releaseTransaction(release)).then(() => null, chainProblemOf);
 * if (refusal?.code === 'release_out_of_order') console.log('an earlier release comes first, or this one has been paid');
 */
export function chainProblemOf(refused: unknown): ChainProblem | null {
  const data = isHex(refused) ? refused : dataIn(refused);
  if (data === null) return null;
  const { error, args } = decoded(data);
  const code = error === null ? 'chain_refused' : contractProblem(error, typeof args[0] === 'string' ? args[0] : null);
  return { code, retry: PROBLEMS[code].retry, error, args };
}

function decoded(data: Hex): Pick<ChainProblem, 'error' | 'args'> {
  try {
    const { errorName, args } = decodeErrorResult({ abi: ERRORS, data });
    return { error: errorName, args: args ?? [] };
  } catch {
    return { error: null, args: [] }; // An error of a contract that is not ours.
  }
}

/** Nodes tell the data of a revert at different depths. */
function dataIn(error: unknown): Hex | null {
  if (!(error instanceof BaseError)) return null;
  const told = error.walk((one) => dataOf(one) !== null);
  return told === null ? null : dataOf(told);
}

function dataOf(one: unknown): Hex | null {
  const { data } = one as { data?: unknown };
  if (isHex(data)) return data;
  const inner = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : null;
  return isHex(inner) ? inner : null;
}

const isHex = (value: unknown): value is Hex => typeof value === 'string' && /^0x([0-9a-f]{2})*$/i.test(value);
