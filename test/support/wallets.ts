import { createPublicClient, createWalletClient, http, numberToHex, type Hex } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { httpRequest } from '../../src/platform/chain/rpc.js';
import { eventually } from './eventually.js';

const ETHER = 10n ** 18n;

/** Sends a transaction as this account, which gets an ether for its gas. @throws what the node says of a call that would revert. */
export async function sendAs(
  url: string,
  account: PrivateKeyAccount,
  call: { readonly to: Hex; readonly data: Hex },
): Promise<'success' | 'reverted'> {
  await httpRequest(url, 10_000)('anvil_setBalance', [account.address, numberToHex(ETHER)]);
  const hash = await createWalletClient({ account, transport: http(url) }).sendTransaction({ ...call, chain: null });
  const chain = createPublicClient({ transport: http(url) });
  return eventually(async () => (await chain.getTransactionReceipt({ hash }).catch(() => null))?.status);
}
