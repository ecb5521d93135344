import { bountyEscrowAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { type Abi, type Address, decodeFunctionResult, encodeFunctionData, type Hex, numberToHex } from 'viem';
import type { Request } from '../../platform/chain/index.js';
import type { Moved, OnChain } from './compare.js';

/** What the contracts say at `block`. @throws {RpcRefusal} when the node no longer has the state of that block. */
export async function readContract(
  request: Request,
  escrow: Address,
  block: bigint,
  {
    entries,
    payees,
    distributor,
  }: { readonly entries: readonly Hex[]; readonly payees: readonly Address[]; readonly distributor: Address },
): Promise<OnChain> {
  const ask = async <T>(to: Address, abi: Abi, functionName: string, args: readonly unknown[]): Promise<T> => {
    const data = encodeFunctionData({ abi, functionName, args });
    const answer = await request<Hex>('eth_call', [{ to, data }, numberToHex(block)]);
    return decodeFunctionResult({ abi, functionName, data: answer }) as T;
  };
  const token = await ask<Address>(escrow, bountyEscrowAbi, 'token', []);
  const tokens = await ask<bigint>(token, testUsdAbi, 'balanceOf', [escrow]);
  let undelivered = 0n;
  for (const payee of payees) undelivered += await ask<bigint>(escrow, bountyEscrowAbi, 'undelivered', [payee]);
  const found = new Map<string, Moved>();
  for (const entry of entries) {
    type Account = readonly [funded: bigint, paid: bigint, owed: bigint, refundable: bigint, refunded: bigint];
    const [funded, paid, , , refunded] = await ask<Account>(escrow, bountyEscrowAbi, 'accountOf', [entry]);
    found.set(entry, { funded, paid, refunded });
  }
  const held = await ask<bigint>(token, testUsdAbi, 'balanceOf', [distributor]);
  return { tokens, undelivered, entries: found, distributor: held };
}
