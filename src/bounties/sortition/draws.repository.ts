import { Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import { DRAW_TRANSITIONS, type DrawEvent } from './draw.machine.js';
import type { DrawRow } from './sortition.entity.js';

type NewDraw = Pick<DrawRow, 'id' | 'mode' | 'bounty_id' | 'round' | 'opened_at' | 'closes_at'>;

/** Whoever changes a round holds the lock of its bounty's row. */
@Injectable()
export class DrawsRepository {
  async insert(tx: Tx, row: NewDraw): Promise<void> {
    await sql(
      tx,
      `INSERT INTO draw (id, mode, bounty_id, round, state, opened_at, closes_at) VALUES ($1, $2, $3, $4, 'open', $5, $6)`,
      [row.id, row.mode, row.bounty_id, row.round, new Date(row.opened_at), new Date(row.closes_at)],
    );
  }

  async get(tx: Tx, id: string): Promise<DrawRow | null> {
    return sqlOne<DrawRow>(tx, 'SELECT * FROM draw WHERE id = $1', [id]);
  }

  /** The newest round of a bounty, whatever its state. */
  async newest(tx: Tx, bountyId: string): Promise<DrawRow | null> {
    return sqlOne<DrawRow>(tx, 'SELECT * FROM draw WHERE bounty_id = $1 ORDER BY round DESC LIMIT 1', [bountyId]);
  }

  /** Rounds of a bounty after one, in order. */
  async list(tx: Tx, bountyId: string, after: number, limit: number): Promise<DrawRow[]> {
    const text = 'SELECT * FROM draw WHERE bounty_id = $1 AND round > $2 ORDER BY round LIMIT $3';
    return sql<DrawRow>(tx, text, [bountyId, after, limit]);
  }

  /** Open rounds whose time is over. */
  async due(tx: Tx, now: Instant, limit: number): Promise<Id<'draw'>[]> {
    const text = `SELECT id FROM draw WHERE state = 'open' AND closes_at <= $1 ORDER BY closes_at LIMIT $2`;
    return (await sql<{ id: Id<'draw'> }>(tx, text, [new Date(now), limit])).map(({ id }) => id);
  }

  /** Closed rounds that a checkpoint covers. */
  async covered(tx: Tx, mode: Mode, limit: number): Promise<Id<'draw'>[]> {
    const text = `SELECT d.id FROM draw d JOIN log_leaf l ON l.mode = d.mode AND l.id = d.id
                   WHERE d.state = 'closed' AND d.mode = $1 AND l.leaf_index IS NOT NULL ORDER BY d.id LIMIT $2`;
    return (await sql<{ id: Id<'draw'> }>(tx, text, [mode, limit])).map(({ id }) => id);
  }

  /** Keeps the set that is drawn from. False when another was faster. */
  async close(tx: Tx, id: string, at: Instant, set: Pick<DrawRow, 'record' | 'salt'>): Promise<boolean> {
    return (await this.advance(tx, id, 'close', at, set)) !== null;
  }

  /** Keeps what decided. */
  async draw(tx: Tx, id: string, at: Instant, by: { checkpoint_size: number; seed: string; slots: number }) {
    await this.advance(tx, id, 'draw', at, { ...by, drawn_at: new Date(at) });
  }

  private advance(tx: Tx, id: string, event: DrawEvent, at: Instant, set: Readonly<Record<string, unknown>>) {
    return advance(tx, { table: 'draw', transitions: DRAW_TRANSITIONS, id, event, at, set });
  }
}
