import { type Address, type Hex, hexToBigInt, numberToHex } from 'viem';
import { startTestChain, type TestChain } from '../../../../test/support/anvil.js';
import { testDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { ManualClock } from '../../../kernel/clock.js';
import type { Confirmations } from '../confirmations.js';
import { sql, sqlCount, type Tx } from '../../database/index.js';
import { silentLog } from '../../telemetry/index.js';
import type { ChainLog, LogHandler } from '../log-handler.js';
import { ChainWatcher, type ChainWatcherOptions, type Polled } from '../watcher.js';
import { LOGGER, LOGGER_CODE, LOGGER_TOO } from './contracts.js';

const POLLS_MAX = 20;
const SENDER: Address = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';

/** What a log of a test says: its number; from 1,000 on it asks for `safe`, from 2,000 on for `finalized`. */
export const numberOf = (log: ChainLog): bigint => hexToBigInt(log.topics[0]!);
const depthOf = (log: ChainLog): Confirmations =>
  numberOf(log) >= 2_000n ? 'finalized' : numberOf(log) >= 1_000n ? 'safe' : 'latest+1';

/** A chain, a database whose table `balance` is what logs mean, and what a test of watchers asks of them. */
export class WatchingBench {
  readonly clock = new ManualClock(Date.UTC(2026, 0, 1));

  /** Where watchers begin: the newest block when the database was made empty. */
  private from = 1n;

  private constructor(
    readonly chain: TestChain,
    readonly database: TestDatabase,
  ) {}

  static async start(epoch_blocks = 1): Promise<WatchingBench> {
    const [chain, database] = await Promise.all([startTestChain({ epoch_blocks }), testDatabase()]);
    const bench = new WatchingBench(chain, database);
    await bench.reset();
    for (const address of [LOGGER, LOGGER_TOO]) await chain.request('anvil_setCode', [address, LOGGER_CODE]);
    await chain.request('anvil_autoImpersonateAccount', [true]);
    await chain.mine();
    return bench;
  }

  /** The database as if nothing had been watched yet, and watchers begin with the chain's next block. */
  async reset(): Promise<void> {
    this.from = hexToBigInt(await this.chain.request<Hex>('eth_blockNumber', [])) + 1n;
    await this.database.unitOfWork.run(async (tx) => {
      await sql(
        tx,
        'CREATE TABLE IF NOT EXISTS balance (block_hash text, log_index int, number bigint, PRIMARY KEY (block_hash, log_index))',
      );
      await sql(tx, 'TRUNCATE balance, chain_cursor, chain_block, chain_log');
    });
  }

  async stop(): Promise<void> {
    await this.chain.stop();
    await this.database.close();
  }

  /** As a process that has just started: it knows only what the database holds. */
  watcher(options: Partial<ChainWatcherOptions> = {}, handler: Partial<LogHandler> = {}): ChainWatcher {
    const watcher = new ChainWatcher({
      chain_id: this.chain.chain_id,
      rpc_url: this.chain.url,
      name: 'test',
      from_block: this.from,
      unitOfWork: this.database.unitOfWork,
      database_url: this.database.url,
      log: silentLog,
      clock: this.clock,
      ...options,
    });
    for (const address of [LOGGER, LOGGER_TOO]) watcher.on(address, { ...bookkeeper, ...handler });
    return watcher;
  }

  /** Mines a block with one log for each number. */
  async emit(numbers: readonly number[], to: Address = LOGGER): Promise<void> {
    await this.chain.request('evm_setAutomine', [false]);
    for (const number of numbers) {
      const data = numberToHex(number, { size: 32 });
      await this.chain.request('eth_sendTransaction', [{ from: SENDER, to, data, gas: numberToHex(60_000) }]);
    }
    await this.chain.mine();
  }

  async snapshot(): Promise<Hex> {
    return this.chain.request<Hex>('evm_snapshot', []);
  }

  /** Abandons every block since the snapshot. */
  async revert(snapshot: Hex): Promise<void> {
    await this.chain.request('evm_revert', [snapshot]);
  }

  /** Polls until there is nothing to read or apply. */
  async settle(watcher: ChainWatcher): Promise<void> {
    for (let polls = 0; polls < POLLS_MAX; polls++) {
      const polled: Polled = await watcher.poll();
      if (polled.state === 'unavailable') this.clock.set(polled.until);
      if (polled.state === 'polled' && !polled.behind && polled.waiting === 0) return;
    }
    throw new Error(`not settled after ${POLLS_MAX} polls`);
  }

  /** The numbers of what is applied, ascending. */
  async balance(): Promise<number[]> {
    const rows = await this.query<{ number: bigint }>('SELECT number FROM balance ORDER BY number');
    return rows.map(({ number }) => Number(number));
  }

  /** Each log ever seen with its state, e.g. `7 reversed`, by number. */
  async states(): Promise<string[]> {
    const rows = await this.query<{ topic: Hex; state: string }>(
      'SELECT topics[1] AS topic, state FROM chain_log ORDER BY 1, 2',
    );
    return rows.map(({ topic, state }) => `${hexToBigInt(topic)} ${state}`);
  }

  async canonical(): Promise<{ block_hash: Hex; log_index: number }[]> {
    const logs = await this.chain.request<{ blockHash: Hex; logIndex: Hex }[]>('eth_getLogs', [
      { address: [LOGGER, LOGGER_TOO], fromBlock: numberToHex(this.from), toBlock: 'latest' },
    ]);
    return logs.map(({ blockHash, logIndex }) => ({ block_hash: blockHash, log_index: Number(logIndex) }));
  }

  query<T extends Record<string, unknown>>(text: string): Promise<T[]> {
    return this.database.unitOfWork.run((tx) => sql<T>(tx, text));
  }
}

/** Applying twice, or reversing what is not applied, is an error of the database. */
const bookkeeper: LogHandler = {
  depthOf,
  async apply(tx: Tx, log: ChainLog): Promise<void> {
    await sql(tx, 'INSERT INTO balance VALUES ($1, $2, $3)', [log.block_hash, log.log_index, numberOf(log)]);
  },
  async reverse(tx: Tx, log: ChainLog): Promise<void> {
    const text = 'DELETE FROM balance WHERE block_hash = $1 AND log_index = $2';
    if ((await sqlCount(tx, text, [log.block_hash, log.log_index])) !== 1)
      throw new Error('reversed what was not applied');
  },
};
