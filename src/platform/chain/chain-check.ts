import { type Address, type Hex, hexToBigInt, hexToNumber, isHex } from 'viem';
import { hasCode } from './deployment.js';
import { ChainUnavailable, type Request, RpcRefusal } from './rpc.js';

/** Amounts of ours are millionths: a token that counts otherwise would move wrong sums. */
const DECIMALS = 6n;
/** `decimals()` */
const DECIMALS_CALL: Hex = '0x313ce567';
const WORD_PATTERN = /^0x[0-9a-f]{64}$/i;

/** What the configuration says of a chain. */
export interface ExpectedChain {
  readonly id: number;
  /** Contracts by the variable that names each. */
  readonly contracts: Readonly<Record<string, Address>>;
  /** Which of `contracts` is the token. */
  readonly token: string;
}

/** What is not as configured. `variable` is what to set otherwise. */
export type ChainFault =
  | { readonly kind: 'unreachable'; readonly variable: 'CHAIN_RPC_URL'; readonly reason: string }
  | { readonly kind: 'wrong_chain'; readonly variable: 'CHAIN_ID'; readonly expected: number; readonly found: number }
  | { readonly kind: 'no_contract'; readonly variable: string; readonly address: Address }
  | {
      readonly kind: 'wrong_decimals';
      readonly variable: string;
      readonly address: Address;
      /** Null when it does not say: then it is no token. */
      readonly found: bigint | null;
    };

/** The chain is not the one the configuration describes; nothing may be sent to it. Names every fault found. */
export class ChainRefused extends Error {
  constructor(
    readonly faults: readonly [ChainFault, ...ChainFault[]],
    options?: ErrorOptions,
  ) {
    super(`The chain is not as configured:\n${faults.map((fault) => `  ${wordsOf(fault)}`).join('\n')}`, options);
    this.name = 'ChainRefused';
  }
}

/**
 * Asks a chain's node whether it is the chain we were told: its id, code at each address, and a token of six decimals. Changes nothing;
 * may be repeated at any time.
 * @throws {ChainRefused} naming each fault. A node that does not answer, or one of another chain, is asked nothing further.
 */
export async function checkChain(request: Request, expected: ExpectedChain): Promise<void> {
  const faults = await faultsOf(request, expected).catch((cause: unknown) => {
    if (!(cause instanceof ChainUnavailable || cause instanceof RpcRefusal)) throw cause;
    throw new ChainRefused([{ kind: 'unreachable', variable: 'CHAIN_RPC_URL', reason: cause.message }], { cause });
  });
  const [first, ...others] = faults;
  if (first !== undefined) throw new ChainRefused([first, ...others]);
}

async function faultsOf(request: Request, expected: ExpectedChain): Promise<ChainFault[]> {
  const answer = await request<Hex>('eth_chainId', []);
  if (!isHex(answer)) throw new RpcRefusal('eth_chainId', 'the answer is no number', null, {});
  const found = hexToNumber(answer);
  if (found !== expected.id) return [{ kind: 'wrong_chain', variable: 'CHAIN_ID', expected: expected.id, found }];
  const faults: ChainFault[] = [];
  for (const [variable, address] of Object.entries(expected.contracts)) {
    if (!(await hasCode(request, address))) faults.push({ kind: 'no_contract', variable, address });
    else if (variable === expected.token) faults.push(...(await tokenFaults(request, variable, address)));
  }
  return faults;
}

async function tokenFaults(request: Request, variable: string, address: Address): Promise<ChainFault[]> {
  const found = await decimalsOf(request, address);
  return found === DECIMALS ? [] : [{ kind: 'wrong_decimals', variable, address, found }];
}

async function decimalsOf(request: Request, address: Address): Promise<bigint | null> {
  try {
    const answer = await request<Hex>('eth_call', [{ to: address, data: DECIMALS_CALL }, 'latest']);
    return WORD_PATTERN.test(answer) ? hexToBigInt(answer) : null;
  } catch (error) {
    if (error instanceof RpcRefusal && error.revert_data !== null) return null;
    throw error;
  }
}

function wordsOf(fault: ChainFault): string {
  switch (fault.kind) {
    case 'unreachable':
      return `CHAIN_RPC_URL: no sensible answer there (${fault.reason}); set it to a node that can be reached`;
    case 'wrong_chain':
      return `CHAIN_ID: expected chain ${fault.expected}, but the node serves chain ${fault.found}; set CHAIN_RPC_URL to a node of chain ${fault.expected}, or CHAIN_ID and the addresses to those of chain ${fault.found}`;
    case 'no_contract':
      return `${fault.variable}: there is no contract at ${fault.address} on this chain; set it to where the contract was deployed`;
    case 'wrong_decimals':
      return `${fault.variable}: ${fault.address} ${fault.found === null ? 'does not say its decimals and is no token' : `counts ${fault.found} decimals`}; set it to a token of ${DECIMALS} decimals`;
  }
}
