import type { AgentReputation, ContributorReputation, Leaderboard } from '../protocol/index.js';
import type { CallOptions, Transport } from '../http/index.js';

/** What parties are known by, always with how well it is known (docs/reputation.md). */
export class Reputation {
  constructor(private readonly transport: Transport) {}

  /**
   * Of a contributor: your own, or of one who has reserved something of yours.
   *
   * @example
   * const { level, acceptance } = await contributor.reputation.contributor(contributor.id);
   * console.log(level, acceptance.mean, [acceptance.lower, acceptance.upper]);
   * @throws {ProblemError} `not_found`, also for one you never dealt with.
   */
  contributor(id: string, options: CallOptions = {}): Promise<ContributorReputation> {
    return this.transport.call('get_contributor_reputation', { ...options, id });
  }

  /**
   * Of an agent, as a requester.
   *
   * @example
   * const { commitments } = await groundtruth.reputation.agent(agent.id);
   * @throws {ProblemError} `not_found`.
   */
  agent(id: string, options: CallOptions = {}): Promise<AgentReputation> {
    return this.transport.call('get_agent_reputation', { ...options, id });
  }

  /**
   * Of whoever posted a bounty, who is not named: worth a look before one goes.
   *
   * @example
   * const { reviews, commitments } = await contributor.reputation.requesterOf(bounty.id);
   * @throws {ProblemError} `not_found`.
   */
  requesterOf(bountyId: string, options: CallOptions = {}): Promise<AgentReputation> {
    return this.transport.call('get_requester_reputation', { ...options, id: bountyId });
  }

  /**
   * The most reliable contributors of a cell, among those who asked to be named. Empty while they are fewer than three.
   *
   * @example
   * const { data } = await groundtruth.reputation.leaderboard('8530dbabfffffff');
   * @param cell H3 cell of resolution 5.
   */
  leaderboard(cell: string, options: CallOptions = {}): Promise<Leaderboard> {
    return this.transport.call('get_leaderboard', { ...options, query: { cell } });
  }
}
