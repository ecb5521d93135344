import { join } from 'node:path';
import { bountyEscrowAbi, distributorAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { bountyEscrowBytecode, distributorBytecode, testUsdBytecode } from '@groundtruth/sdk/abi/bytecode';
import { EIP712_DOMAINS, type Chain } from '@groundtruth/sdk/protocol';
import { decodeFunctionResult, encodeFunctionData, numberToHex, type Address, type Hex } from 'viem';
import type { Keyring } from './keyring.js';
import {
  checkChain,
  deployContracts,
  deploymentAddress,
  httpRequest,
  type Deployable,
  type Request,
} from './platform/chain/index.js';
import type { Config } from './platform/config/index.js';
import { startAnvil } from './platform/embedded/anvil.js';
import type { Log } from './platform/telemetry/index.js';

const ANSWER_MS_MAX = 10_000;
/** What the keys that pay gas on the embedded chain have: a million ether that are worth nothing. */
const PLAY_ETHER = 10n ** 24n;
const ROOT_DELAY_S = 3_600n;

/** One chain as it was found or made, before anything is sent to it. */
export interface FoundChain {
  readonly url: string;
  readonly view: Chain;
  readonly fee_to: Address;
}

interface FoundChainParts {
  readonly config: Config;
  readonly log: Log;
  readonly keyring: Keyring;
}

/** The chain that mode live is configured for; null when it is for none. @throws {Error} naming what is not as configured. */
export async function configuredChain({ config, keyring }: FoundChainParts): Promise<FoundChain | null> {
  const { CHAIN_RPC_URL, CHAIN_ID, CHAIN_TOKEN, CHAIN_ESCROW, CHAIN_DISTRIBUTOR, CHAIN_FEE_TO } = config;
  if (!CHAIN_RPC_URL || !CHAIN_ID || !CHAIN_TOKEN || !CHAIN_ESCROW || !CHAIN_DISTRIBUTOR || !CHAIN_FEE_TO) return null;
  const request = httpRequest(CHAIN_RPC_URL, ANSWER_MS_MAX);
  const contracts = { CHAIN_TOKEN, CHAIN_ESCROW, CHAIN_DISTRIBUTOR };
  await checkChain(request, { id: CHAIN_ID, contracts, token: 'CHAIN_TOKEN' });
  await checkDistributor(request, CHAIN_DISTRIBUTOR, {
    releaser: keyring.releasers.live,
    rootSetter: keyring.root_setters.live.address,
    token: CHAIN_TOKEN,
  });
  const place = { mode: 'live', chain_id: CHAIN_ID, escrow: CHAIN_ESCROW, distributor: CHAIN_DISTRIBUTOR } as const;
  return { url: CHAIN_RPC_URL, fee_to: lower(CHAIN_FEE_TO), view: await viewOf(request, place, CHAIN_TOKEN) };
}

/** Our contracts on anvil, each at the address that follows from its code and keys: a chain that was there before is used on. */
export async function embeddedChain(
  { config, log, keyring }: FoundChainParts,
  ending: (() => Promise<unknown>)[],
): Promise<FoundChain> {
  const anvil = await startAnvil({ dataDir: join(config.DATA_DIR, 'chain'), log });
  ending.push(() => anvil.stop());
  const request = httpRequest(anvil.url, ANSWER_MS_MAX);
  const { token, escrow, distributor } = await deployContracts(request, testContracts(keyring));
  for (const { address } of [keyring.relayers.test, keyring.root_setters.test])
    await request('anvil_setBalance', [address, numberToHex(PLAY_ETHER)]);
  const place = { mode: 'test', chain_id: anvil.chain_id, escrow, distributor } as const;
  return { url: anvil.url, fee_to: lower(keyring.chain_roles.fee_to), view: await viewOf(request, place, token) };
}

function testContracts({
  relayers,
  releasers,
  root_setters,
  chain_roles,
}: Keyring): Deployable<'token' | 'escrow' | 'distributor'>[] {
  const { name } = EIP712_DOMAINS.test;
  const token = { name: 'token', abi: testUsdAbi, bytecode: testUsdBytecode, args: [relayers.test.address] } as const;
  const at = deploymentAddress(token);
  const roles = [root_setters.test.address, releasers.test, chain_roles.guardian, ROOT_DELAY_S];
  return [
    token,
    { name: 'escrow', abi: bountyEscrowAbi, bytecode: bountyEscrowBytecode, args: [at, name] },
    { name: 'distributor', abi: distributorAbi, bytecode: distributorBytecode, args: [at, ...roles, name] },
  ];
}

/** A Distributor of another token, or of other keys or words to sign for, would keep what releases pay it. */
async function checkDistributor(request: Request, to: Address, named: Readonly<Record<Named, Address>>): Promise<void> {
  const ask = (data: Hex): Promise<Hex> => request<Hex>('eth_call', [{ to, data }, 'latest']);
  for (const functionName of ['releaser', 'rootSetter', 'token'] as const) {
    const data = await ask(encodeFunctionData({ abi: distributorAbi, functionName }));
    const found = decodeFunctionResult({ abi: distributorAbi, functionName, data });
    if (lower(found) !== lower(named[functionName]))
      throw new Error(`CHAIN_DISTRIBUTOR: ${to} names ${functionName} ${found}, and ours is ${named[functionName]}`);
  }
  const call = { abi: distributorAbi, functionName: 'eip712Domain' } as const;
  const [, domain, version] = decodeFunctionResult({ ...call, data: await ask(encodeFunctionData(call)) });
  const ours = EIP712_DOMAINS.live;
  if (domain !== ours.name || version !== ours.version)
    throw new Error(
      `CHAIN_DISTRIBUTOR: ${to} names domain ${domain} ${version}, and ours is ${ours.name} ${ours.version}`,
    );
}

type Named = 'releaser' | 'rootSetter' | 'token';

/** The token's signing domain is asked of the token: no two stablecoins agree on it. */
async function viewOf(
  request: Request,
  { mode, chain_id, escrow, distributor }: Pick<Chain, 'mode' | 'chain_id' | 'escrow' | 'distributor'>,
  token: Address,
): Promise<Chain> {
  const ask = async (functionName: 'name' | 'version'): Promise<string> => {
    const data = encodeFunctionData({ abi: testUsdAbi, functionName });
    const answer = await request<Hex>('eth_call', [{ to: token, data }, 'latest']);
    return decodeFunctionResult({ abi: testUsdAbi, functionName, data: answer });
  };
  const [name, version] = [await ask('name'), await ask('version')];
  return {
    mode,
    chain_id,
    escrow: lower(escrow),
    distributor: lower(distributor),
    token: { address: lower(token), name, version, decimals: 6 },
  };
}

const lower = (address: Hex): Hex => address.toLowerCase() as Hex;
