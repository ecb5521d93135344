import { join } from 'node:path';
import { authorizationCollectorAbi, bountyEscrowAbi, distributorAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import {
  authorizationCollectorBytecode,
  bountyEscrowBytecode,
  distributorBytecode,
  feedChannelBytecode,
  testUsdBytecode,
} from '@groundtruth/sdk/abi/bytecode';
import { CHANNEL_CONTRACT, DEPOSIT_COLLECTOR, EIP712_DOMAINS, type Chain } from '@groundtruth/sdk/protocol';
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
  /** Where reads are paid to; null where they are not sold on this chain. */
  readonly reads_to: Address | null;
}

interface FoundChainParts {
  readonly config: Config;
  readonly log: Log;
  readonly keyring: Keyring;
}

/** The chain that mode live is configured for; null when it is for none. @throws {Error} naming what is not as configured. */
export async function configuredChain({ config, keyring }: FoundChainParts): Promise<FoundChain | null> {
  const { CHAIN_RPC_URL, CHAIN_ID, CHAIN_TOKEN, CHAIN_ESCROW, CHAIN_DISTRIBUTOR, CHAIN_FEE_TO, CHAIN_READS_TO } =
    config;
  if (!CHAIN_RPC_URL || !CHAIN_ID || !CHAIN_TOKEN || !CHAIN_ESCROW || !CHAIN_DISTRIBUTOR || !CHAIN_FEE_TO) return null;
  const request = httpRequest(CHAIN_RPC_URL, ANSWER_MS_MAX);
  const channels = { 'CHAIN_READS_TO (x402’s channels)': CHANNEL_CONTRACT, 'CHAIN_READS_TO (its deposits)': DEPOSIT_COLLECTOR } as const; // prettier-ignore
  const contracts = { CHAIN_TOKEN, CHAIN_ESCROW, CHAIN_DISTRIBUTOR, ...(CHAIN_READS_TO && channels) };
  await checkChain(request, { id: CHAIN_ID, contracts, token: 'CHAIN_TOKEN' });
  await checkDistributor(request, CHAIN_DISTRIBUTOR, {
    releaser: keyring.releasers.live,
    rootSetter: keyring.root_setters.live.address,
    token: CHAIN_TOKEN,
  });
  const place = { mode: 'live', chain_id: CHAIN_ID, escrow: CHAIN_ESCROW, distributor: CHAIN_DISTRIBUTOR } as const;
  const reads_to = CHAIN_READS_TO ? lower(CHAIN_READS_TO) : null;
  return { url: CHAIN_RPC_URL, fee_to: lower(CHAIN_FEE_TO), reads_to, view: await viewOf(request, place, CHAIN_TOKEN) };
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
  await placeChannels(request);
  for (const { address } of [keyring.relayers.test, keyring.root_setters.test])
    await request('anvil_setBalance', [address, numberToHex(PLAY_ETHER)]);
  const place = { mode: 'test', chain_id: anvil.chain_id, escrow, distributor } as const;
  const { fee_to, reads_to } = keyring.chain_roles;
  const view = await viewOf(request, place, token);
  return { url: anvil.url, fee_to: lower(fee_to), reads_to: lower(reads_to), view };
}

/** The channel contract where every x402 client looks for it, which only the code that x402 deployed could reach by itself. */
async function placeChannels(request: Request): Promise<void> {
  const collector = {
    abi: authorizationCollectorAbi,
    bytecode: authorizationCollectorBytecode,
    args: [CHANNEL_CONTRACT],
  };
  const at = await deployContracts(request, [
    { name: 'channels', bytecode: feedChannelBytecode },
    { name: 'collector', ...collector },
  ]);
  for (const [name, place] of [
    ['channels', CHANNEL_CONTRACT],
    ['collector', DEPOSIT_COLLECTOR],
  ] as const) {
    const code = await request<Hex>('eth_getCode', [at[name], 'latest']);
    if ((await request<Hex>('eth_getCode', [place, 'latest'])) !== code) await request('anvil_setCode', [place, code]);
  }
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
