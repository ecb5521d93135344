import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { UnitOfWork } from '../platform/database/index.js';
import { LedgerService } from './ledger.service.js';

/** Rounds of one pass: a bound on how long it runs, far above what a second brings. */
const ROUNDS_MAX = 100;

/** What the ledger does by the clock: frees pending transfers that are due and seals the hash chain. Passes may overlap. */
@Injectable()
export class LedgerSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledger: LedgerService,
    private readonly clock: Clock,
  ) {}

  /** Run it every second: the time between two passes bounds how long a batch waits to be sealed. */
  async pass(): Promise<void> {
    const now = this.clock.now();
    await this.untilNone(() => this.unitOfWork.run((tx) => this.ledger.expirePending(tx, now)));
    await this.untilNone(() => this.unitOfWork.run((tx) => this.ledger.seal(tx)));
  }

  private async untilNone(step: () => Promise<number>): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round++) if ((await step()) === 0) return;
  }
}
