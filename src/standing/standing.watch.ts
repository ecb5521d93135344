import { Injectable } from '@nestjs/common';
import type { Triggered } from '@groundtruth/sdk/protocol';
import { Watching, type Sighting } from '../feeds/index.js';
import { IdentityRepository } from '../identity/index.js';
import { Clock } from '../kernel/clock.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { StandingEnding } from './standing.ending.js';
import type { Cause, StandingRow } from './standing.entity.js';
import { StandingRepository } from './standing.repository.js';
import { StandingRunner } from './standing.runner.js';
import { StandingRunsRepository } from './standing-runs.repository.js';
import { holds, recurs, triggerOf } from './standing.rules.js';

/** Observations that one look takes in; the next takes the rest. */
const BATCH = 100;

interface Look {
  readonly causes: readonly Cause[];
  readonly seq: bigint;
  readonly read: bigint;
}

/** Standing bounties that observations set off. */
@Injectable()
export class StandingWatch {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly standing: StandingRepository,
    private readonly runs: StandingRunsRepository,
    private readonly runner: StandingRunner,
    private readonly ending: StandingEnding,
    private readonly watching: Watching,
    private readonly identity: IdentityRepository,
    private readonly clock: Clock,
  ) {}

  /** Runs what new observations set off, then notes how far it looked: after a crash between the two the same are found, and have their runs. */
  async look(id: string): Promise<void> {
    const look = await this.unitOfWork.run((tx) => this.news(tx, id));
    if (!look) return;
    for (const cause of look.causes) await this.runner.attempt(id, cause);
    await this.unitOfWork.run((tx) => this.standing.looked(tx, id, look.seq, look.read));
  }

  private async news(tx: Tx, id: string): Promise<Look | null> {
    const row = await this.standing.get(tx, id);
    const trigger = row && triggerOf(row);
    if (row?.state !== 'active' || !trigger || recurs(trigger)) return null;
    const viewer = await this.identity.principalOfKey(tx, row.key_id);
    if (!viewer) {
      await this.ending.end(tx, row, 'key_revoked');
      return null;
    }
    const published = await this.watching.published(tx, viewer, row.cards!, row.seen_seq!, BATCH);
    const window = { after: row.reads_seen!, since: row.watching_since!, now: this.clock.now(), limit: BATCH };
    const bought = await this.watching.bought(tx, viewer, row.cards!, window);
    const causes = new Map<string, Cause>();
    for (const sighting of [...published.sightings, ...bought.sightings])
      if (await this.setsOff(tx, row, trigger, sighting)) causes.set(sighting.chain_id, causeOf(sighting));
    return { causes: [...causes.values()], seq: published.to, read: bought.to };
  }

  private async setsOff(tx: Tx, row: StandingRow, { fact, include_own }: Triggered, sighting: Sighting) {
    if (fact && !(sighting.facts && holds(fact, sighting.facts))) return false;
    return include_own || !(await this.runs.isOwn(tx, row.agent_id, sighting.bounty_id));
  }
}

const causeOf = ({ id, chain_id, published_at }: Sighting): Cause => ({
  slot: chain_id,
  due_at: published_at,
  observation_id: id,
});
