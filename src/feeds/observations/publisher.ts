import { Injectable } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { TransparencyLog } from '../../transparency/index.js';
import { ObservationsRepository } from './observations.repository.js';
import { Streams } from '../streams/streams.js';

const BATCH = 100;

/** Publishes observations once a signed checkpoint covers their leaf: nobody is sold what the log could still deny. */
@Injectable()
export class Publisher {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly observations: ObservationsRepository,
    private readonly log: TransparencyLog,
    private readonly outbox: Outbox,
    private readonly streams: Streams,
    private readonly clock: Clock,
  ) {}

  /** Repeatable; takes what is covered and leaves the rest for the next checkpoint. */
  async publishCovered(mode: Mode): Promise<void> {
    const ids = await this.unitOfWork.run((tx) => this.observations.unpublished(tx, mode, BATCH));
    for (const id of ids) {
      await this.unitOfWork.run(async (tx) => {
        const covered = await this.log.covered(tx, mode, id);
        if (!covered) return;
        const row = await this.observations.publish(tx, id, mode, covered.index, this.clock.now());
        if (row)
          await this.outbox.append(tx, { type: 'observation.published', observation_id: id, bounty_id: row.bounty_id });
      });
    }
    if (ids.length > 0) this.streams.wake();
  }

  /** Ends exclusive periods, and catches up with checkpoints nobody told of. */
  async pass(): Promise<void> {
    for (const mode of MODES) await this.publishCovered(mode);
    const now = this.clock.now();
    const released = await this.unitOfWork.run((tx) => this.observations.released(tx, now, BATCH));
    for (const { id, mode } of released)
      await this.unitOfWork.run(async (tx) => {
        await this.observations.release(tx, id, mode, now);
        await this.outbox.append(tx, { type: 'observation.released', observation_id: id });
      });
    this.streams.wake(); // Other processes publish as well.
  }
}
