import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import type { Fund } from '../../ledger/index.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import type { PledgeRow } from './pledge.entity.js';
import { PLEDGE_TRANSITIONS, type PledgeEvent } from './pledge.machine.js';

type Row = PledgeRow & Record<string, unknown>;

/** Pledges change only under the lock of their bounty. */
@Injectable()
export class PledgesRepository {
  async insert(tx: Tx, row: Omit<PledgeRow, 'state' | 'returned'>): Promise<void> {
    const { id, mode, bounty_id, agent_id, amount, created_at } = row;
    await sql(
      tx,
      `INSERT INTO pledge (id, mode, bounty_id, agent_id, state, amount, created_at) VALUES ($1, $2, $3, $4, 'held', $5, $6)`,
      [id, mode, bounty_id, agent_id, amount, new Date(created_at)],
    );
  }

  async get(tx: Tx, id: string): Promise<PledgeRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM pledge WHERE id = $1', [id]);
  }

  /** Those of one agent for a bounty, oldest first. */
  async ofAgent(tx: Tx, bountyId: string, agentId: string): Promise<PledgeRow[]> {
    const text = 'SELECT * FROM pledge WHERE bounty_id = $1 AND agent_id = $2 ORDER BY created_at, id';
    return sql<Row>(tx, text, [bountyId, agentId]);
  }

  /** What is held for a bounty, oldest first. */
  async held(tx: Tx, bountyId: string): Promise<PledgeRow[]> {
    const text = `SELECT * FROM pledge WHERE bounty_id = $1 AND state = 'held' ORDER BY created_at, id`;
    return sql<Row>(tx, text, [bountyId]);
  }

  async advance(tx: Tx, id: string, event: PledgeEvent, at: Instant, returned: bigint): Promise<boolean> {
    const move = { table: 'pledge', transitions: PLEDGE_TRANSITIONS, id, event, at, set: { returned } } as const;
    return (await advance(tx, move)) !== null;
  }

  /** The fund of the first pledge is that of all. */
  async setFund(tx: Tx, bountyId: string, fund: Fund): Promise<void> {
    await sql(tx, `UPDATE bounty SET fund = $2 WHERE id = $1 AND state = 'draft'`, [bountyId, fund]);
  }

  /** Drafts whose pledges did not cover them in time. */
  async overdue(tx: Tx, now: Instant, limit: number): Promise<Id<'bounty'>[]> {
    const rows = await sql<{ id: Id<'bounty'> }>(
      tx,
      `SELECT id FROM bounty WHERE state = 'draft' AND terms ? 'pledges' AND (terms #>> '{pledges,deadline_at}')::timestamptz <= $1
        ORDER BY id LIMIT $2`,
      [new Date(now), limit],
    );
    return rows.map(({ id }) => id);
  }
}
