import type { Hex } from 'viem';
import { assert } from '../../kernel/assert.js';
import type { UnitOfWork } from '../database/index.js';
import type { Log } from '../telemetry/index.js';
import { deleteBlocksAbove, moveCursor, type ReadBlock, readBlocks } from './cursor.repository.js';
import type { ChainFailpoint } from './failpoints.js';
import type { LogHandler } from './log-handler.js';
import { advanceLog, readAbove, type Watch } from './logs.repository.js';
import type { ChainNode } from './node.js';

const PAGE = 64;

/** None of the blocks that were kept is on the chain: it is another chain, or one that went back on what it had finalized. */
export class ChainRewritten extends Error {
  constructor({ chain_id, name }: Watch) {
    super(`chain ${chain_id} holds none of the blocks that ${name} has read`);
    this.name = 'ChainRewritten';
  }
}

interface RewinderContext {
  readonly watch: Watch;
  readonly node: ChainNode;
  readonly unitOfWork: UnitOfWork;
  readonly log: Log;
  readonly at: ChainFailpoint;
  readonly handlers: ReadonlyMap<Hex, LogHandler>;
}

/** Takes back the blocks that the chain has abandoned. */
export class Rewinder {
  constructor(private readonly context: RewinderContext) {}

  /**
   * Answers the next block to read, which is `cursor` when nothing was abandoned; null when a handler could not reverse a log, which
   * leaves everything as it was. All in one transaction: were the blocks forgotten apart from their logs, a chain that comes back to
   * them meanwhile would hold logs that we have given up.
   * @throws {ChainRewritten}
   */
  async rewind(cursor: bigint): Promise<bigint | null> {
    const { watch, unitOfWork, log, at } = this.context;
    const ancestor = await this.ancestor();
    if (ancestor === null || ancestor + 1n === cursor) return cursor;
    let reversing = false;
    try {
      await unitOfWork.run(async (tx) => {
        await moveCursor(tx, watch, cursor, ancestor + 1n);
        await deleteBlocksAbove(tx, watch, ancestor);
        for (const { log: given_up, applied } of await readAbove(tx, watch, ancestor)) {
          const moved = await advanceLog(tx, given_up, applied ? 'reverse' : 'drop');
          assert(moved, 'a locked log changed its state');
          if (!applied) continue;
          reversing = true;
          await this.context.handlers.get(given_up.address)!.reverse(tx, given_up);
          reversing = false;
        }
        at('watcher.reorg.before_commit');
      });
    } catch (err) {
      if (!reversing) throw err;
      log.error({ err, watch: watch.name }, 'a log of an abandoned block could not be reversed');
      return null;
    }
    log.warn({ watch: watch.name, ancestor, blocks: cursor - 1n - ancestor }, 'the chain abandoned blocks');
    at('watcher.reorg.after_commit');
    return ancestor + 1n;
  }

  /** The newest block we have read that is still on the chain; null when we have read none. */
  private async ancestor(): Promise<bigint | null> {
    const { watch, node, unitOfWork } = this.context;
    for (let before: bigint | null = null; ;) {
      const from: bigint | null = before;
      const blocks: ReadBlock[] = await unitOfWork.run((tx) => readBlocks(tx, watch, from, PAGE));
      for (const { number, hash } of blocks) {
        if ((await node.block(number))?.hash === hash) return number;
        before = number;
      }
      if (blocks.length === 0 && before === null) return null;
      if (blocks.length < PAGE) throw new ChainRewritten(watch);
    }
  }
}
