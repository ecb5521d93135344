import { Injectable } from '@nestjs/common';
import type { Id, Verdict } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { deriveId } from '../../kernel/ids.js';
import { BountiesRepository, termsFromRow, type BountyRow, type Tally } from '../../bounties/index.js';
import { Clusters } from '../../identity/index.js';
import type { Tx } from '../../platform/database/index.js';
import { agreeingOf } from '../revisions/agreeing.js';
import { RevisionsRepository } from '../revisions/revisions.repository.js';
import { RevisionsService } from '../revisions/revisions.service.js';
import { matches, statementOf, type PaidCapture, type Statement } from '../revisions/statement.js';

/** Makes observations of what captures say, and takes back what turned out wrong. */
@Injectable()
export class ObservationsService {
  constructor(
    private readonly revisions: RevisionsService,
    private readonly chains: RevisionsRepository,
    private readonly bounties: BountiesRepository,
    private readonly clusters: Clusters,
  ) {}

  /**
   * Makes the signed observation of an accepted capture and its log leaf, in the transaction that pays for it: a revision of one that it
   * agrees with, where the bounty asked for agreement. Answers the first of its chain; null when it makes none.
   */
  async observe(tx: Tx, capture: PaidCapture, bounty: BountyRow, verdict: Verdict): Promise<Id<'observation'> | null> {
    if (verdict.basis === 'silence' || capture.finding === null) return null;
    const statement = statementOf(capture, capture.finding, verdict);
    const agreeing = termsFromRow(bounty).agreement ? await this.agreeing(tx, bounty, statement) : null;
    const chain_id = agreeing ?? deriveId('observation', capture.id);
    const stated = { capture_id: capture.id, chain_id, contributor_id: capture.contributor_id, statement };
    if (!agreeing) await this.revisions.begin(tx, capture, bounty, stated);
    await this.chains.state(tx, stated);
    if (agreeing) await this.revisions.revise(tx, agreeing, 'agreement');
    return chain_id;
  }

  /**
   * A capture turned out wrong: what rests on it is marked and replaced by what the others say, or by a retraction. Repeatable; answers
   * whether there was something to take back.
   */
  async withdraw(tx: Tx, captureId: string, at: Instant): Promise<boolean> {
    const chain = await this.chains.chainOf(tx, captureId);
    if (!chain) return false;
    await this.chains.lock(tx, chain);
    if (!(await this.chains.chainOf(tx, captureId))) return false; // Whoever held the chain has done it.
    await this.chains.withdraw(tx, captureId, at);
    await this.revisions.revise(tx, chain, 'correction');
    return true;
  }

  /** How far the captures of a bounty that were paid agree, as far as each counts as one; null where none are to agree. */
  async tally(tx: Tx, bounty: BountyRow): Promise<Tally | null> {
    if (!termsFromRow(bounty).agreement) return null;
    const stated = await this.chains.ofBounty(tx, bounty.id);
    const clusters = await this.clusters.clusterOf(
      tx,
      stated.map(({ contributor_id }) => contributor_id),
    );
    return agreeingOf(stated.map((one) => ({ ...one, by: clusters.get(one.contributor_id)! })));
  }

  /** The oldest chain of the bounty all of whose captures say the same. The bounty is locked: two captures at once find each other. */
  private async agreeing(tx: Tx, bounty: BountyRow, statement: Statement): Promise<Id<'observation'> | null> {
    await this.bounties.lock(tx, bounty.id);
    const stated = await this.chains.ofBounty(tx, bounty.id);
    const chains = new Set(stated.map(({ chain_id }) => chain_id));
    const saidBy = (chain: string) => stated.filter(({ chain_id }) => chain_id === chain).map((each) => each.statement);
    return [...chains].find((chain) => matches(statement, saidBy(chain))) ?? null;
  }
}
