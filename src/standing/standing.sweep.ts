import { Injectable } from '@nestjs/common';
import { MODES } from '@groundtruth/sdk/protocol';
import { Watching } from '../feeds/index.js';
import { Clock, seconds } from '../kernel/clock.js';
import { UnitOfWork } from '../platform/database/index.js';
import { StandingEnding } from './standing.ending.js';
import { StandingRepository } from './standing.repository.js';
import { StandingRunner } from './standing.runner.js';
import { StandingRunsRepository } from './standing-runs.repository.js';
import { StandingWatch } from './standing.watch.js';

/** Most rows one pass looks at; the next pass takes the rest. */
const BATCH = 200;
/** How long it can be asked why nothing was posted. */
const SKIPPED_KEPT_S = 30 * 86_400;

/** Finds standing bounties that are over, due, or behind what was published. Passes may overlap, in one process or in several. */
@Injectable()
export class StandingSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly standing: StandingRepository,
    private readonly runs: StandingRunsRepository,
    private readonly runner: StandingRunner,
    private readonly watch: StandingWatch,
    private readonly watching: Watching,
    private readonly ending: StandingEnding,
    private readonly clock: Clock,
  ) {}

  /** @throws {AggregateError} of what failed, once all of the others had their turn. */
  async pass(): Promise<void> {
    const failed: unknown[] = [];
    const each = async (ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> => {
      for (const id of ids) await work(id).catch((error: unknown) => failed.push(error));
    };
    const now = this.clock.now();
    await each(await this.unitOfWork.run((tx) => this.standing.over(tx, now, BATCH)), (id) => this.expire(id));
    await each(await this.unitOfWork.run((tx) => this.standing.due(tx, now, BATCH)), (id) => this.runner.runDue(id));
    for (const mode of MODES) {
      const behind = await this.unitOfWork.run(async (tx) =>
        this.standing.behind(tx, mode, await this.watching.head(tx, mode), BATCH),
      );
      await each(behind, (id) => this.watch.look(id));
    }
    await this.unitOfWork.run((tx) => this.runs.forget(tx, now - seconds(SKIPPED_KEPT_S), BATCH));
    if (failed.length > 0) throw new AggregateError(failed, 'standing bounties failed and will be tried again');
  }

  private async expire(id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await this.standing.lock(tx, id);
      if (row && row.ends_at !== null && row.ends_at <= this.clock.now()) await this.ending.end(tx, row, 'ends_at');
    });
  }
}
