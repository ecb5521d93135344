import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '../kernel/problem.js';
import { activeMax, ReservationLimits, type BountyRow } from '../bounties/index.js';
import { Clusters, IdentityRepository } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import type { Tx } from '../platform/database/index.js';
import { InvitationsRepository } from './invitations.repository.js';

/** Who is told of a bounty: whoever could reserve it now, once for each person, and no more than that person may hold. */
@Injectable()
export class InvitationLimits {
  constructor(
    private readonly reservations: ReservationLimits,
    private readonly invitations: InvitationsRepository,
    private readonly identities: IdentityRepository,
    private readonly clusters: Clusters,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Until the transaction ends nobody of the same person is invited or reserves. */
  async mayInvite(tx: Tx, contributorId: string, bounty: BountyRow): Promise<boolean> {
    if (!(await this.mayReserve(tx, contributorId, bounty))) return false;
    const persons = await this.clusters.persons(tx, contributorId);
    if (await this.invitations.haveMet(tx, persons, bounty.id)) return false;
    const limit = activeMax(await this.identities.settledOf(tx, persons), this.config);
    return (await this.invitations.inHand(tx, persons)) < limit;
  }

  private async mayReserve(tx: Tx, contributorId: string, bounty: BountyRow): Promise<boolean> {
    try {
      await this.reservations.check(tx, contributorId, bounty);
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.status < 500) return false; // An expected refusal: then they are not asked.
      throw error;
    }
  }
}
