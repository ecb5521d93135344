import { bountyEscrowAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { bountyEscrowBytecode, testUsdBytecode } from '@groundtruth/sdk/abi/bytecode';
import { EIP712_DOMAINS, type Chain } from '@groundtruth/sdk/protocol';
import {
  decodeFunctionResult,
  encodeFunctionData,
  hexToBigInt,
  numberToHex,
  zeroAddress,
  type Abi,
  type Hex,
} from 'viem';
import { deployContracts, deploymentAddress, type Deployable } from '../../../src/platform/chain/index.js';
import { faultyNode, type FaultyNode } from '../../../src/platform/chain/testing/faulty-node.js';
import { startTestChain, type TestChain } from '../../support/anvil.js';

/** `safe` lies so far behind the newest block, and `finalized` as far behind that. */
const EPOCH_BLOCKS = 3;
/** So many blocks can be abandoned; one more would be final. */
export const ABANDONED_MAX = 2 * EPOCH_BLOCKS - 1;
export const BASE_FEE = 1_000_000_000n;
const PLAY_ETHER = 10n ** 24n;

/** The local chain of a lane: it mines when it is told to. */
export class DrillChain {
  /** Wei a unit of gas that every block asks for. */
  base_fee = BASE_FEE;

  private constructor(
    readonly anvil: TestChain,
    /** Stands before the node for everybody but the drill itself. */
    readonly node: FaultyNode,
    readonly view: Chain,
    private readonly stranger: Hex,
  ) {}

  static async start(): Promise<DrillChain> {
    const anvil = await startTestChain({ epoch_blocks: EPOCH_BLOCKS });
    const [stranger] = await anvil.request<Hex[]>('eth_accounts', []);
    const token: Deployable<'token'> = { name: 'token', abi: testUsdAbi, bytecode: testUsdBytecode, args: [stranger] };
    const args = [deploymentAddress(token), EIP712_DOMAINS.test.name];
    const escrow: Deployable<'escrow'> = { name: 'escrow', abi: bountyEscrowAbi, bytecode: bountyEscrowBytecode, args };
    const at = await deployContracts(anvil.request, [token, escrow]);
    await anvil.setAutomine(false);
    const chain = new DrillChain(anvil, await faultyNode(anvil.url), {
      mode: 'test',
      chain_id: anvil.chain_id,
      escrow: lower(at.escrow),
      distributor: zeroAddress,
      token: { address: lower(at.token), name: 'Test USD', version: '2', decimals: 6 },
    }, stranger!); // prettier-ignore
    await chain.mine(2 * EPOCH_BLOCKS + 2);
    return chain;
  }

  async stop(): Promise<void> {
    await this.node.stop();
    await this.anvil.stop();
  }

  async mine(blocks: number): Promise<void> {
    for (let block = 0; block < blocks; block++) {
      await this.anvil.setNextBaseFee(this.base_fee);
      await this.anvil.mine();
    }
  }

  /** Abandons what came after the snapshot for as many other blocks. */
  async goBack(snapshot: Hex, blocks: number): Promise<void> {
    await this.anvil.revert(snapshot);
    // An empty block of the same second would be the same block.
    this.base_fee += 1n;
    await this.mine(1);
    this.base_fee -= 1n;
    await this.mine(blocks - 1);
  }

  async height(): Promise<bigint> {
    return hexToBigInt(await this.anvil.request<Hex>('eth_blockNumber', []));
  }

  /** Epoch milliseconds of the newest block. */
  async now(): Promise<number> {
    const block = await this.anvil.request<{ timestamp: Hex }>('eth_getBlockByNumber', ['latest', false]);
    return Number(block.timestamp) * 1_000;
  }

  async nonce(account: Hex): Promise<bigint> {
    return hexToBigInt(await this.anvil.request<Hex>('eth_getTransactionCount', [account, 'latest']));
  }

  async endow(account: Hex): Promise<void> {
    await this.anvil.fund(account, PLAY_ETHER);
  }

  /** Makes test dollars for a wallet, in a block of their own. */
  async mint(to: Hex, amount: bigint): Promise<void> {
    const data = encodeFunctionData({ abi: testUsdAbi, functionName: 'mint', args: [to, amount] });
    await this.sendAsStranger(this.view.token.address, data);
    await this.mine(1);
  }

  /** Anybody's transaction. Does nothing when it would revert now. */
  async sendAsStranger(to: Hex, data: Hex): Promise<void> {
    const fees = {
      maxFeePerGas: numberToHex(this.base_fee * 4n),
      maxPriorityFeePerGas: numberToHex(this.base_fee * 2n),
    };
    await this.anvil.request('eth_sendTransaction', [
      { from: this.stranger, to, data, gas: numberToHex(2_000_000), ...fees },
    ]);
  }

  tokens(wallet: Hex): Promise<bigint> {
    return this.ask(this.view.token.address, testUsdAbi, 'balanceOf', [wallet]);
  }

  /** What the contract says of an entry, in token base units. */
  async account(entry: Hex) {
    const [funded, paid, owed, refundable, refunded] = await this.ask<readonly bigint[]>(
      this.view.escrow, bountyEscrowAbi, 'accountOf', [entry],
    ); // prettier-ignore
    return { funded: funded!, paid: paid!, owed: owed!, refundable: refundable!, refunded: refunded! };
  }

  private async ask<T>(to: Hex, abi: Abi, functionName: string, args: readonly unknown[]): Promise<T> {
    const data = encodeFunctionData({ abi, functionName, args });
    const answer = await this.anvil.request<Hex>('eth_call', [{ to, data }, 'latest']);
    return decodeFunctionResult({ abi, functionName, data: answer }) as T;
  }
}

const lower = (address: Hex): Hex => address.toLowerCase() as Hex;
