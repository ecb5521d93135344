import { randomBytes } from 'node:crypto';
import { LedgerService } from '../../../src/ledger/index.js';
import { sql, type Tx, type UnitOfWork } from '../../../src/platform/database/index.js';
import { SystemClock } from '../../../src/platform/time.js';
import { WITNESS } from './breakable.js';
import { DrillChain } from './chain.js';
import { RailProcess } from './process.js';

/** A database with the schema of the product, gone when it is closed. */
export interface LaneDatabase {
  /** As superuser. */
  readonly url: string;
  readonly unitOfWork: UnitOfWork;
  close(): Promise<void>;
}

export interface LaneOptions {
  readonly database: () => Promise<LaneDatabase>;
  /** Least important line that the processes log. */
  readonly log_level: string;
}

/** What rounds that follow one another share: a database, a chain with our contracts, and a process that outlived the round before. */
export class Lane {
  readonly ledger = new LedgerService(new SystemClock());
  private spare: RailProcess | null = null;
  /** Rounds played here. */
  rounds = 0;

  private constructor(
    private readonly options: LaneOptions,
    readonly database: LaneDatabase,
    readonly chain: DrillChain,
    /** The watcher's. */
    readonly watch: string,
    readonly from_block: bigint,
  ) {}

  static async open(options: LaneOptions): Promise<Lane> {
    const [database, chain] = await Promise.all([options.database(), DrillChain.start()]);
    await database.unitOfWork.run(async (tx) => {
      await sql(tx, 'ALTER TABLE escrow_entry DROP CONSTRAINT escrow_entry_agent_id_fkey');
      await sql(tx, WITNESS);
    });
    const watch = `escrow-test-${chain.view.escrow}`;
    return new Lane(options, database, chain, watch, await chain.height());
  }

  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.unitOfWork.run(work);
  }

  /** Rows whose neighbours are left out. */
  bare(work: (tx: Tx) => Promise<unknown>): Promise<void> {
    return this.run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      await work(tx);
    });
  }

  /** A process that has nothing to do with any round yet: the one that was kept, or a new one. */
  process(): RailProcess {
    const kept = this.spare;
    this.spare = null;
    return kept?.lives ? kept : this.start();
  }

  /** Keeps one process for the next round; others end. */
  async keep(process: RailProcess): Promise<void> {
    if (this.spare === null && process.lives) this.spare = process;
    else await process.stop();
  }

  async close(): Promise<void> {
    await this.spare?.stop();
    await this.chain.stop();
    await this.database.close();
  }

  private start(): RailProcess {
    const { url } = this.database;
    // As the superuser who has become the role: a password would be set for the whole server.
    const search = `?options=${encodeURIComponent('-c role=releaser')}`;
    return RailProcess.start(url, Object.assign(new URL(url), { search }).toString(), this.options.log_level);
  }
}

export const freshKey = (): `0x${string}` => `0x${randomBytes(32).toString('hex')}`;
