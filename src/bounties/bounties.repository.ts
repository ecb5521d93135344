import { Injectable } from '@nestjs/common';
import { toWireTime, type Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import type { BountyRow } from './bounty.entity.js';
import { BOUNTY_TRANSITIONS, type BountyEvent } from './bounty.machine.js';
import { NearRepository } from './near/near.repository.js';

export type NewBounty = Omit<
  BountyRow,
  | 'outcome'
  | 'fund'
  | 'reserved'
  | 'waiting'
  | 'settled'
  | 'suspended_by'
  | 'appeals'
  | 'appealable_until'
  | 'price_floor'
  | 'stalled_ms'
  | 'stalled_since'
  | 'raises'
  | 'agreeing'
  | 'differing'
>;

/** What a raise sets; amounts in micros. */
export interface Raise {
  /** The schedule in wire form. */
  readonly price: Readonly<Record<string, unknown>>;
  readonly price_cap: bigint;
  readonly fee_cap: bigint;
  readonly price_floor: bigint;
  readonly closes_at: Instant;
  readonly uploads_until: Instant;
  /** What was held in addition. */
  readonly held: bigint;
  readonly now: Instant;
}

export interface BountySearch {
  readonly mode: string;
  readonly cells: string[] | null;
  readonly kind: string | null;
  readonly state: string | null;
  readonly agent_id: string | null;
  /** Drafts are their owner's alone. */
  readonly viewer_id: string;
  /** Agents see those that gather pledges too. */
  readonly is_agent: boolean;
  readonly after: string | null;
  readonly limit: number;
}

/**
 * The clock of a rising price ($2 is now): it stops when the last free slot is taken, and goes on when one is free again. So nobody who
 * holds all the slots makes them dearer.
 */
const OFFERED = `coalesce(offered, quantity)`;
const STALLS = `stalled_since = CASE WHEN reserved + settled + 1 >= ${OFFERED} THEN coalesce(stalled_since, $2) END`;
const GOES_ON = `stalled_ms = stalled_ms + coalesce(greatest(0, floor(extract(epoch FROM ($2::timestamptz - stalled_since)) * 1000)), 0)::bigint,
  stalled_since = NULL`;

@Injectable()
export class BountiesRepository {
  constructor(private readonly near: NearRepository) {}

  async insert(tx: Tx, row: NewBounty): Promise<void> {
    await sql(
      tx,
      `INSERT INTO bounty (id, mode, agent_id, kind, state, terms, currency, price_cap, fee_cap, absence_share_bps, quantity,
                           opens_at, closes_at, uploads_until, lat, lng, extent_m, cells, created_at, offered)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
      [
        row.id,
        row.mode,
        row.agent_id,
        row.kind,
        row.state,
        row.terms,
        row.currency,
        row.price_cap,
        row.fee_cap,
        row.absence_share_bps,
        row.quantity,
        new Date(row.opens_at),
        new Date(row.closes_at),
        new Date(row.uploads_until),
        row.lat,
        row.lng,
        row.extent_m,
        row.cells,
        new Date(row.created_at),
        row.offered,
      ],
    );
  }

  async get(tx: Tx, id: string): Promise<BountyRow | null> {
    return sqlOne<BountyRow>(tx, 'SELECT * FROM bounty WHERE id = $1', [id]);
  }

  /** As `get`, and nobody else changes the row until the transaction ends. */
  async lock(tx: Tx, id: string): Promise<BountyRow | null> {
    return sqlOne<BountyRow>(tx, 'SELECT * FROM bounty WHERE id = $1 FOR UPDATE', [id]);
  }

  async search(tx: Tx, search: BountySearch): Promise<BountyRow[]> {
    return sql<BountyRow>(
      tx,
      `SELECT * FROM bounty
        WHERE mode = $1 AND ($2::text[] IS NULL OR cells && $2) AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR state = $4)
          AND ($5::text IS NULL OR agent_id = $5) AND (state <> 'draft' OR agent_id = $6 OR ($9 AND terms ? 'pledges')) AND ($7::text IS NULL OR id < $7)
        ORDER BY id DESC LIMIT $8`,
      [
        search.mode,
        search.cells,
        search.kind,
        search.state,
        search.agent_id,
        search.viewer_id,
        search.after,
        search.limit,
        search.is_agent,
      ],
    );
  }

  /** Moves the bounty along its table, and on or off the list of what searches find; null when its state has no such event. */
  async advance(tx: Tx, id: string, event: BountyEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    const moved = await advance(tx, { table: 'bounty', transitions: BOUNTY_TRANSITIONS, id, event, at, set });
    if (moved?.to === 'open') await this.near.put(tx, (await this.get(tx, id))!, at);
    else if (moved?.from === 'open') await this.near.drop(tx, id, at);
    return moved;
  }

  /**
   * Takes one free slot that an open bounty offers inside its window: one conditional statement, so that no number of callers overfills it.
   * Null when there is none, and then the row says why.
   */
  async takeSlot(tx: Tx, id: string, now: Instant): Promise<BountyRow | null> {
    return sqlOne<BountyRow>(
      tx,
      `UPDATE bounty SET reserved = reserved + 1, ${STALLS}
        WHERE id = $1 AND state = 'open' AND closes_at > $2 AND reserved + settled < ${OFFERED} RETURNING *`,
      [id, new Date(now)],
    );
  }

  async freeSlot(tx: Tx, id: string, now: Instant): Promise<void> {
    await sql(tx, `UPDATE bounty SET reserved = reserved - 1, ${GOES_ON} WHERE id = $1`, [id, new Date(now)]);
  }

  /** A capture was rejected: its slot is free, and until `until` its contributor may appeal, so long the bounty does not close. */
  async rejectSlot(tx: Tx, id: string, now: Instant, until: Instant): Promise<void> {
    await sql(
      tx,
      `UPDATE bounty SET reserved = reserved - 1, ${GOES_ON}, appealable_until = greatest(appealable_until, $3) WHERE id = $1`,
      [id, new Date(now), new Date(until)],
    );
  }

  /** Takes a slot that nobody holds and that is not settled, whether or not new work is taken; false when there is none. */
  async takeFreeSlot(tx: Tx, id: string, now: Instant): Promise<boolean> {
    const count = await sqlCount(
      tx,
      `UPDATE bounty SET reserved = reserved + 1, ${STALLS}
        WHERE id = $1 AND state IN ('open', 'suspended', 'closing') AND reserved + settled < quantity`,
      [id, new Date(now)],
    );
    return count === 1;
  }

  /** Notes how far captures agree, and offers so many slots at once: the clock of its price goes on when one is free again. */
  async offer(
    tx: Tx,
    id: string,
    to: Pick<BountyRow, 'agreeing' | 'differing' | 'offered'>,
    now: Instant,
  ): Promise<void> {
    await sql(tx, 'UPDATE bounty SET agreeing = $2, differing = $3, offered = $4 WHERE id = $1', [
      id,
      to.agreeing,
      to.differing,
      to.offered,
    ]);
    await sql(
      tx,
      `UPDATE bounty SET ${GOES_ON} WHERE id = $1 AND stalled_since IS NOT NULL AND reserved + settled < ${OFFERED}`,
      [id, new Date(now)],
    );
  }

  /** Counts captures of a race in, or out of, its line. */
  async wait(tx: Tx, id: string, by: 1 | -1): Promise<void> {
    await sql(tx, 'UPDATE bounty SET waiting = waiting + $2 WHERE id = $1', [id, by]);
  }

  /** Keeps the bounty from closing while an appeal is undecided or unpaid; false when it has closed. */
  async beginAppeal(tx: Tx, id: string): Promise<boolean> {
    return (
      (await sqlCount(tx, `UPDATE bounty SET appeals = appeals + 1 WHERE id = $1 AND state <> 'closed'`, [id])) === 1
    );
  }

  async endAppeal(tx: Tx, id: string): Promise<void> {
    await sql(tx, 'UPDATE bounty SET appeals = appeals - 1 WHERE id = $1', [id]);
  }

  /** Sets the price and end of an open bounty that its caller has locked, and keeps what they were. */
  async raise(tx: Tx, before: BountyRow, to: Raise): Promise<void> {
    const number = before.raises + 1;
    await sql(
      tx,
      `INSERT INTO bounty_raise (bounty_id, number, price, closes_at, held, at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [before.id, number, before.terms.price, new Date(before.closes_at), to.held, new Date(to.now)],
    );
    const terms = {
      ...before.terms,
      price: to.price,
      window: { ...(before.terms.window as object), closes_at: toWireTime(to.closes_at) },
    };
    await sql(
      tx,
      `UPDATE bounty SET terms = $2, price_cap = $3, fee_cap = $4, price_floor = $5, closes_at = $6, uploads_until = $7, raises = $8
        WHERE id = $1`,
      [
        before.id,
        terms,
        to.price_cap,
        to.fee_cap,
        to.price_floor,
        new Date(to.closes_at),
        new Date(to.uploads_until),
        number,
      ],
    );
    await this.near.put(tx, { ...before, price_cap: to.price_cap }, to.now);
  }

  /** Turns a held slot into a settled one. */
  async settleSlot(tx: Tx, id: string): Promise<BountyRow> {
    return (await sqlOne<BountyRow>(
      tx,
      'UPDATE bounty SET reserved = reserved - 1, settled = settled + 1 WHERE id = $1 RETURNING *',
      [id],
    ))!;
  }

  /** Bounties whose window is over but that still take work, or drafts nobody funded. */
  async due(tx: Tx, now: Instant, limit: number): Promise<Id<'bounty'>[]> {
    const rows = await sql<{ id: Id<'bounty'> }>(
      tx,
      `SELECT id FROM bounty WHERE state IN ('draft', 'open', 'suspended') AND closes_at <= $1 ORDER BY closes_at LIMIT $2`,
      [new Date(now), limit],
    );
    return rows.map((row) => row.id);
  }

  /** Closing bounties that nothing keeps open any more (bounty.rules, `mayFinish`). */
  async finishable(tx: Tx, now: Instant, limit: number): Promise<Id<'bounty'>[]> {
    const rows = await sql<{ id: Id<'bounty'> }>(
      tx,
      `SELECT id FROM bounty WHERE state = 'closing' AND reserved = 0 AND waiting = 0 AND appeals = 0
          AND (appealable_until IS NULL OR appealable_until <= $1) LIMIT $2`,
      [new Date(now), limit],
    );
    return rows.map((row) => row.id);
  }

  async inStates(tx: Tx, states: string[], suspendedBy: string | null): Promise<BountyRow[]> {
    return sql<BountyRow>(
      tx,
      'SELECT * FROM bounty WHERE state = ANY($1) AND ($2::text IS NULL OR suspended_by = $2)',
      [states, suspendedBy],
    );
  }
}
