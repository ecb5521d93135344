import { Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../../platform/database/index.js';

export interface CardFreeze {
  /** Of the dispute or the warning, at Stripe. */
  readonly id: string;
  readonly agent_id: string;
  readonly top_up_id: string;
  readonly cause: 'dispute' | 'fraud_warning';
}

/** An agent and what freezes it now, oldest first; never nothing. */
export interface FrozenAgentRow {
  readonly agent_id: Id<'agent'>;
  readonly freezes: readonly (Pick<CardFreeze, 'id' | 'cause'> & {
    readonly top_up_id: Id<'top_up'>;
    readonly created_at: Instant;
  })[];
}

/** Which agents may not spend card money, and why. An agent is free again when every reason is lifted. */
@Injectable()
export class CardFreezes {
  /** Repeatable; what was lifted stays lifted. */
  async freeze(tx: Tx, { id, agent_id, top_up_id, cause }: CardFreeze, now: Instant): Promise<void> {
    await sql(
      tx,
      `INSERT INTO card_freeze (id, agent_id, top_up_id, cause, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
      [id, agent_id, top_up_id, cause, new Date(now)],
    );
  }

  /** The same reason again, after it was lifted: counts from now. Repeatable. */
  async freezeAgain(tx: Tx, id: string, now: Instant): Promise<void> {
    const text = 'UPDATE card_freeze SET lifted_at = NULL, created_at = $2 WHERE id = $1 AND lifted_at IS NOT NULL';
    await sql(tx, text, [id, new Date(now)]);
  }

  /** Repeatable. */
  async lift(tx: Tx, id: string, now: Instant): Promise<void> {
    await sql(tx, 'UPDATE card_freeze SET lifted_at = $2 WHERE id = $1 AND lifted_at IS NULL', [id, new Date(now)]);
  }

  /** Lifts the warnings about a payment that is settled one way or the other: nothing of it is left to lose. Repeatable. */
  async liftWarnings(tx: Tx, topUpId: string, now: Instant): Promise<void> {
    const text = `UPDATE card_freeze SET lifted_at = $2 WHERE top_up_id = $1 AND cause = 'fraud_warning' AND lifted_at IS NULL`;
    await sql(tx, text, [topUpId, new Date(now)]);
  }

  /** Operator: lifts whatever freezes an agent; answers how many reasons there were. */
  async liftAll(tx: Tx, agentId: string, now: Instant): Promise<number> {
    const text = 'UPDATE card_freeze SET lifted_at = $2 WHERE agent_id = $1 AND lifted_at IS NULL';
    return sqlCount(tx, text, [agentId, new Date(now)]);
  }

  /** Frozen agents of a mode, after `after` in the order of their ids. */
  async frozen(tx: Tx, mode: Mode, after: string, limit: number): Promise<FrozenAgentRow[]> {
    return sql<FrozenAgentRow & Record<string, unknown>>(
      tx,
      `SELECT f.agent_id, jsonb_agg(jsonb_build_object('id', f.id, 'cause', f.cause, 'top_up_id', f.top_up_id,
                'created_at', floor(extract(epoch FROM f.created_at) * 1000)) ORDER BY f.created_at, f.id) AS freezes
         FROM card_freeze f JOIN agent a ON a.id = f.agent_id
        WHERE f.lifted_at IS NULL AND a.mode = $1 AND f.agent_id > $2 GROUP BY f.agent_id ORDER BY f.agent_id LIMIT $3`,
      [mode, after, limit],
    );
  }

  async isFrozen(tx: Tx, agentId: string): Promise<boolean> {
    const text = 'SELECT EXISTS (SELECT FROM card_freeze WHERE agent_id = $1 AND lifted_at IS NULL) AS frozen';
    return (await sqlOne<{ frozen: boolean }>(tx, text, [agentId]))!.frozen;
  }
}
