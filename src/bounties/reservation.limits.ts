import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import { Clusters, IdentityRepository } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import type { Tx } from '../platform/database/index.js';
import { ReputationService, suffices } from '../reputation/index.js';
import type { BountyRow } from './bounty.entity.js';
import { termsFromRow } from './bounty.terms.js';
import { activeMax, barredUntil } from './reservation.rules.js';
import { ReservationsRepository } from './reservations.repository.js';

/**
 * Who may take one slot more. Limits and bars are of the person, under whatever names it comes: by device keys and wallets, never by the
 * address block alone, behind which strangers are.
 */
@Injectable()
export class ReservationLimits {
  constructor(
    private readonly reservations: ReservationsRepository,
    private readonly identities: IdentityRepository,
    private readonly clusters: Clusters,
    private readonly reputation: ReputationService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Until the transaction ends nobody of the same person is looked at. Refuses in this order: `reputation_too_low`, `reservation_barred`, `reservation_limit`. */
  async check(tx: Tx, contributorId: string, bounty: BountyRow): Promise<void> {
    await this.isProven(tx, contributorId, bounty);
    const persons = await this.clusters.persons(tx, contributorId);
    await this.identities.lockContributors(tx, persons);
    await this.isFree(tx, persons, bounty);
    const limit = activeMax(await this.identities.settledOf(tx, persons), this.config);
    if ((await this.reservations.countActive(tx, persons)) >= limit)
      throw new DomainError('reservation_limit', `at most ${limit} active at once`, { limit });
  }

  private async isProven(tx: Tx, contributorId: string, bounty: BountyRow): Promise<void> {
    const asked = termsFromRow(bounty).min_reputation?.level;
    if (asked === undefined) return;
    const level = await this.reputation.levelOf(tx, contributorId, bounty.mode);
    if (!suffices(level, asked))
      throw new DomainError('reputation_too_low', `${bounty.id} asks for ${asked}, and you are ${level}`, {
        level,
        asked,
        hint: 'Take bounties that ask for less until your interval reaches the level.',
      });
  }

  private async isFree(tx: Tx, persons: readonly string[], bounty: BountyRow): Promise<void> {
    const lateness = await this.reservations.lateness(tx, persons, bounty.id);
    const barred = barredUntil(lateness, this.config.RESERVATION_TTL_S);
    if (barred !== null && barred > this.clock.now())
      throw new DomainError('reservation_barred', 'too many late ends on this bounty', {
        until: new Date(barred).toISOString(),
      });
  }
}
