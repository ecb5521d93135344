import { Inject, Injectable } from '@nestjs/common';
import {
  toWireTime,
  type AgentReputation,
  type ContributorReputation,
  type Estimate,
  type Id,
  type Mode,
  type ReputationLevel,
} from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { found } from '../kernel/problem.js';
import { Clusters, IdentityRepository, type Principal } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import type { Measure } from './outcome.weights.js';
import { ReputationRepository } from './reputation.repository.js';
import { estimateOf, HALF_LIVES_COUNTED, INTERVAL, levelOf, PRIOR } from './reputation.rules.js';
import { othersOf, seenOf } from './seen.js';

/** What parties are known by, worked out from their events at the moment it is asked for. */
@Injectable()
export class ReputationService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reputations: ReputationRepository,
    private readonly identities: IdentityRepository,
    private readonly clusters: Clusters,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * For the contributor itself, the operator, and agents that it has ever reserved something of: to others a contributor is known by
   * pseudonyms only, and its id must tell them nothing. Refuses with `not_found`.
   */
  async ofContributor(caller: Principal, id: string): Promise<ContributorReputation> {
    return this.unitOfWork.run(async (tx) => {
      const known = (await this.identities.contributorMode(tx, id)) === caller.mode;
      const may =
        caller.id === id || caller.role === 'operator' || (await this.reputations.haveDealt(tx, id, caller.id));
      const contributor_id = found(known && may ? (id as Id<'contributor'>) : null, id);
      const estimate = await this.estimates(tx, id, caller.mode);
      const acceptance = estimate('contributor.acceptance');
      const timeliness = estimate('contributor.timeliness');
      const level = levelOf(acceptance, timeliness);
      const disputes = estimate('contributor.disputes');
      return { contributor_id, level, acceptance, timeliness, disputes, ...this.common() };
    });
  }

  /** For whoever has the agent's id. Refuses with `not_found`. */
  async ofAgent(caller: Principal, id: string): Promise<AgentReputation> {
    return this.unitOfWork.run(async (tx) => {
      const known = (await this.identities.agentMode(tx, id)) === caller.mode;
      const agent_id = found(known ? (id as Id<'agent'>) : null, id);
      return { ...(await this.asRequester(tx, agent_id, caller.mode)), agent_id };
    });
  }

  /** Of whoever posted a bounty, without naming it. Refuses with `not_found`. */
  async ofRequester(caller: Principal, bountyId: string): Promise<AgentReputation> {
    return this.unitOfWork.run(async (tx) => {
      const agentId = found(await this.reputations.requester(tx, bountyId, caller.mode), bountyId);
      return { ...(await this.asRequester(tx, agentId, caller.mode)), agent_id: null };
    });
  }

  /** How far a contributor is proven now. */
  async levelOf(tx: Tx, contributorId: string, mode: Mode): Promise<ReputationLevel> {
    const estimate = await this.estimates(tx, contributorId, mode);
    return levelOf(estimate('contributor.acceptance'), estimate('contributor.timeliness'));
  }

  private async asRequester(tx: Tx, agentId: string, mode: Mode) {
    const estimate = await this.estimates(tx, agentId, mode);
    const reviews = estimate('agent.reviews');
    const disputes = estimate('agent.disputes');
    return { reviews, disputes, commitments: estimate('agent.commitments'), ...this.common() };
  }

  /** One person, one reputation: the outcomes of everybody who is the same person count together, so that a new name washes nothing off. */
  private async estimates(tx: Tx, partyId: string, mode: Mode): Promise<(measure: Measure) => Estimate> {
    const now = this.clock.now();
    const half_life = seconds(this.config.REPUTATION_HALF_LIFE_S);
    const persons = await this.clusters.persons(tx, partyId);
    const events = await this.reputations.ofSubjects(tx, persons, mode, now - HALF_LIVES_COUNTED * half_life);
    const clusters = await this.clusters.clusterOf(tx, [partyId, ...events.flatMap(othersOf)]);
    const seen = events.map((event) => seenOf(event, partyId, clusters));
    return (measure) => estimateOf(measure, seen, now, half_life);
  }

  private common() {
    const half_life_s = this.config.REPUTATION_HALF_LIFE_S;
    return { interval: INTERVAL, prior: { ...PRIOR }, half_life_s, as_of: toWireTime(this.clock.now()) };
  }
}
