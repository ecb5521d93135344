import { testUsdAbi } from '@groundtruth/sdk/abi';
import { decodeFunctionResult, encodeFunctionData, parseAbi, type Hex } from 'viem';
import { DomainError } from '../../../kernel/problem.js';
import { RpcRefusal, type Request } from '../../../platform/chain/index.js';

/** What the chain says of wallets now. A network call each, so never asked inside a transaction of the database. */
export interface WalletQuestions {
  /** Token base units it holds. */
  balanceOf(wallet: Hex): Promise<bigint>;
  /** Whether the token takes no authorization of this wallet with this nonce any more (EIP-3009): used or cancelled. */
  isSpent(wallet: Hex, nonce: Hex): Promise<boolean>;
  /** Whether it is a contract that says this signature is its own (EIP-1271). False for an account without code. */
  accepts(wallet: Hex, digest: Hex, signature: Hex): Promise<boolean>;
}

const EIP1271 = parseAbi(['function isValidSignature(bytes32 digest, bytes signature) view returns (bytes32)']);
const ACCEPTED = `0x1626ba7e${'0'.repeat(56)}`;
/** More than any wallet's check takes, and what a hostile one may cost our node. */
const CHECK_GAS_MAX = '0x4c4b40';

/** Asks a node about wallets and their tokens. Every question throws {DomainError} `dependency_unavailable` when it does not answer. */
export function walletQuestions(request: Request, token: Hex): WalletQuestions {
  const ask = async (to: Hex, data: Hex, gas?: Hex): Promise<Hex> =>
    request<Hex>('eth_call', [{ to, data, ...(gas && { gas }) }, 'latest']);
  return {
    balanceOf: (wallet) =>
      answered(async () => {
        const call = { abi: testUsdAbi, functionName: 'balanceOf' } as const;
        const data = await ask(token, encodeFunctionData({ ...call, args: [wallet] }));
        return decodeFunctionResult({ ...call, data });
      }),
    isSpent: (wallet, nonce) =>
      answered(async () => {
        const call = { abi: testUsdAbi, functionName: 'authorizationState' } as const;
        const data = await ask(token, encodeFunctionData({ ...call, args: [wallet, nonce] }));
        return decodeFunctionResult({ ...call, data });
      }),
    accepts: (wallet, digest, signature) =>
      answered(async () => {
        if ((await request<Hex>('eth_getCode', [wallet, 'latest'])) === '0x') return false;
        const data = encodeFunctionData({ abi: EIP1271, args: [digest, signature] });
        return ask(wallet, data, CHECK_GAS_MAX).then((answer) => answer === ACCEPTED, refusedAs(false));
      }),
  };
}

/** `value` for a call that the contract reverted; rethrows whatever else went wrong. */
const refusedAs =
  <T>(value: T) =>
  (error: unknown): T => {
    if (error instanceof RpcRefusal && error.revert_data !== null) return value;
    throw error;
  };

async function answered<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw new DomainError('dependency_unavailable', "the chain's node did not answer", {}, { cause });
  }
}
