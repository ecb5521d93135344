import type { Address, Hex } from 'viem';
import { assert } from '../../kernel/assert.js';
import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../database/index.js';
import type { Log } from '../telemetry/index.js';
import { SystemClock } from '../time.js';
import { LogApplier } from './applier.js';
import { openCursor, pruneBlocks } from './cursor.repository.js';
import { exclusively } from './exclusive.js';
import { failpoint, type ChainFailpoint } from './failpoints.js';
import type { LogHandler } from './log-handler.js';
import { countSeen, type Watch } from './logs.repository.js';
import { ChainNode } from './node.js';
import { Outages, type Unavailable } from './outages.js';
import { BlockReader, type ReadUpTo } from './reader.js';
import { Rewinder } from './rewinder.js';
import { httpRequest } from './rpc.js';

const ANSWER_MS_MAX = 10_000;
/** Blocks kept below the finalized one: they cost little, and tell a chain that breaks its word from one we never saw. */
const KEPT_BLOCKS = 128n;
const RANGE_MAX = 2_000;
const STEPS_MAX = 500;
/** How often one poll follows a chain that changes while it is read. */
const REORGS_MAX = 3;

export interface ChainWatcherOptions {
  readonly chain_id: number;
  /** The node's JSON-RPC over HTTP. */
  readonly rpc_url: string;
  /** Tells watchers of one chain apart; its addresses never change, new ones need a watcher of another name. */
  readonly name: string;
  /** The first block to be read, e.g. that of the deployment. Counts only until the watcher has read something. */
  readonly from_block: bigint;
  readonly unitOfWork: UnitOfWork;
  /** Address of the same database, for the connection that holds the lock. */
  readonly database_url: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly failpoint?: ChainFailpoint;
  /** Final blocks asked for at a time, at most. Default 2,000. */
  readonly range_max?: number;
}

/**
 * What a poll did. `behind`: more can be read at once. `waiting`: logs that are not deep enough, or whose handler threw.
 * `elsewhere`: another process polls.
 */
export type Polled =
  | {
      readonly state: 'polled';
      readonly behind: boolean;
      readonly next_block: bigint;
      readonly applied: number;
      readonly waiting: number;
    }
  | { readonly state: 'elsewhere' }
  | Unavailable;

/**
 * Applies the logs of some contracts, each once and in one transaction with what it means, and takes back what the chain abandons. As long
 * as `poll` is called again and again, exactly the logs of the chain as it stands are applied, as deep as their handler asks. All that it
 * knows is in the database. Any number of processes may poll; one of them works at a time.
 */
export class ChainWatcher {
  private readonly watch: Watch;
  private readonly node: ChainNode;
  private readonly clock: Clock;
  private readonly at: ChainFailpoint;
  private readonly handlers = new Map<Hex, LogHandler>();
  private readonly outages: Outages;
  private readonly reader: BlockReader;
  private readonly rewinder: Rewinder;
  private readonly applier: LogApplier;

  constructor(private readonly options: ChainWatcherOptions) {
    const { chain_id, name, rpc_url, unitOfWork, log } = options;
    this.clock = options.clock ?? new SystemClock();
    this.at = options.failpoint ?? failpoint;
    this.watch = { chain_id, name };
    this.node = new ChainNode(httpRequest(rpc_url, ANSWER_MS_MAX));
    this.outages = new Outages(this.clock, log);
    const shared = { watch: this.watch, node: this.node, unitOfWork, clock: this.clock, log, at: this.at };
    this.reader = new BlockReader({ ...shared, range_max: options.range_max ?? RANGE_MAX, steps_max: STEPS_MAX });
    this.rewinder = new Rewinder({ ...shared, handlers: this.handlers });
    this.applier = new LogApplier({ ...shared, handlers: this.handlers });
  }

  /** Registers what the logs of a contract mean. Before the first poll; each address once. */
  on(address: Address, handler: LogHandler): void {
    const key = address.toLowerCase() as Hex;
    assert(!this.handlers.has(key), `${address} has a handler already`);
    this.handlers.set(key, handler);
  }

  /**
   * One round: takes back what was abandoned, reads what is new, applies what is deep enough. To be called again and again, e.g. by
   * `every`; calling it more often is harmless.
   * @throws {ChainRewritten} when the chain is not the one that was read before.
   * @throws {DomainError} `dependency_unavailable` when the database does not answer.
   */
  async poll(): Promise<Polled> {
    assert(this.handlers.size > 0, 'a watcher without handlers has nothing to watch');
    const { chain_id, name } = this.watch;
    return this.outages.attempt(async () => {
      const lock = `chain-watcher:${chain_id}:${name}`;
      const done = await exclusively(this.options.database_url, lock, () => this.round());
      return done.ran ? done.result : { state: 'elsewhere' };
    });
  }

  private async round(): Promise<Polled> {
    const { unitOfWork } = this.options;
    this.at('watcher.poll.locked');
    const heads = await this.node.heads();
    const read = await this.follow(heads);
    const applied = read.stopped === 'abandoned' ? 0 : await this.applier.apply(heads);
    await unitOfWork.run((tx) => pruneBlocks(tx, this.watch, heads.finalized.number - KEPT_BLOCKS));
    this.at('watcher.prune.after_commit');
    const waiting = await unitOfWork.run((tx) => countSeen(tx, this.watch));
    return { state: 'polled', behind: read.stopped !== 'at_head', next_block: read.next, applied, waiting };
  }

  private async follow(heads: Awaited<ReturnType<ChainNode['heads']>>): Promise<ReadUpTo> {
    const addresses = [...this.handlers.keys()];
    const { unitOfWork, from_block } = this.options;
    for (let tries = 1; ; tries++) {
      const cursor = await unitOfWork.run((tx) => openCursor(tx, this.watch, addresses, from_block));
      const next = await this.rewinder.rewind(cursor);
      const read: ReadUpTo =
        next === null ? { next: cursor, stopped: 'abandoned' } : await this.reader.read(addresses, next, heads);
      if (read.stopped !== 'abandoned' || next === null || tries === REORGS_MAX) return read;
    }
  }
}
