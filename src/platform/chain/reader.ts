import type { Hex } from 'viem';
import type { UnitOfWork } from '../database/index.js';
import type { Clock } from '../../kernel/clock.js';
import { insertBlock, moveCursor, type ReadBlock, readBlocks } from './cursor.repository.js';
import type { ChainFailpoint } from './failpoints.js';
import { insertLog, type Watch } from './logs.repository.js';
import type { Block, ChainNode, NodeLog } from './node.js';
import { RpcRefusal } from './rpc.js';

export interface ReaderContext {
  readonly watch: Watch;
  readonly node: ChainNode;
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly at: ChainFailpoint;
  /** Final blocks asked for at a time, at most. */
  readonly range_max: number;
  /** Steps of one poll at most, each a block or a range of final ones. */
  readonly steps_max: number;
}

/** `behind`: there is more to read. `abandoned`: the next block does not follow the newest one we have read. */
export interface ReadUpTo {
  readonly next: bigint;
  readonly stopped: 'at_head' | 'behind' | 'abandoned';
}

interface Piece {
  readonly last: ReadBlock;
  readonly parent_hash: Hex;
  readonly logs: readonly NodeLog[];
}

/** Reads blocks from the cursor on: final ones in ranges, newer ones one by one, each of which must follow the one before. */
export class BlockReader {
  constructor(private readonly context: ReaderContext) {}

  async read(addresses: readonly Hex[], from: bigint, heads: { latest: Block; finalized: Block }): Promise<ReadUpTo> {
    let next = from;
    for (let steps = 0; next <= heads.latest.number; steps++) {
      if (steps === this.context.steps_max) return { next, stopped: 'behind' };
      this.context.at('watcher.read.before');
      const is_final = next <= heads.finalized.number;
      const piece = is_final
        ? await this.range(addresses, next, heads.finalized.number)
        : await this.single(addresses, next);
      this.context.at('watcher.read.after');
      if (piece === null) break; // The chain has become shorter; the next poll sees how.
      const tip = await this.tip();
      if (tip !== null && tip.hash !== piece.parent_hash) return { next, stopped: 'abandoned' };
      await this.store(piece, next, tip === null);
      next = piece.last.number + 1n;
    }
    return { next, stopped: 'at_head' };
  }

  private async tip(): Promise<ReadBlock | null> {
    const { unitOfWork, watch } = this.context;
    return (await unitOfWork.run((tx) => readBlocks(tx, watch, null, 1)))[0] ?? null;
  }

  /** By the block's hash, so that the logs are of this block and of no other at its height. */
  private async single(addresses: readonly Hex[], number: bigint): Promise<Piece | null> {
    const block = await this.context.node.block(number);
    if (block === null) return null;
    return { last: block, parent_hash: block.parent_hash, logs: await this.context.node.logsOf(addresses, block.hash) };
  }

  /** As many final blocks as the node answers for: it may refuse because the logs are too many. */
  private async range(addresses: readonly Hex[], from: bigint, finalized: bigint): Promise<Piece | null> {
    const { node, range_max } = this.context;
    for (let size = BigInt(range_max); ; size /= 2n) {
      const to = from + size - 1n < finalized ? from + size - 1n : finalized;
      try {
        const logs = await node.logsBetween(addresses, from, to);
        const first = await node.block(from);
        const last = await node.block(to);
        return first && last && { last, parent_hash: first.parent_hash, logs };
      } catch (error) {
        if (!(error instanceof RpcRefusal) || size === 1n) throw error;
      }
    }
  }

  /** The first block also leaves its parent, to which a reorg may lead back. */
  private async store({ last, parent_hash, logs }: Piece, from: bigint, is_first: boolean): Promise<void> {
    const { unitOfWork, watch, clock, at } = this.context;
    await unitOfWork.run(async (tx) => {
      await moveCursor(tx, watch, from, last.number + 1n);
      if (is_first && from > 0n) await insertBlock(tx, watch, { number: from - 1n, hash: parent_hash });
      await insertBlock(tx, watch, last);
      for (const log of logs) await insertLog(tx, clock.now(), watch, log);
      at('watcher.seen.before_commit');
    });
    at('watcher.seen.after_commit');
  }
}
