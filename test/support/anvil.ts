import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Address, type Hex, hexToNumber, numberToHex } from 'viem';
import { httpRequest, type Request } from '../../src/platform/chain/rpc.js';
import { anvilProgram } from '../../src/platform/embedded/anvil-binary.js';
import { freePort } from '../../src/platform/embedded/port.js';
import { eventually } from './eventually.js';

const STARTS_MAX = 5;
const REQUEST_MS_MAX = 10_000;

/** A chain of one test file: in memory, gone when it stops. `safe` is one block behind the newest, `finalized` two. */
export interface TestChain {
  readonly url: string;
  readonly chain_id: number;
  readonly request: Request;
  /** Sets the balance of an account, in wei. */
  fund(account: Address, wei: bigint): Promise<void>;
  mine(blocks?: number): Promise<void>;
  /** From now on transactions wait for `mine`, or no longer do. */
  setAutomine(on: boolean): Promise<void>;
  /** Wei a unit of gas that the next block asks for. */
  setNextBaseFee(wei: bigint): Promise<void>;
  /** Remembers the chain as it is, to go back to once: a reorganisation is a revert and other blocks. */
  snapshot(): Promise<Hex>;
  revert(snapshot: Hex): Promise<void>;
  /** Puts code at an address, without a constructor. */
  setCode(address: Address, code: Hex): Promise<void>;
  /** The node's process, for tests that kill or pause it. */
  readonly process: ChildProcess;
  /** Repeatable. */
  stop(): Promise<void>;
}

export interface TestChainOptions {
  /** Default 31337. */
  readonly chain_id?: number;
  /** Seconds between blocks. Default: a block for each transaction at once. */
  readonly block_time_s?: number;
  /** Blocks between the newest and `safe`, and between that and `finalized`. Default 1. */
  readonly epoch_blocks?: number;
}

/** Starts one. It dies with this process, unless that is killed. */
export async function startTestChain(options: TestChainOptions = {}): Promise<TestChain> {
  for (let tries = 1; ; tries++) {
    const chain = await started(await freePort(), options);
    if (chain !== null) return chain;
    if (tries === STARTS_MAX) throw new Error(`anvil did not start in ${STARTS_MAX} tries`);
  }
}

/** Null when anvil ended instead, for instance because its port was taken meanwhile. */
async function started(
  port: number,
  { chain_id = 31_337, block_time_s, epoch_blocks = 1 }: TestChainOptions,
): Promise<TestChain | null> {
  const args = ['--quiet', '--host', '127.0.0.1', '--port', `${port}`, '--chain-id', `${chain_id}`];
  const rules = ['--hardfork', 'cancun', '--slots-in-an-epoch', `${epoch_blocks}`];
  const pace = block_time_s === undefined ? [] : ['--block-time', `${block_time_s}`];
  const child = spawn(anvilProgram(), [...args, ...rules, ...pace], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const url = `http://127.0.0.1:${port}`;
  const request = httpRequest(url, REQUEST_MS_MAX);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  await eventually(async () => hasEnded() || (await request<Hex>('eth_chainId', []).catch(() => null)), 'anvil');
  if (hasEnded()) return null;
  const chain: TestChain = {
    url,
    chain_id: hexToNumber(await request<Hex>('eth_chainId', [])),
    request,
    process: child,
    fund: (account, wei) => request('anvil_setBalance', [account, numberToHex(wei)]),
    mine: (blocks = 1) => request('anvil_mine', [numberToHex(blocks)]),
    setAutomine: (on) => request('evm_setAutomine', [on]),
    setNextBaseFee: (wei) => request('anvil_setNextBlockBaseFeePerGas', [numberToHex(wei)]),
    snapshot: () => request('evm_snapshot', []),
    setCode: (address, code) => request('anvil_setCode', [address, code]),
    revert: async (snapshot) => {
      if (!(await request<boolean>('evm_revert', [snapshot]))) throw new Error(`there is no snapshot ${snapshot}`);
    },
    stop: async () => {
      process.off('exit', kill);
      kill();
      await ended;
    },
  };
  return chain;
}
