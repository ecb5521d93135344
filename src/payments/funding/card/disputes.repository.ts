import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../../platform/database/index.js';
import { advance } from '../../../platform/lifecycle/transitions.js';
import { CARD_DISPUTE_TRANSITIONS, type CardDisputeEvent } from './dispute.machine.js';
import type { CardDisputeRow, TopUpRow } from './top-up.entity.js';

type Row = CardDisputeRow & Record<string, unknown>;

@Injectable()
export class CardDisputesRepository {
  /** The row of a dispute of Stripe, made when there is none, locked until the transaction ends. */
  async open(tx: Tx, id: string, topUp: TopUpRow, amount: bigint, now: Instant): Promise<CardDisputeRow> {
    await sql(
      tx,
      `INSERT INTO card_dispute (id, mode, top_up_id, agent_id, amount, state, created_at) VALUES ($1, $2, $3, $4, $5, 'open', $6)
       ON CONFLICT (id) DO NOTHING`,
      [id, topUp.mode, topUp.id, topUp.agent_id, amount, new Date(now)],
    );
    return (await sqlOne<Row>(tx, 'SELECT * FROM card_dispute WHERE id = $1 FOR UPDATE', [id]))!;
  }

  async advance(tx: Tx, id: string, event: CardDisputeEvent, at: Instant) {
    const set = { lost_at: event === 'lose' ? new Date(at) : null };
    return advance(tx, { table: 'card_dispute', transitions: CARD_DISPUTE_TRANSITIONS, id, event, at, set });
  }

  /** What has moved so far, and who bears what is not back. */
  async save(tx: Tx, row: CardDisputeRow): Promise<void> {
    const { id, amount, taken, returned, fee, from_agent, from_reserve, from_losses } = row;
    await sql(
      tx,
      `UPDATE card_dispute SET amount = $2, taken = $3, returned = $4, fee = $5, from_agent = $6, from_reserve = $7, from_losses = $8
        WHERE id = $1`,
      [id, amount, taken, returned, fee, from_agent, from_reserve, from_losses],
    );
  }
}
