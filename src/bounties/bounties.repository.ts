import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import type { BountyRow } from './bounty.entity.js';
import { BOUNTY_TRANSITIONS, type BountyEvent } from './bounty.machine.js';

export type NewBounty = Omit<
  BountyRow,
  'outcome' | 'fund' | 'reserved' | 'settled' | 'suspended_by' | 'appeals' | 'appealable_until'
>;

export interface BountySearch {
  readonly mode: string;
  readonly cells: string[] | null;
  readonly kind: string | null;
  readonly state: string | null;
  readonly agent_id: string | null;
  /** Drafts are their owner's alone. */
  readonly viewer_id: string;
  readonly after: string | null;
  readonly limit: number;
}

@Injectable()
export class BountiesRepository {
  async insert(tx: Tx, row: NewBounty): Promise<void> {
    await sql(
      tx,
      `INSERT INTO bounty (id, mode, agent_id, kind, state, terms, currency, price, fee, absence_share_bps, quantity,
                           opens_at, closes_at, uploads_until, lat, lng, extent_m, cells, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
      [
        row.id,
        row.mode,
        row.agent_id,
        row.kind,
        row.state,
        row.terms,
        row.currency,
        row.price,
        row.fee,
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
          AND ($5::text IS NULL OR agent_id = $5) AND (state <> 'draft' OR agent_id = $6) AND ($7::text IS NULL OR id < $7)
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
      ],
    );
  }

  /** Moves the bounty along its table; null when its state has no such event. */
  async advance(tx: Tx, id: string, event: BountyEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'bounty', transitions: BOUNTY_TRANSITIONS, id, event, at, set });
  }

  /**
   * Takes one free slot of an open bounty inside its window: one conditional statement, so that no number of callers overfills it.
   * Null when there is none, and then the row says why.
   */
  async takeSlot(tx: Tx, id: string, now: Instant): Promise<BountyRow | null> {
    return sqlOne<BountyRow>(
      tx,
      `UPDATE bounty SET reserved = reserved + 1
        WHERE id = $1 AND state = 'open' AND closes_at > $2 AND reserved + settled < quantity RETURNING *`,
      [id, new Date(now)],
    );
  }

  async freeSlot(tx: Tx, id: string): Promise<void> {
    await sql(tx, 'UPDATE bounty SET reserved = reserved - 1 WHERE id = $1', [id]);
  }

  /** A capture was rejected: its slot is free, and until `until` its contributor may appeal, so long the bounty does not close. */
  async rejectSlot(tx: Tx, id: string, until: Instant): Promise<void> {
    await sql(
      tx,
      'UPDATE bounty SET reserved = reserved - 1, appealable_until = greatest(appealable_until, $2) WHERE id = $1',
      [id, new Date(until)],
    );
  }

  /** Takes a slot that nobody holds and that is not settled, for an upheld appeal; false when there is none. Its hold pays the appeal. */
  async takeSlotForAppeal(tx: Tx, id: string): Promise<boolean> {
    const count = await sqlCount(
      tx,
      `UPDATE bounty SET reserved = reserved + 1
        WHERE id = $1 AND state IN ('open', 'suspended', 'closing') AND reserved + settled < quantity`,
      [id],
    );
    return count === 1;
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
      `SELECT id FROM bounty WHERE state = 'closing' AND reserved = 0 AND appeals = 0
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
