import { Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import { conditionOf, type CardFilter } from './card.filter.js';
import type { CardRow, ObservationRow } from './observation.entity.js';

/** A row at its place in a feed. */
export type PlacedRow = ObservationRow & { readonly seq: bigint };
export type PlacedCard = CardRow & { readonly seq: bigint };

/** Whether an agent is one of those who asked or paid for an observation. */
const IS_FUNDER = (agent: string): string => `(funder_id = ${agent} OR coalesce(funders ? ${agent}, false))`;
/** All but the record and its salt, which are large, and none of a card's business. */
const CARD_COLUMNS = `id, mode, capture_id, bounty_id, contributor_id, funder_id, funders, kind, commitment, coarse_cell, hour, tier, independent_captures,
  chain_id, revision, revises, revision_cause, superseded_by, superseded_at, price, currency, resale, embargo_until, log_index, funder_seq,
  public_seq, published_at, public_at, disputed_at, created_at`;

export interface FeedQuery {
  readonly mode: Mode;
  /** In the exclusive period an observation is shown to its funder alone. */
  readonly viewer_id: string;
  readonly filter: CardFilter;
  readonly after: bigint;
  readonly limit: number;
  /** What could be known at that moment; null: everything. */
  readonly as_of: Instant | null;
  /** Only of this bounty, and only to its funders; left out: of any. */
  readonly bounty_id?: string | undefined;
}

export type TapeQuery = Pick<FeedQuery, 'mode' | 'filter' | 'after' | 'limit'>;

/** The feed: published observations by their place in it. Revisions are written by `RevisionsRepository`. */
@Injectable()
export class ObservationsRepository {
  /** A published observation. */
  async get(tx: Tx, id: string): Promise<ObservationRow | null> {
    return sqlOne<ObservationRow>(tx, 'SELECT * FROM observation WHERE id = $1 AND published_at IS NOT NULL', [id]);
  }

  async unpublished(tx: Tx, mode: Mode, limit: number): Promise<Id<'observation'>[]> {
    const rows = await sql<{ id: Id<'observation'> }>(
      tx,
      'SELECT id FROM observation WHERE mode = $1 AND published_at IS NULL ORDER BY created_at, revision LIMIT $2',
      [mode, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Published observations whose exclusive period is over and that nobody else has been shown yet. */
  async released(tx: Tx, now: Instant, limit: number): Promise<{ id: Id<'observation'>; mode: Mode }[]> {
    return sql(
      tx,
      `SELECT id, mode FROM observation WHERE published_at IS NOT NULL AND public_seq IS NULL AND resale AND embargo_until <= $1
        ORDER BY embargo_until, funder_seq LIMIT $2`,
      [new Date(now), limit],
    );
  }

  /**
   * Publishes an observation: to everybody, or to its funder while it is exclusive. From then on the one that it revises is superseded.
   * Null when it is published already.
   */
  async publish(tx: Tx, id: string, mode: Mode, logIndex: number, now: Instant): Promise<ObservationRow | null> {
    const { seq, at } = await this.nextPlace(tx, mode, now);
    const row = await sqlOne<ObservationRow>(
      tx,
      `UPDATE observation SET log_index = $3, published_at = $4,
              public_seq = CASE WHEN resale AND embargo_until <= $4 THEN $2::bigint END,
              public_at = CASE WHEN resale AND embargo_until <= $4 THEN $4::timestamptz END,
              funder_seq = CASE WHEN resale AND embargo_until <= $4 THEN NULL ELSE $2::bigint END
        WHERE id = $1 AND published_at IS NULL RETURNING *`,
      [id, seq, logIndex, new Date(at)],
    );
    if (row?.revises)
      await sql(
        tx,
        'UPDATE observation SET superseded_by = $2, superseded_at = $3 WHERE id = $1 AND superseded_by IS NULL',
        [row.revises, id, new Date(at)],
      );
    return row;
  }

  /** Shows an observation to everybody from now on. Repeatable. */
  async release(tx: Tx, id: string, mode: Mode, now: Instant): Promise<void> {
    const { seq, at } = await this.nextPlace(tx, mode, now);
    await sql(tx, 'UPDATE observation SET public_seq = $2, public_at = $3 WHERE id = $1 AND public_seq IS NULL', [
      id,
      seq,
      new Date(at),
    ]);
  }

  /**
   * The next place in the feed, and its moment. The row stays locked until the commit, so places become visible in order, and moments rise
   * with them whatever the clocks of several processes say. Gaps are harmless.
   */
  private async nextPlace(tx: Tx, mode: Mode, now: Instant): Promise<{ seq: bigint; at: Instant }> {
    const row = await sqlOne<{ seq: bigint; at: Instant }>(
      tx,
      `UPDATE feed_sequence SET next = next + 1, last_at = greatest(last_at, $2) WHERE name = $1
       RETURNING next - 1 AS seq, last_at AS at`,
      [`observations:${mode}`, new Date(now)],
    );
    return row!;
  }

  /**
   * Waits for whoever is publishing, and lets nothing be published at this moment or before it any more: what was known then is settled,
   * however many pages are read of it.
   */
  async settle(tx: Tx, mode: Mode, at: Instant): Promise<void> {
    const name = `observations:${mode}`;
    const row = await sqlOne<{ last_at: Instant }>(tx, 'SELECT last_at FROM feed_sequence WHERE name = $1 FOR UPDATE', [
      name,
    ]);
    // A millisecond later than asked: what is published next is not of that moment.
    if (row!.last_at <= at)
      await sql(tx, 'UPDATE feed_sequence SET last_at = $2 WHERE name = $1', [name, new Date(at + 1)]);
  }

  /** What a viewer may know of, in feed order; each observation once, at the place where this viewer first could see it. */
  async list(tx: Tx, query: FeedQuery): Promise<PlacedRow[]> {
    const params: unknown[] = [query.mode, query.after, query.viewer_id, query.limit];
    const param = (value: unknown): string => `$${params.push(value)}`;
    const at = query.as_of === null ? null : param(new Date(query.as_of));
    const own =
      query.bounty_id === undefined ? '' : ` AND o.bounty_id = ${param(query.bounty_id)} AND ${IS_FUNDER('$3')}`;
    const where = conditionOf(query.filter, param) + own;
    const known = (since: string): string =>
      at === null ? where : `${where} AND ${since} <= ${at} AND (superseded_at IS NULL OR superseded_at > ${at})`;
    return sql(
      tx,
      `SELECT * FROM (
         (SELECT public_seq AS seq, o.* FROM observation o
           WHERE mode = $1 AND public_seq > $2 AND (funder_seq IS NULL OR NOT ${IS_FUNDER('$3')})${known('public_at')} ORDER BY public_seq LIMIT $4)
         UNION ALL
         (SELECT funder_seq AS seq, o.* FROM observation o
           WHERE mode = $1 AND funder_id = $3 AND funder_seq > $2${known('published_at')} ORDER BY funder_seq LIMIT $4)
         UNION ALL
         (SELECT funder_seq AS seq, o.* FROM observation o
           WHERE mode = $1 AND funders IS NOT NULL AND funders ? $3 AND funder_id <> $3 AND funder_seq > $2${known('published_at')}
           ORDER BY funder_seq LIMIT $4)
       ) visible ORDER BY seq LIMIT $4`,
      params,
    );
  }

  /**
   * Everything after a place that a filter asks for, whoever may see it: one question for all viewers. An observation that was exclusive
   * stands at both of its places. `to` is how far the answer reaches: nothing else will ever be at that place or before it.
   */
  async tape(tx: Tx, { mode, filter, after, limit }: TapeQuery): Promise<{ rows: PlacedCard[]; to: bigint }> {
    const head = await this.head(tx, mode); // First: what was given a place before this is visible to what follows.
    const params: unknown[] = [mode, after, limit];
    const where = conditionOf(filter, (value) => `$${params.push(value)}`);
    const rows = await sql<PlacedCard>(
      tx,
      `SELECT * FROM (
         (SELECT public_seq AS seq, ${CARD_COLUMNS} FROM observation o WHERE mode = $1 AND public_seq > $2${where} ORDER BY public_seq LIMIT $3)
         UNION ALL
         (SELECT funder_seq AS seq, ${CARD_COLUMNS} FROM observation o WHERE mode = $1 AND funder_seq > $2${where} ORDER BY funder_seq LIMIT $3)
       ) placed ORDER BY seq LIMIT $3`,
      params,
    );
    const last = rows.at(-1)?.seq ?? after;
    return { rows, to: rows.length < limit && head > last ? head : last };
  }

  /** The last place that was given. */
  async head(tx: Tx, mode: Mode): Promise<bigint> {
    const row = await sqlOne<{ head: bigint }>(tx, 'SELECT next - 1 AS head FROM feed_sequence WHERE name = $1', [
      `observations:${mode}`,
    ]);
    return row!.head;
  }

  /** Where a viewer's stream stood when it saw this observation; null when that is not known. */
  async seqOf(tx: Tx, mode: Mode, id: string, viewerId: string): Promise<bigint | null> {
    const row = await sqlOne<{ seq: bigint | null }>(
      tx,
      `SELECT CASE WHEN ${IS_FUNDER('$2')} THEN coalesce(funder_seq, public_seq) ELSE public_seq END AS seq
         FROM observation WHERE id = $1 AND mode = $3`,
      [id, viewerId, mode],
    );
    return row?.seq ?? null;
  }
}
