import {
  type Abi,
  type Address,
  concat,
  encodeDeployData,
  getContractAddress,
  type Hex,
  hexToBigInt,
  numberToHex,
} from 'viem';
import { assert } from '../../kernel/assert.js';
import { sleep } from '../time.js';
import { type Request, RpcRefusal } from './rpc.js';

/** The deployer that nobody owns and that has the same address on every chain: it makes a contract of salt and creation code. */
export const DETERMINISTIC_DEPLOYER: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
/** Only the code and the arguments decide an address here. */
const SALT: Hex = numberToHex(0, { size: 32 });
const POLL_MS = 50;
/** A minute of polls: a local chain mines at once, or at an interval of seconds. */
const POLLS_MAX = 1_200;

/** A contract to be deployed. Arguments may be addresses that `deploymentAddress` gave for others. */
export interface Deployable<Name extends string = string> {
  readonly name: Name;
  /** Creation code, without arguments. */
  readonly bytecode: Hex;
  /** Needed when the constructor takes arguments. */
  readonly abi?: Abi;
  readonly args?: readonly unknown[];
}

/** A contract is not where it was to be put. */
export class DeploymentFailed extends Error {
  constructor(
    readonly contract: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${contract} could not be deployed: ${reason}`, options);
    this.name = 'DeploymentFailed';
  }
}

/** Where a contract is, or will be, on every chain that has the deterministic deployer: it follows from code and arguments alone. */
export function deploymentAddress(contract: Omit<Deployable, 'name'>): Address {
  return getContractAddress({
    opcode: 'CREATE2',
    from: DETERMINISTIC_DEPLOYER,
    salt: SALT,
    bytecode: creationCode(contract),
  });
}

/**
 * Puts each contract at its `deploymentAddress`, in order; one that is there already is skipped, so a call cut short can be repeated.
 * Sends from an account of the node itself, the first one unless told: for local chains. Not for one that other nodes know.
 * @throws {DeploymentFailed} when the deployer is missing, the node has no account, or a constructor reverts.
 * @throws {ChainUnavailable} when the node does not answer.
 */
export async function deployContracts<Name extends string>(
  request: Request,
  contracts: readonly Deployable<Name>[],
  from?: Address,
): Promise<Readonly<Record<Name, Address>>> {
  const addresses: Partial<Record<Name, Address>> = {};
  for (const contract of contracts) {
    const address = deploymentAddress(contract);
    if (!(await hasCode(request, address))) await deploy(request, contract, address, from);
    addresses[contract.name] = address;
  }
  return addresses as Record<Name, Address>;
}

/** Whether a contract lives at this address now. */
export async function hasCode(request: Request, address: Address): Promise<boolean> {
  return (await request<Hex>('eth_getCode', [address, 'latest'])) !== '0x';
}

async function deploy(request: Request, contract: Deployable, address: Address, from?: Address): Promise<void> {
  if (!(await hasCode(request, DETERMINISTIC_DEPLOYER)))
    throw new DeploymentFailed(contract.name, `this chain has no deployer at ${DETERMINISTIC_DEPLOYER}`);
  const sender = from ?? (await request<Address[]>('eth_accounts', []))[0];
  if (sender === undefined) throw new DeploymentFailed(contract.name, 'the node has no account of its own');
  const call = { from: sender, to: DETERMINISTIC_DEPLOYER, data: concat([SALT, creationCode(contract)]) };
  const hash = await request<Hex>('eth_sendTransaction', [call]).catch((error: unknown) => {
    if (!(error instanceof RpcRefusal)) throw error;
    throw new DeploymentFailed(contract.name, error.reason, { cause: error });
  });
  await mined(request, hash, contract.name);
  if (!(await hasCode(request, address)))
    throw new DeploymentFailed(contract.name, `transaction ${hash} left no code at ${address}`);
}

async function mined(request: Request, hash: Hex, name: string): Promise<void> {
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    const receipt = await request<{ status: Hex } | null>('eth_getTransactionReceipt', [hash]);
    if (receipt !== null && hexToBigInt(receipt.status) === 1n) return;
    if (receipt !== null) throw new DeploymentFailed(name, `its constructor reverts (transaction ${hash})`);
    await sleep(POLL_MS);
  }
  throw new DeploymentFailed(name, `transaction ${hash} is not mined`);
}

function creationCode({ bytecode, abi = [], args = [] }: Omit<Deployable, 'name'>): Hex {
  const takes = abi.find((item) => item.type === 'constructor')?.inputs.length ?? 0;
  assert(takes === args.length, `the constructor takes ${takes} arguments, not ${args.length}`); // viem takes none for enough.
  return takes === 0 ? bytecode : encodeDeployData({ abi, bytecode, args });
}
