import { Injectable } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { MemoryIndex } from './index.memory.js';
import type { Hit, NearQuery } from './near.order.js';
import { NearRepository } from './near.repository.js';

/** Other processes' changes are seen after this at the latest, this process's own at once. */
const FRESH_MS = seconds(1);
/** For how long the table keeps what has left the list. A memory that did not look for half as long is made anew. */
const KEPT_MS = seconds(3_600);
/** More changes between two looks than this, and reading everything again is no slower. */
const CHANGES_MAX = 50_000;
const BATCH = 10_000;
/** About 460 MiB. With more, the database answers, and after a while it is tried again. */
const REMEMBERED_MAX = 1_000_000;
const TOO_MANY_MS = seconds(600);

/**
 * This process's copy of the open bounties, for searches near a point. It is read from the table as the process starts and follows it by the
 * transactions that changed it, so that any number of processes may; events of the outbox reach only one of them.
 */
@Injectable()
export class OpenBounties {
  private indexes = emptyIndexes();
  /** Where the last look had come to; null while nothing is remembered. */
  private seen: string | null = null;
  private looked_at: Instant = Number.NEGATIVE_INFINITY;
  private looked_commits = 0;
  private looking: Promise<void> | null = null;
  private too_many_until: Instant = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly near: NearRepository,
    private readonly clock: Clock,
  ) {}

  /** Remembers what is open, or catches up with it; and clears the table of what has left the list long ago. Called again and again. */
  async pass(): Promise<void> {
    const now = this.clock.now();
    if (now - this.looked_at > KEPT_MS / 2) this.seen = null;
    if (this.seen !== null) await this.catchUp();
    else if (now >= this.too_many_until) await this.remember();
    await this.unitOfWork.run((tx) => this.near.forget(tx, now - KEPT_MS));
  }

  /** Before a search: afterwards memory holds every change that this process had committed, and is at most `FRESH_MS` behind the others. */
  async catchUp(): Promise<void> {
    await this.looking; // It may have begun before the caller's own change.
    if (this.seen === null || !this.isStale()) return;
    this.looking ??= this.look().finally(() => (this.looking = null));
    await this.looking;
  }

  /** What `NearRepository.search` answers; null when nothing is remembered, and the database must be asked. */
  search(query: NearQuery): Hit[] | null {
    return this.seen === null ? null : this.indexes[query.mode].search(query);
  }

  private isStale(): boolean {
    return this.looked_commits !== this.near.committed || this.clock.now() - this.looked_at >= FRESH_MS;
  }

  private async look(): Promise<void> {
    const [commits, now] = [this.near.committed, this.clock.now()];
    const { seen, rows } = await this.unitOfWork.run((tx) => this.near.changes(tx, this.seen, CHANGES_MAX));
    if (rows.length === CHANGES_MAX) {
      this.seen = null;
      return;
    }
    for (const { open, ...row } of rows) {
      if (open) this.indexes[row.mode].put(row);
      else this.indexes[row.mode].drop(row.bounty_id);
    }
    this.looked(seen, commits, now);
  }

  private async remember(): Promise<void> {
    const [commits, now] = [this.near.committed, this.clock.now()];
    const { seen } = await this.unitOfWork.run((tx) => this.near.changes(tx, null, 0));
    const indexes = emptyIndexes();
    for (let after = ''; ;) {
      const rows = await this.unitOfWork.run((tx) => this.near.list(tx, after, BATCH));
      for (const row of rows) indexes[row.mode].put(row);
      if (rows.length < BATCH) break;
      after = rows.at(-1)!.bounty_id;
      if (indexes.test.size + indexes.live.size > REMEMBERED_MAX) {
        this.too_many_until = now + TOO_MANY_MS;
        return;
      }
    }
    this.indexes = indexes;
    this.looked(seen, commits, now);
  }

  private looked(seen: string, commits: number, now: Instant): void {
    this.seen = seen;
    this.looked_commits = commits;
    this.looked_at = now;
  }
}

function emptyIndexes(): Record<Mode, MemoryIndex> {
  return Object.fromEntries(MODES.map((mode) => [mode, new MemoryIndex()])) as Record<Mode, MemoryIndex>;
}
