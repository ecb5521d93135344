import { Injectable } from '@nestjs/common';
import type { feedQuerySchema, Fact, Id, Mode } from '@groundtruth/sdk/protocol';
import type { z } from 'zod';
import type { Instant } from '../../kernel/clock.js';
import { found } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { UsageRepository } from '../../payments/index.js';
import type { Tx } from '../../platform/database/index.js';
import { passes } from '../observations/card.filter.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import { ObservationsRepository } from '../observations/observations.repository.js';
import { ReadsService } from '../reads/reads.service.js';
import { cellsOf, filterOf, wireQuery } from './feed.query.js';
import { SavedRepository } from './saved.repository.js';
import type { FeedRow } from './saved.entity.js';

/** Which cards: as a saved feed keeps it. */
export type CardsWanted = Pick<FeedRow, 'query' | 'cells'>;

/** What one viewer may know of an observation. */
export interface Sighting {
  readonly id: Id<'observation'>;
  /** The first of its chain: an observation and its revisions have one. */
  readonly chain_id: Id<'observation'>;
  readonly bounty_id: Id<'bounty'>;
  readonly published_at: Instant;
  /** Of the body, when this viewer funded or bought it; null otherwise. */
  readonly facts: readonly Fact[] | null;
}

export interface Sightings {
  readonly sightings: readonly Sighting[];
  /** Everything up to this place was looked at. */
  readonly to: bigint;
}

/** How far a watcher has looked: its place in the feed, and among its own reads. */
export interface Seen {
  readonly seq: bigint;
  readonly read: bigint;
}

/** How long the transaction of a read may take to be seen: until then the same reads are looked at again. */
const READ_SETTLES_MS = 60_000;

/** New observations as one account may know of them: what stands on a card, and of bodies only those it funded or bought. */
@Injectable()
export class Watching {
  constructor(
    private readonly observations: ObservationsRepository,
    private readonly saved: SavedRepository,
    private readonly reads: ReadsService,
    private readonly usage: UsageRepository,
  ) {}

  /** What is watched for: the query, or that of a feed of the caller's as it is now. @throws {DomainError} `invalid_request`; `not_found`. */
  async wanted(
    tx: Tx,
    caller: Principal,
    { feed, query = {} }: { feed?: string | undefined; query?: z.output<typeof feedQuerySchema> | undefined },
  ): Promise<CardsWanted> {
    if (feed === undefined) return { query: wireQuery(query), cells: cellsOf(query) };
    const saved = found(await this.saved.feed(tx, caller, feed), feed);
    return { query: saved.query, cells: saved.cells };
  }

  /** Where one who watches from now on stands. */
  async now(tx: Tx, { mode, id }: Pick<Principal, 'mode' | 'id'>): Promise<Seen> {
    return { seq: await this.observations.head(tx, mode), read: await this.usage.lastOf(tx, id) };
  }

  /** The last place of a mode's feed. */
  async head(tx: Tx, mode: Mode): Promise<bigint> {
    return this.observations.head(tx, mode);
  }

  /** What became visible to the viewer after a place in the feed. Replaced and retracted ones are left out. */
  async published(tx: Tx, viewer: Principal, wanted: CardsWanted, after: bigint, limit: number): Promise<Sightings> {
    const head = await this.observations.head(tx, viewer.mode); // First: what was given a place before this is visible to what follows.
    const filter = filterOf(wanted);
    const scope = { mode: viewer.mode, viewer_id: viewer.id, filter, after, limit, as_of: null };
    const rows = await this.observations.list(tx, scope);
    const last = rows.at(-1)?.seq ?? after;
    return { sightings: await this.seen(tx, viewer, rows), to: rows.length < limit && head > last ? head : last };
  }

  /** What the viewer has bought since, of what was published since `since`. Reads of the last minute are looked at again. */
  async bought(
    tx: Tx,
    viewer: Principal,
    wanted: CardsWanted,
    { after, since, now, limit }: { after: bigint; since: Instant; now: Instant; limit: number },
  ): Promise<Sightings> {
    const reads = await this.usage.after(tx, viewer.id, after, limit);
    const rows: ObservationRow[] = [];
    for (const { observation_id } of reads) {
      const row = await this.observations.get(tx, observation_id);
      if (row?.mode === viewer.mode && row.published_at! >= since && passes(filterOf(wanted), row)) rows.push(row);
    }
    const settled = reads.filter(({ at }) => at <= now - READ_SETTLES_MS).at(-1);
    return { sightings: await this.seen(tx, viewer, rows), to: settled?.seq ?? after };
  }

  private async seen(tx: Tx, viewer: Principal, rows: readonly ObservationRow[]): Promise<Sighting[]> {
    const sightings: Sighting[] = [];
    for (const row of rows) {
      if (row.revision_cause === 'retraction' || row.superseded_by !== null || row.disputed_at !== null) continue;
      const { id, chain_id, bounty_id, published_at, record } = row;
      const facts = (await this.reads.isEntitled(tx, viewer, row)) ? record.facts : null;
      sightings.push({ id, chain_id, bounty_id, published_at: published_at!, facts });
    }
    return sightings;
  }
}
