import type { Hex } from 'viem';
import type { UnitOfWork } from '../database/index.js';
import type { Log } from '../telemetry/index.js';
import { type Depths, isDeep } from './confirmations.js';
import { readBlocks, readHash } from './cursor.repository.js';
import type { ChainFailpoint } from './failpoints.js';
import type { ChainLog, LogHandler } from './log-handler.js';
import { advanceLog, type LogPosition, readSeen, type Watch } from './logs.repository.js';
import type { Block } from './node.js';

const PAGE = 200;
const NOT_YET = -1n;

interface ApplierContext {
  readonly watch: Watch;
  readonly unitOfWork: UnitOfWork;
  readonly log: Log;
  readonly at: ChainFailpoint;
  readonly handlers: ReadonlyMap<Hex, LogHandler>;
}

/** What of one round must wait: whole addresses behind an error, subjects behind a log that is not deep enough. */
class Waiting {
  private readonly keys = new Set<string>();

  add({ address }: ChainLog, subject: string | null): void {
    this.keys.add(keyOf(address, subject));
  }

  has({ address }: ChainLog, subject: string | null): boolean {
    return this.keys.has(keyOf(address, null)) || (subject !== null && this.keys.has(keyOf(address, subject)));
  }
}

/** Applies the logs that are deep enough, in the chain's order. */
export class LogApplier {
  constructor(private readonly context: ApplierContext) {}

  /** Answers how many were applied. */
  async apply(heads: Readonly<Record<keyof Depths, Block>>): Promise<number> {
    const { unitOfWork, watch } = this.context;
    const depths = await this.depths(heads);
    const waiting = new Waiting();
    let applied = 0;
    for (let after: LogPosition | null = { block: -1n, log_index: 0 }; after !== null;) {
      const from: LogPosition = after;
      const page = await unitOfWork.run((tx) => readSeen(tx, watch, from, PAGE));
      for (const log of page) if (await this.consider(log, depths, waiting)) applied++;
      after = page.length === PAGE ? page.at(-1)! : null;
    }
    return applied;
  }

  /** Heads of the chain that we have read: depth counts only blocks that follow the log's own. */
  private async depths({ safe, finalized }: Readonly<Record<keyof Depths, Block>>): Promise<Depths> {
    const { unitOfWork, watch } = this.context;
    return unitOfWork.run(async (tx) => {
      const [tip] = await readBlocks(tx, watch, null, 1);
      const reached = async ({ number, hash }: Block): Promise<bigint> => {
        const ours = await readHash(tx, watch, number);
        return ours === null || ours === hash ? number : NOT_YET;
      };
      return { latest: tip?.number ?? NOT_YET, safe: await reached(safe), finalized: await reached(finalized) };
    });
  }

  /** True when the log was applied. An error of the handler is told; this log and the later ones of its address wait for the next poll. */
  private async consider(log: ChainLog, depths: Depths, waiting: Waiting): Promise<boolean> {
    const handler = this.context.handlers.get(log.address)!;
    let handling = true;
    try {
      const subject = handler.subjectOf?.(log) ?? null;
      if (waiting.has(log, subject)) return false;
      if (!isDeep(log.block, handler.depthOf(log), depths)) {
        if (subject !== null) waiting.add(log, subject);
        return false;
      }
      handling = false;
      this.context.at('watcher.apply.before');
      const applied = await this.context.unitOfWork.run(async (tx) => {
        if (!(await advanceLog(tx, log, 'apply'))) return false;
        handling = true;
        await handler.apply(tx, log);
        handling = false;
        this.context.at('watcher.apply.before_commit');
        return true;
      });
      this.context.at('watcher.apply.after_commit');
      return applied;
    } catch (err) {
      if (!handling) throw err;
      const { block, log_index, tx_hash, address } = log;
      this.context.log.error({ err, block, log_index, tx_hash, address }, 'a log could not be applied');
      waiting.add(log, null);
      return false;
    }
  }
}

const keyOf = (address: Hex, subject: string | null): string => (subject === null ? address : `${address}:${subject}`);
