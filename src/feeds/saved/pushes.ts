import { Injectable } from '@nestjs/common';
import { UNPAID_REASONS, type UnpaidReason } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { DomainError, found } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import { cardOf } from '../observations/observation.view.js';
import { ObservationsRepository } from '../observations/observations.repository.js';
import { ReadsService } from '../reads/reads.service.js';
import type { SubscriptionRow } from './saved.entity.js';
import { SavedRepository } from './saved.repository.js';
import { dayBefore } from './subscriptions.service.js';

/** Buys what a subscription pushes: one read each, within its limits and what its owner has. */
@Injectable()
export class Pushes {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly observations: ObservationsRepository,
    private readonly saved: SavedRepository,
    private readonly reads: ReadsService,
    private readonly clock: Clock,
  ) {}

  /**
   * The body, or the card and why it was not bought. Repeatable: what is bought once, by this subscription or otherwise, is delivered again for
   * nothing. What fails for another reason is thrown, and nothing was charged.
   */
  async deliver(caller: Principal, subscriptionId: string, { id }: Pick<ObservationRow, 'id'>) {
    try {
      return await this.unitOfWork.run((tx) => this.bought(tx, caller, subscriptionId, id));
    } catch (error) {
      const unpaid = error instanceof DomainError ? reasonOf(error.code) : null;
      if (!unpaid) throw error;
      return this.unitOfWork.run(async (tx) => {
        const row = found(await this.observations.get(tx, id), id);
        return { card: cardOf(row, caller.id), body: null, unpaid };
      });
    }
  }

  private async bought(tx: Tx, caller: Principal, subscriptionId: string, id: string) {
    const subscription = await this.saved.lockSubscription(tx, subscriptionId);
    const row = found(await this.observations.get(tx, id), id);
    const card = cardOf(row, caller.id);
    if (!(await this.reads.isEntitled(tx, caller, row))) {
      const unpaid = await this.limit(tx, subscription, row);
      if (unpaid) return { card, body: null, unpaid };
      await this.reads.buy(tx, caller, row);
      await this.saved.recordRead(tx, subscriptionId, id, row.price, this.clock.now());
    }
    return { card, body: await this.reads.bodyOf(tx, row), unpaid: null };
  }

  /** The limit of the subscription that this read would cross; null when it crosses none. */
  private async limit(tx: Tx, subscription: SubscriptionRow, { price }: ObservationRow): Promise<UnpaidReason | null> {
    const { id, state, price_max, cap_per_day } = subscription;
    if (state === 'cancelled') return 'subscription_cancelled';
    if (price_max !== null && price > price_max) return 'price_above_max';
    const spent = await this.saved.spent(tx, id, dayBefore(this.clock.now()));
    return spent + price > (cap_per_day ?? 0n) ? 'cap_per_day_reached' : null;
  }
}

const reasonOf = (code: string): UnpaidReason | null => UNPAID_REASONS.find((reason) => reason === code) ?? null;
