import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { Clusters } from '../identity/index.js';
import type { Tx } from '../platform/database/index.js';
import { isMoney, reviewDigestOf } from './digests.js';
import type { PolicyFacts } from './facts.js';
import { HoldsRepository } from './holds/holds.repository.js';
import { footprintOf } from './linkage/footprint.js';
import { FootprintsRepository, type Footprint } from './linkage/footprints.repository.js';
import { Pack } from './pack.js';
import { PlacesSource } from './places/places.source.js';
import { PolicyRepository } from './policy.repository.js';
import { hazardsOf } from './rules/hazards.js';
import { SanctionsSource } from './sanctions/sanctions.source.js';
import type { BountySubject, Stage, SubjectOf } from './stages.js';

/** Facts that the caller knows better; the rest is looked up. */
export type KnownFacts = Partial<Pick<PolicyFacts, 'suspended' | 'sanctions'>>;

/** Gathers what policy knows about the world, and remembers what it has allowed. */
@Injectable()
export class PolicyWorld {
  constructor(
    private readonly decisions: PolicyRepository,
    private readonly holds: HoldsRepository,
    private readonly footprints: FootprintsRepository,
    private readonly clusters: Clusters,
    private readonly places: PlacesSource,
    private readonly sanctions: SanctionsSource,
    private readonly pack: Pack,
    private readonly clock: Clock,
  ) {}

  async facts<S extends Stage>(tx: Tx, stage: S, subject: SubjectOf[S], known: KnownFacts): Promise<PolicyFacts> {
    const now = this.clock.now();
    const facts: PolicyFacts = {
      now,
      suspended: known.suspended ?? (isMoney(subject) ? [] : await this.decisions.suspendedAreas(tx)),
      sanctions: known.sanctions === undefined ? this.sanctions.list : known.sanctions,
      places: this.places.places,
      linked: [],
      reviews: await this.holds.reviews(tx, reviewDigestOf(stage, subject), this.pack.version, now),
    };
    if (isMoney(subject) || (stage !== 'quote' && stage !== 'publish')) return facts;
    return { ...facts, linked: await this.linked(tx, stage, subject, facts) };
  }

  /** How long others wait to learn what was found, in seconds: the longest of its hazard classes. */
  publishDelayS(subject: BountySubject): number {
    const facts = {
      now: this.clock.now(),
      suspended: [],
      sanctions: null,
      places: this.places.places,
      linked: [],
      reviews: [],
    };
    return Math.max(0, ...hazardsOf(subject, facts, this.pack).map(({ publish_delay_s }) => publish_delay_s));
  }

  /** Remembers a bounty that may be published, for those that come after it. One without a requester, or about a wide area, is around no target. */
  async remember(tx: Tx, subject: BountySubject, facts: PolicyFacts): Promise<void> {
    const print = this.print(subject, facts);
    if (print) await this.footprints.remember(tx, print);
  }

  private async linked(tx: Tx, stage: Stage, subject: BountySubject, facts: PolicyFacts) {
    const print = this.print(subject, facts);
    if (!print) return [];
    const people = await this.clusters.persons(tx, print.requester_id);
    if (stage === 'publish') await this.footprints.lock(tx, people);
    return this.footprints.linked(tx, people, print, this.pack);
  }

  private print(subject: BountySubject, facts: PolicyFacts): Footprint | null {
    const { requester_id, mode } = subject;
    if (requester_id === undefined) return null;
    const hazards = hazardsOf(subject, facts, this.pack).map(({ rule }) => rule);
    const print = footprintOf(subject, facts.now, hazards);
    if (print.extent_m > this.pack.linkage.extent_m_max) return null;
    return { ...print, requester_id, mode, terms_sha256: reviewDigestOf('publish', subject) };
  }
}
