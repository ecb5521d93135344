import { Injectable } from '@nestjs/common';
import type { Instant } from '../kernel/clock.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import type { Ground } from './fills.repository.js';
import { bucketsOf } from './price.buckets.js';
import { PricesRepository } from './prices.repository.js';

/** Most grounds of one pass, and most fills of a ground that one looks at; the next pass takes the rest. */
const GROUNDS_MAX = 100;
const FILLS_MAX = 2_000;

/** Puts fills whose hour is over into buckets. */
@Injectable()
export class PriceHistory {
  /** Hours before it are looked through; a fill that is recorded later waits for the next. */
  private through: Instant = 0;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly prices: PricesRepository,
  ) {}

  /** @param hour The start of the hour that is not over. Repeatable, and by any number of processes: each fill is counted once. */
  async pass(hour: Instant): Promise<void> {
    if (hour <= this.through) return;
    const grounds = await this.unitOfWork.run((tx) => this.prices.waiting(tx, hour, GROUNDS_MAX));
    for (const ground of grounds) await this.unitOfWork.run((tx) => this.count(tx, ground, hour));
    if (grounds.length < GROUNDS_MAX) this.through = hour;
  }

  private async count(tx: Tx, ground: Ground, hour: Instant): Promise<void> {
    const { fills, ended_at } = await this.prices.uncounted(tx, ground, FILLS_MAX);
    for (const { bucket, fills: counted } of bucketsOf(fills, ended_at, hour))
      await this.prices.insert(tx, ground, bucket, counted);
  }
}
