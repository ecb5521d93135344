import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../../platform/database/index.js';

export interface CardFreeze {
  /** Of the dispute or the warning, at Stripe. */
  readonly id: string;
  readonly agent_id: string;
  readonly top_up_id: string;
  readonly cause: 'dispute' | 'fraud_warning';
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

  async isFrozen(tx: Tx, agentId: string): Promise<boolean> {
    const text = 'SELECT EXISTS (SELECT FROM card_freeze WHERE agent_id = $1 AND lifted_at IS NULL) AS frozen';
    return (await sqlOne<{ frozen: boolean }>(tx, text, [agentId]))!.frozen;
  }
}
