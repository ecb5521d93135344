import { Injectable } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { SUPPLY_DAYS } from './circumstances.js';
import { FillEstimator } from './fill-estimator.js';
import { FillModels } from './fill-models.repository.js';
import { FillRecord } from './fill.record.js';

/** Stretches that one fit learns from, newest first: a bound on its time, which the process has no other use of meanwhile. */
const STRETCHES_MAX = 2_000;
/** Between two fits of a mode: bounties take hours, and what one of them adds to hundreds can wait. */
const BETWEEN_S = 900;

/** Learns anew from what was recorded, one mode at a time, test and live apart. Passes may overlap: the newest model is the one that is read. */
@Injectable()
export class FillRefit {
  private readonly looked = new Map<Mode, Instant>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly record: FillRecord,
    private readonly models: FillModels,
    private readonly clock: Clock,
  ) {}

  /** Fits what is due: where something was recorded since the last fit, and that is 15 minutes ago. */
  async pass(): Promise<void> {
    const now = this.clock.now();
    for (const mode of MODES) {
      if (now - (this.looked.get(mode) ?? -Infinity) < seconds(BETWEEN_S)) continue;
      this.looked.set(mode, now);
      const due = await this.unitOfWork.run(async (tx) => {
        const newest = await this.models.newest(tx, mode);
        return this.record.hasSince(tx, mode, newest?.fitted_at ?? 0);
      });
      if (due) await this.fit(mode);
    }
  }

  /** Learns now. False when what was recorded is too little. */
  async fit(mode: Mode): Promise<boolean> {
    const fitted_at = this.clock.now();
    const exposures = await this.unitOfWork.run((tx) => this.record.newest(tx, mode, STRETCHES_MAX));
    const recent = exposures.filter(({ closes_at }) => closes_at > fitted_at - seconds(SUPPLY_DAYS * 86_400));
    const estimator = FillEstimator.fit(exposures)?.at(recent);
    if (!estimator?.levels) return false;
    const { model, levels } = estimator;
    await this.unitOfWork.run((tx) => this.models.insert(tx, mode, model, levels, fitted_at));
    return true;
  }
}
