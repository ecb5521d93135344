import {
  authorizationCollectorAbi,
  bountyEscrowAbi,
  distributorAbi,
  feedChannelAbi,
  testUsdAbi,
} from '@groundtruth/sdk/abi';
import {
  authorizationCollectorBytecode,
  bountyEscrowBytecode,
  distributorBytecode,
  feedChannelBytecode,
  testUsdBytecode,
} from '@groundtruth/sdk/abi/bytecode';
import { EIP712_DOMAINS, type Chain } from '@groundtruth/sdk/protocol';
import { encodeFunctionData, hexToNumber, numberToHex, type Address, type Hex } from 'viem';
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { deployContracts, deploymentAddress, type Deployable } from '../../src/platform/chain/index.js';
import type { TestChain } from '../../test/support/anvil.js';
import { eventually } from '../../test/support/eventually.js';

/** Token base units. */
export const USD = 1_000_000n;
/** Authorizations and entries of this benchmark end in 2096: the same calldata, and so the same gas, in every run. */
export const FAR = 4_000_000_000;
export const ROOT_DELAY_S = 3_600n;

const NAMES = ['token', 'escrow', 'distributor', 'channel', 'collector'] as const;
type ContractName = (typeof NAMES)[number];

/** Our contracts on a new chain, and who signs. Keys are fixed, for a signature's zero bytes are cheaper than others. */
export interface GasWorld {
  readonly chain: TestChain;
  /** As messages to be signed name it. */
  readonly view: Chain;
  readonly at: Readonly<Record<ContractName, Address>>;
  /** Sends what anyone may send, makes tokens, and sets roots. */
  readonly relayer: Address;
  /** Is paid for reads, and claims them itself. */
  readonly receiver: Address;
  readonly funder: PrivateKeyAccount;
  readonly releaser: PrivateKeyAccount;
  /** Decides for the payer of a channel, as an agent's hot key does. */
  readonly voucher_signer: PrivateKeyAccount;
  /** Decides for the receiver of a channel. */
  readonly receiver_signer: PrivateKeyAccount;
  /** Sends a call and answers what its receipt says it used. @throws {Error} when it reverts. */
  send(to: Address, data: Hex, from?: Address): Promise<number>;
  mint(to: Address, amount: bigint): Promise<void>;
}

export async function openGasWorld(chain: TestChain): Promise<GasWorld> {
  const [relayer, receiver, guardian] = (await chain.request<Address[]>('eth_accounts', [])) as [
    Address,
    Address,
    Address,
  ];
  const [funder, releaser, voucher_signer, receiver_signer] = [0xa11ce, 0xb0b, 0xca1, 0xd0e].map((key) =>
    privateKeyToAccount(numberToHex(key, { size: 32 })),
  ) as [PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount];
  const { name } = EIP712_DOMAINS.test;
  const token = { name: 'token', abi: testUsdAbi, bytecode: testUsdBytecode, args: [relayer] } as const;
  const usd = deploymentAddress(token);
  const channel = { name: 'channel', abi: feedChannelAbi, bytecode: feedChannelBytecode } as const;
  const roles = [relayer, releaser.address, guardian, ROOT_DELAY_S];
  const contracts: Deployable<ContractName>[] = [
    token,
    { name: 'escrow', abi: bountyEscrowAbi, bytecode: bountyEscrowBytecode, args: [usd, name] },
    { name: 'distributor', abi: distributorAbi, bytecode: distributorBytecode, args: [usd, ...roles, name] },
    channel,
    {
      name: 'collector',
      abi: authorizationCollectorAbi,
      bytecode: authorizationCollectorBytecode,
      args: [deploymentAddress(channel)],
    },
  ];
  const at = await deployContracts(chain.request, contracts);
  const send = (to: Address, data: Hex, from = relayer) => gasOf(chain, { from, to, data });
  const { escrow, distributor } = at;
  const view: Chain = {
    mode: 'test',
    chain_id: chain.chain_id,
    escrow,
    distributor,
    token: { address: at.token, name: 'Test USD', version: '2', decimals: 6 },
  };
  const mint = async (to: Address, amount: bigint): Promise<void> => {
    await send(at.token, encodeFunctionData({ abi: testUsdAbi, functionName: 'mint', args: [to, amount] }));
  };
  return { chain, view, at, relayer, receiver, funder, releaser, voucher_signer, receiver_signer, send, mint };
}

async function gasOf({ request }: TestChain, call: { from: Address; to: Address; data: Hex }): Promise<number> {
  const hash = await request<Hex>('eth_sendTransaction', [call]);
  const receipt = await eventually(
    () => request<{ status: Hex; gasUsed: Hex } | null>('eth_getTransactionReceipt', [hash]),
    `transaction ${hash}`,
  );
  if (hexToNumber(receipt.status) !== 1) throw new Error(`transaction ${hash} to ${call.to} reverts`);
  return hexToNumber(receipt.gasUsed);
}
