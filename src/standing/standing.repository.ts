import { Injectable } from '@nestjs/common';
import type { Id, Mode, StandingState } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import type { StandingRow } from './standing.entity.js';
import { STANDING_TRANSITIONS, type StandingEvent } from './standing.machine.js';

type Owner = Pick<StandingRow, 'mode' | 'agent_id'>;

/** What a change sets; null columns stay null. */
export type StandingTerms = Pick<StandingRow, 'budget_per_day' | 'max_open' | 'ends_at'>;

@Injectable()
export class StandingRepository {
  async insert(tx: Tx, row: StandingRow): Promise<void> {
    await sql(
      tx,
      `INSERT INTO standing_bounty (id, mode, agent_id, key_id, state, template, trigger, budget_per_day, max_open, next_due_at,
                                    cards, seen_seq, reads_seen, watching_since, ends_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
      [
        row.id,
        row.mode,
        row.agent_id,
        row.key_id,
        row.state,
        row.template,
        row.trigger,
        row.budget_per_day,
        row.max_open,
        orDate(row.next_due_at),
        row.cards,
        row.seen_seq,
        row.reads_seen,
        orDate(row.watching_since),
        orDate(row.ends_at),
        new Date(row.created_at),
      ],
    );
  }

  async get(tx: Tx, id: string): Promise<StandingRow | null> {
    return sqlOne<StandingRow & Record<string, unknown>>(tx, 'SELECT * FROM standing_bounty WHERE id = $1', [id]);
  }

  /** As `get`; nothing is posted for it, and nobody changes it, until the commit. */
  async lock(tx: Tx, id: string): Promise<StandingRow | null> {
    return sqlOne<StandingRow & Record<string, unknown>>(tx, 'SELECT * FROM standing_bounty WHERE id = $1 FOR UPDATE', [
      id,
    ]);
  }

  /** An agent's own, newest first. */
  async list(
    tx: Tx,
    { mode, agent_id }: Owner,
    { state, after, limit }: { state: StandingState | null; after: string | null; limit: number },
  ): Promise<StandingRow[]> {
    return sql<StandingRow & Record<string, unknown>>(
      tx,
      `SELECT * FROM standing_bounty WHERE mode = $1 AND agent_id = $2 AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR id < $4)
        ORDER BY id DESC LIMIT $5`,
      [mode, agent_id, state, after, limit],
    );
  }

  /** How many an agent has that have not ended; nobody else of the same agent makes one until the commit. */
  async count(tx: Tx, agentId: string): Promise<number> {
    await sql(tx, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`standing bounties of ${agentId}`]);
    const text = `SELECT count(*) AS n FROM standing_bounty WHERE agent_id = $1 AND state <> 'ended'`;
    return Number((await sqlOne<{ n: bigint }>(tx, text, [agentId]))!.n);
  }

  /** Moves it along its table; null when its state has no such event. */
  async advance(tx: Tx, id: string, event: StandingEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'standing_bounty', transitions: STANDING_TRANSITIONS, id, event, at, set });
  }

  async change(tx: Tx, id: string, { budget_per_day, max_open, ends_at }: StandingTerms): Promise<void> {
    await sql(tx, 'UPDATE standing_bounty SET budget_per_day = $2, max_open = $3, ends_at = $4 WHERE id = $1', [
      id,
      budget_per_day,
      max_open,
      orDate(ends_at),
    ]);
  }

  /** Notes after a run when the next is due, never earlier than was known, and how many in a row policy has stopped. */
  async ran(tx: Tx, id: string, to: Pick<StandingRow, 'next_due_at' | 'refusals'>): Promise<void> {
    await sql(tx, 'UPDATE standing_bounty SET next_due_at = greatest(next_due_at, $2), refusals = $3 WHERE id = $1', [
      id,
      orDate(to.next_due_at),
      to.refusals,
    ]);
  }

  /** Notes how far was looked; never back. */
  async looked(tx: Tx, id: string, seq: bigint, read: bigint): Promise<void> {
    await sql(
      tx,
      'UPDATE standing_bounty SET seen_seq = greatest(seen_seq, $2), reads_seen = greatest(reads_seen, $3) WHERE id = $1',
      [id, seq, read],
    );
  }

  /** Those whose time is over. */
  async over(tx: Tx, now: Instant, limit: number): Promise<Id<'standing_bounty'>[]> {
    return this.ids(tx, `state <> 'ended' AND ends_at <= $1 ORDER BY ends_at LIMIT $2`, [new Date(now), limit]);
  }

  /** Those with a slot that is due. */
  async due(tx: Tx, now: Instant, limit: number): Promise<Id<'standing_bounty'>[]> {
    return this.ids(tx, `state = 'active' AND next_due_at <= $1 ORDER BY next_due_at LIMIT $2`, [new Date(now), limit]);
  }

  /** Those that watch a feed which has gone on since they looked, or whose agent has read something since. */
  async behind(tx: Tx, mode: Mode, head: bigint, limit: number): Promise<Id<'standing_bounty'>[]> {
    return this.ids(
      tx,
      `state = 'active' AND cards IS NOT NULL AND mode = $1
        AND (seen_seq < $2 OR EXISTS (SELECT 1 FROM usage_event u WHERE u.reader = agent_id AND u.seq > reads_seen))
        ORDER BY seen_seq LIMIT $3`,
      [mode, head, limit],
    );
  }

  private async ids(tx: Tx, where: string, params: unknown[]): Promise<Id<'standing_bounty'>[]> {
    const text = `SELECT id FROM standing_bounty WHERE ${where}`;
    return (await sql<{ id: Id<'standing_bounty'> }>(tx, text, params)).map(({ id }) => id);
  }
}

const orDate = (at: Instant | null): Date | null => (at === null ? null : new Date(at));
