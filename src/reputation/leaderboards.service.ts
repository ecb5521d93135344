import { Inject, Injectable } from '@nestjs/common';
import {
  LEADERBOARD_K_MIN,
  LEADERBOARD_SIZE_MAX,
  toWireTime,
  type Estimate,
  type Leaderboard,
  type LeaderboardEntry,
  type Mode,
} from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import { Clusters, IdentityKey, type Principal } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import type { EventRow } from './cause.entity.js';
import { LeaderboardsRepository } from './leaderboards.repository.js';
import { estimateOf, HALF_LIVES_COUNTED } from './reputation.rules.js';
import { othersOf, seenOf } from './seen.js';

interface Standing {
  readonly contributor_id: string;
  readonly cluster: string;
  readonly acceptance: Estimate;
}

/** The best of a coarse cell, among those who asked to be named: never fewer than three persons, each once. */
@Injectable()
export class LeaderboardsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly leaderboards: LeaderboardsRepository,
    private readonly clusters: Clusters,
    private readonly key: IdentityKey,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Puts the caller on leaderboards, or changes how it is called there. Refuses agents with `forbidden`. */
  async join(command: Command, caller: Principal, { display_name }: BodyOf<'join_leaderboards'>) {
    const contributorId = contributorOf(caller);
    return this.unitOfWork.once(command, async (tx): Promise<LeaderboardEntry> => {
      await this.leaderboards.put(tx, contributorId, display_name, this.clock.now());
      return { joined: true, display_name };
    });
  }

  /** Takes the caller off. Repeatable. */
  async leave(caller: Principal): Promise<LeaderboardEntry> {
    await this.unitOfWork.run((tx) => this.leaderboards.remove(tx, contributorOf(caller)));
    return { joined: false, display_name: null };
  }

  /** Empty while fewer than `LEADERBOARD_K_MIN` persons would be on it. */
  async of(caller: Principal, cell: string): Promise<Leaderboard> {
    const now = this.clock.now();
    const standings = await this.unitOfWork.run(async (tx) => {
      const best = onePerPerson(await this.standings(tx, caller.mode, cell, now));
      const names = await this.leaderboards.names(
        tx,
        best.map(({ contributor_id }) => contributor_id),
      );
      return best.map(({ contributor_id, acceptance }, index) => ({
        rank: index + 1,
        name: names.get(contributor_id) ?? this.pseudonym(contributor_id, cell, now),
        acceptance,
      }));
    });
    const shown = standings.length < LEADERBOARD_K_MIN ? [] : standings.slice(0, LEADERBOARD_SIZE_MAX);
    return { cell, data: shown, untrusted_fields: ['data.name'], as_of: toWireTime(now) };
  }

  private async standings(tx: Tx, mode: Mode, cell: string, now: Instant): Promise<Standing[]> {
    const half_life = seconds(this.config.REPUTATION_HALF_LIFE_S);
    const events = await this.leaderboards.eventsIn(tx, cell, mode, now - HALF_LIVES_COUNTED * half_life);
    const parties = events.flatMap((event) => [event.subject_id, ...othersOf(event)]);
    const clusters = await this.clusters.clusterOf(tx, parties);
    const by = new Map<string, EventRow[]>();
    for (const event of events) by.set(event.subject_id, [...(by.get(event.subject_id) ?? []), event]);
    return [...by].map(([contributor_id, own]) => {
      const cluster = clusters.get(contributor_id)!;
      const seen = own.map((event) => seenOf(event, contributor_id, clusters));
      return { contributor_id, cluster, acceptance: estimateOf('contributor.acceptance', seen, now, half_life) };
    });
  }

  /** Another one in each cell and month, so that nobody is followed from place to place or for long. */
  private pseudonym(contributorId: string, cell: string, now: Instant): string {
    const month = toWireTime(now).slice(0, 'YYYY-MM'.length);
    return `contributor-${this.key.mac('leaderboard', contributorId, cell, month).slice(0, 8)}`;
  }
}

/** Best first, by the lower end: who is known little stands low. Of one person the best name alone. */
function onePerPerson(standings: readonly Standing[]): Standing[] {
  const sorted = standings
    .filter(({ acceptance }) => acceptance.effective_samples > 0)
    .toSorted((a, b) => b.acceptance.lower - a.acceptance.lower || (a.contributor_id < b.contributor_id ? -1 : 1));
  return sorted.filter(({ cluster }, index) => sorted.findIndex((other) => other.cluster === cluster) === index);
}

function contributorOf(caller: Principal): string {
  if (caller.role !== 'contributor') throw new DomainError('forbidden', 'leaderboards name contributors');
  return caller.id;
}
