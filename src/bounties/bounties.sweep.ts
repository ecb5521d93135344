import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { UnitOfWork } from '../platform/database/index.js';
import { BountiesRepository } from './bounties.repository.js';
import { BountyClosing } from './bounty.closing.js';
import { PledgesRepository } from './pledges/pledges.repository.js';
import { ReservationsRepository } from './reservations.repository.js';
import { ReservationsService } from './reservations.service.js';

/** Most rows one pass looks at; the next pass takes the rest. */
const BATCH = 200;

/** Finds what time has ended. Each row is then handled in its own transaction, under its own lock, so passes may overlap. */
@Injectable()
export class BountiesSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly pledges: PledgesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly reserving: ReservationsService,
    private readonly closing: BountyClosing,
    private readonly clock: Clock,
  ) {}

  async pass(): Promise<void> {
    const now = this.clock.now();
    for (const id of await this.unitOfWork.run((tx) => this.reservations.due(tx, now, BATCH)))
      await this.reserving.lapse(id);
    for (const id of await this.unitOfWork.run((tx) => this.bounties.due(tx, now, BATCH)))
      await this.closing.expire(id);
    for (const id of await this.unitOfWork.run((tx) => this.pledges.overdue(tx, now, BATCH)))
      await this.closing.expire(id);
    for (const id of await this.unitOfWork.run((tx) => this.bounties.finishable(tx, now, BATCH)))
      await this.closing.finish(id);
  }
}
