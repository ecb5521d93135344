import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { UnitOfWork } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { Race } from './race/race.js';
import { CapturesRepository } from './captures.repository.js';

const BATCH = 200;

/** Ends uploads that never came. */
@Injectable()
export class CapturesSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly race: Race,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async pass(): Promise<void> {
    const now = this.clock.now();
    for (const id of await this.unitOfWork.run((tx) => this.captures.abandoned(tx, now, BATCH))) {
      await this.unitOfWork.run(async (tx) => {
        if (!(await this.captures.advance(tx, id, 'expire', now))) return;
        const { bounty_id, reservation_id } = (await this.captures.get(tx, id))!;
        await this.race.leave(tx, bounty_id, reservation_id);
        await this.outbox.append(tx, { type: 'capture.expired', capture_id: id, bounty_id });
      });
    }
  }
}
