import { encodePacked, type Hex, hexToBigInt, numberToHex, parseAbi } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { startTestChain, type TestChain } from '../../../../test/support/anvil.js';
import { eventually } from '../../../../test/support/eventually.js';
import { testDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { ManualClock } from '../../../kernel/clock.js';
import { sql } from '../../database/index.js';
import { silentLog } from '../../telemetry/index.js';
import type { ChainOperation, NewOperation } from '../operation.js';
import { readOperation } from '../operations.repository.js';
import { ChainSender, type ChainSenderOptions, type Pumped } from '../sender.js';
import { LOGGER, LOGGER_CODE, REFUSER, REFUSER_CODE } from './contracts.js';

const ETHER = 10n ** 18n;
const GWEI = 10n ** 9n;
const BEGINNING = Date.UTC(2026, 0, 1);
const PUMPS_MAX = 30;
export const ERRORS = parseAbi(['error Refused(uint256 code)']);

/** A chain, a database, and what a test of senders asks of them. */
export class SendingBench {
  /** Another one in each test: a node remembers transactions that it has seen. */
  signer = privateKeyToAccount(generatePrivateKey());
  readonly clock = new ManualClock(BEGINNING);
  private beginning: Hex = '0x';

  // Ends are told to a table, so that those of a rolled back transaction are gone.
  private constructor(
    readonly chain: TestChain,
    readonly database: TestDatabase,
  ) {}

  static async start(): Promise<SendingBench> {
    const [chain, database] = await Promise.all([startTestChain(), testDatabase()]);
    const bench = new SendingBench(chain, database);
    await database.unitOfWork.run((tx) => sql(tx, 'CREATE TABLE told (id text, state text)'));
    await chain.request('anvil_setCode', [LOGGER, LOGGER_CODE]);
    await chain.request('anvil_setCode', [REFUSER, REFUSER_CODE]);
    await chain.mine(3);
    bench.beginning = await chain.snapshot();
    return bench;
  }

  /** Chain and database as they were at the start. Before each test. */
  async reset(): Promise<void> {
    await this.chain.setAutomine(true);
    await this.chain.request('anvil_dropAllTransactions', []);
    await this.chain.revert(this.beginning);
    this.beginning = await this.chain.snapshot();
    // A revert leaves the base fee as it has become.
    await this.chain.setNextBaseFee(GWEI);
    await this.chain.mine();
    const text = 'TRUNCATE told, chain_operation, chain_tx, chain_attempt';
    await this.database.unitOfWork.run((tx) => sql(tx, text));
    this.clock.set(BEGINNING);
    this.signer = privateKeyToAccount(generatePrivateKey());
    await this.chain.fund(this.signer.address, 1_000n * ETHER);
  }

  async stop(): Promise<void> {
    await this.chain.stop();
    await this.database.close();
  }

  /** As a process that has just started: it knows only what the database holds. */
  sender(options: Partial<ChainSenderOptions> = {}): ChainSender {
    const sender = new ChainSender({
      chain_id: this.chain.chain_id,
      rpc_url: this.chain.url,
      signer: this.signer,
      unitOfWork: this.database.unitOfWork,
      database_url: this.database.url,
      log: silentLog,
      clock: this.clock,
      errors: ERRORS,
      ...options,
    });
    sender.onDone('test', async (tx, { id, state }) => {
      await sql(tx, 'INSERT INTO told VALUES ($1, $2)', [id, state]);
    });
    return sender;
  }

  async enqueue(sender: ChainSender, ...operations: NewOperation[]): Promise<void> {
    await this.database.unitOfWork.run(async (tx) => {
      for (const operation of operations) await sender.enqueue(tx, operation);
    });
  }

  /** Pumps and mines until nothing is queued or under way. */
  async finish(sender: ChainSender): Promise<void> {
    for (let pumps = 0; pumps < PUMPS_MAX; pumps++) {
      const pumped: Pumped = await sender.pump();
      if (pumped.state === 'pumped' && pumped.under_way === 0 && pumped.queued === 0) return;
      await this.chain.mine();
    }
    throw new Error(`still under way after ${PUMPS_MAX} pumps`);
  }

  async operation(id: string): Promise<ChainOperation> {
    return (await this.database.unitOfWork.run((tx) => readOperation(tx, id)))!;
  }

  /** Every end that handlers were told of. */
  async told(): Promise<string[]> {
    const text = `SELECT id || ' ' || state AS line FROM told ORDER BY 1`;
    return (await this.database.unitOfWork.run((tx) => sql<{ line: string }>(tx, text))).map(({ line }) => line);
  }

  /** The hashes stored for an operation, oldest first. */
  async hashes(id: string): Promise<Hex[]> {
    const text = `SELECT hash FROM chain_attempt JOIN chain_tx USING (chain_id, from_addr, nonce) WHERE operation_id = $1 ORDER BY nonce, attempt`;
    return (await this.database.unitOfWork.run((tx) => sql<{ hash: Hex }>(tx, text, [id]))).map(({ hash }) => hash);
  }

  /** The first words of all logs on the chain, i.e. which logged operations took effect there, in order. */
  async effects(): Promise<bigint[]> {
    const logs = await this.chain.request<{ topics: Hex[] }[]>('eth_getLogs', [
      { address: LOGGER, fromBlock: '0x0', toBlock: 'latest' },
    ]);
    return logs.map(({ topics }) => hexToBigInt(topics[0]!));
  }

  /** Sends a transaction of our key that no sender knows of; it logs 99. Answers its hash. */
  async foreign({ nonce, fee }: { nonce: number; fee: bigint }): Promise<Hex> {
    const raw = await this.signer.signTransaction({
      type: 'eip1559',
      chainId: this.chain.chain_id,
      nonce,
      to: LOGGER,
      data: numberToHex(99, { size: 32 }),
      gas: 90_000n,
      maxFeePerGas: fee,
      maxPriorityFeePerGas: fee / 2n,
    });
    return this.chain.request<Hex>('eth_sendRawTransaction', [raw]);
  }

  /** Waits until the chain has taken so many of our key. A node that mines by itself does so only after it has answered. */
  async took(transactions: bigint): Promise<void> {
    await eventually(async () => (await this.nonce()) === transactions);
  }

  async nonce(): Promise<bigint> {
    return hexToBigInt(await this.chain.request<Hex>('eth_getTransactionCount', [this.signer.address, 'latest']));
  }
}

/** An operation that leaves a log with its number. */
export function logging(number: number, more: Partial<NewOperation> = {}): NewOperation {
  return {
    id: `op-${number}`,
    to: LOGGER,
    data: encodePacked(['uint256'], [BigInt(number)]),
    value: 0n,
    purpose: 'test',
    confirmations: 'latest+1',
    ...more,
  };
}
