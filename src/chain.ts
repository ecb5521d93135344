import { join } from 'node:path';
import { bountyEscrowAbi, distributorAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { bountyEscrowBytecode, distributorBytecode, testUsdBytecode } from '@groundtruth/sdk/abi/bytecode';
import { EIP712_DOMAINS, MODES, type Chain, type Mode } from '@groundtruth/sdk/protocol';
import { decodeFunctionResult, encodeFunctionData, numberToHex, type Address, type Hex } from 'viem';
import type { Keyring } from './keyring.js';
import { EscrowDispatch, EscrowLogs, type EscrowChain, type EscrowChains } from './payments/index.js';
import {
  ChainSender,
  ChainWatcher,
  checkChain,
  deployContracts,
  deploymentAddress,
  httpRequest,
  type Deployable,
  type Request,
} from './platform/chain/index.js';
import type { Config } from './platform/config/index.js';
import type { UnitOfWork } from './platform/database/index.js';
import { startAnvil } from './platform/embedded/anvil.js';
import type { Log } from './platform/telemetry/index.js';
import { every, type Interval } from './platform/time.js';

const ANSWER_MS_MAX = 10_000;
/** What the relayer of the embedded chain pays gas from: a million ether that are worth nothing. */
const PLAY_ETHER = 10n ** 24n;
const ROOT_DELAY_S = 3_600n;

/** The chains of this process, with what follows them. */
export interface Chains {
  readonly escrows: EscrowChains;
  /** Addresses of the embedded chain's own parts; null without one. */
  readonly embedded: { readonly url: string } | null;
  /** Starts sending and watching. Once, when the domains that listen are there. */
  start(get: <T>(type: abstract new (...args: never[]) => T) => T): void;
  /** Finishes what is in hand. */
  stop(): Promise<void>;
}

interface ChainParts {
  readonly config: Config;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly unitOfWork: UnitOfWork;
  readonly database_url: string;
}

/** One chain as it was found or made, before anything is sent to it. */
interface FoundChain {
  readonly url: string;
  readonly view: Chain;
  readonly fee_to: Address;
}

/** Mode test has the embedded chain, unless it is switched off; mode live the configured one, if there is one. */
export async function openChains(parts: ChainParts, ending: (() => Promise<unknown>)[]): Promise<Chains> {
  const found: Record<Mode, FoundChain | null> = {
    test: parts.config.EMBEDDED_CHAIN === 'on' ? await embeddedChain(parts, ending) : null,
    live: await configuredChain(parts.config),
  };
  const escrows = {
    test: found.test && escrowChain(parts, 'test', found.test),
    live: found.live && escrowChain(parts, 'live', found.live),
  };
  let loops: Interval[] = [];
  return {
    escrows,
    embedded: found.test && { url: found.test.url },
    start(get) {
      const dispatch = get(EscrowDispatch);
      dispatch.listen();
      loops = MODES.flatMap((mode) => {
        const [chain, escrow] = [found[mode], escrows[mode]];
        return chain && escrow ? follow(parts, mode, chain, escrow, get(EscrowLogs)) : [];
      });
      if (loops.length > 0) loops.push(loop(parts, 'releases', () => dispatch.pass()));
    },
    stop: async () => void (await Promise.all(loops.map((one) => one.stop()))),
  };
}

/** Sends what is queued and reads what the chain says, for ever. */
function follow(parts: ChainParts, mode: Mode, { url, view }: FoundChain, escrow: EscrowChain, logs: EscrowLogs) {
  const { log, unitOfWork, database_url, config } = parts;
  const first_block = mode === 'live' ? BigInt(config.CHAIN_FROM_BLOCK) : 0n;
  const watch = {
    chain_id: view.chain_id,
    rpc_url: url,
    name: `escrow-${mode}-${view.escrow}`,
    from_block: first_block,
  };
  const watcher = new ChainWatcher({ ...watch, unitOfWork, database_url, log });
  watcher.on(view.escrow, logs);
  return [
    loop(parts, `sender-${mode}`, () => escrow.relayer.pump()),
    loop(parts, `watcher-${mode}`, () => watcher.poll()),
  ];
}

function loop({ config, log }: ChainParts, name: string, round: () => Promise<unknown>): Interval {
  return every(config.CHAIN_POLL_MS, round, (error) =>
    log.error({ err: error, loop: name }, 'a round over the chain failed and will run again'),
  );
}

function escrowChain(parts: ChainParts, mode: Mode, { url, view, fee_to }: FoundChain): EscrowChain {
  const { config, log, keyring, unitOfWork, database_url } = parts;
  const request = httpRequest(url, ANSWER_MS_MAX);
  const signer = keyring.relayers[mode];
  const errors = [...bountyEscrowAbi, ...testUsdAbi];
  return {
    view,
    fee_to,
    relayer: new ChainSender({
      chain_id: view.chain_id, rpc_url: url, signer, unitOfWork, database_url, log, errors,
    }), // prettier-ignore
    releaser: lower(keyring.releasers[mode]),
    grace_s: config.CHAIN_GRACE_S,
    balanceOf: (wallet) => balanceOf(request, view.token.address, wallet),
  };
}

async function configuredChain(config: Config): Promise<FoundChain | null> {
  const { CHAIN_RPC_URL, CHAIN_ID, CHAIN_TOKEN, CHAIN_ESCROW, CHAIN_DISTRIBUTOR, CHAIN_FEE_TO } = config;
  if (!CHAIN_RPC_URL || !CHAIN_ID || !CHAIN_TOKEN || !CHAIN_ESCROW || !CHAIN_DISTRIBUTOR || !CHAIN_FEE_TO) return null;
  const request = httpRequest(CHAIN_RPC_URL, ANSWER_MS_MAX);
  const contracts = { CHAIN_TOKEN, CHAIN_ESCROW, CHAIN_DISTRIBUTOR };
  await checkChain(request, { id: CHAIN_ID, contracts, token: 'CHAIN_TOKEN' });
  const place = { mode: 'live', chain_id: CHAIN_ID, escrow: CHAIN_ESCROW, distributor: CHAIN_DISTRIBUTOR } as const;
  return { url: CHAIN_RPC_URL, fee_to: lower(CHAIN_FEE_TO), view: await viewOf(request, place, CHAIN_TOKEN) };
}

/** Our contracts on anvil, each at the address that follows from its code and keys: a chain that was there before is used on. */
async function embeddedChain(parts: ChainParts, ending: (() => Promise<unknown>)[]): Promise<FoundChain> {
  const { config, log, keyring } = parts;
  const anvil = await startAnvil({ dataDir: join(config.DATA_DIR, 'chain'), log });
  ending.push(() => anvil.stop());
  const request = httpRequest(anvil.url, ANSWER_MS_MAX);
  const { token, escrow, distributor } = await deployContracts(request, testContracts(keyring));
  await request('anvil_setBalance', [keyring.relayers.test.address, numberToHex(PLAY_ETHER)]);
  const place = { mode: 'test', chain_id: anvil.chain_id, escrow, distributor } as const;
  return { url: anvil.url, fee_to: lower(keyring.chain_roles.fee_to), view: await viewOf(request, place, token) };
}

function testContracts({
  relayers,
  releasers,
  chain_roles,
}: Keyring): Deployable<'token' | 'escrow' | 'distributor'>[] {
  const { name } = EIP712_DOMAINS.test;
  const token = { name: 'token', abi: testUsdAbi, bytecode: testUsdBytecode, args: [relayers.test.address] } as const;
  const at = deploymentAddress(token);
  const roles = [chain_roles.root_setter, releasers.test, chain_roles.guardian, ROOT_DELAY_S];
  return [
    token,
    { name: 'escrow', abi: bountyEscrowAbi, bytecode: bountyEscrowBytecode, args: [at, name] },
    { name: 'distributor', abi: distributorAbi, bytecode: distributorBytecode, args: [at, ...roles, name] },
  ];
}

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

async function balanceOf(request: Request, token: Address, wallet: Hex): Promise<bigint> {
  const data = encodeFunctionData({ abi: testUsdAbi, functionName: 'balanceOf', args: [wallet] });
  return BigInt(await request<Hex>('eth_call', [{ to: token, data }, 'latest']));
}

const lower = (address: Hex): Hex => address.toLowerCase() as Hex;
