import { Injectable } from '@nestjs/common';
import type { Hex } from 'viem';
import type { Instant } from '../../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../../platform/database/index.js';
import { advance } from '../../../platform/lifecycle/transitions.js';
import type { EntryRow } from './entry.entity.js';
import { ENTRY_TRANSITIONS, type EntryEvent } from './entry.machine.js';

export type NewEntry = Pick<
  EntryRow,
  'id' | 'mode' | 'bounty_id' | 'agent_id' | 'chain' | 'terms' | 'amount' | 'valid_before' | 'created_at'
>;

@Injectable()
export class EntriesRepository {
  async insert(tx: Tx, row: NewEntry): Promise<void> {
    await sql(
      tx,
      `INSERT INTO escrow_entry (id, mode, bounty_id, agent_id, chain, terms, amount, valid_before, state, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'offered', $9)`,
      [
        row.id,
        row.mode,
        row.bounty_id,
        row.agent_id,
        row.chain,
        row.terms,
        row.amount,
        new Date(row.valid_before),
        new Date(row.created_at),
      ],
    );
  }

  async of(tx: Tx, bountyId: string): Promise<EntryRow | null> {
    return sqlOne<EntryRow>(tx, 'SELECT * FROM escrow_entry WHERE bounty_id = $1', [bountyId]);
  }

  /** As `of`, and nobody else changes the row until the transaction ends. */
  async lockOf(tx: Tx, bountyId: string): Promise<EntryRow | null> {
    return sqlOne<EntryRow>(tx, 'SELECT * FROM escrow_entry WHERE bounty_id = $1 FOR UPDATE', [bountyId]);
  }

  async lock(tx: Tx, id: Hex): Promise<EntryRow | null> {
    return sqlOne<EntryRow>(tx, 'SELECT * FROM escrow_entry WHERE id = $1 FOR UPDATE', [id]);
  }

  async advance(tx: Tx, id: Hex, event: EntryEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'escrow_entry', transitions: ENTRY_TRANSITIONS, id, event, at, set });
  }

  /** Counts what one more release orders. */
  async order(tx: Tx, id: Hex, moved: bigint): Promise<void> {
    await sql(tx, 'UPDATE escrow_entry SET ordered = ordered + $2 WHERE id = $1', [id, moved]);
  }

  /** Counts what the chain paid; a reorganisation takes it back with a negative amount. */
  async countPaid(tx: Tx, id: Hex, moved: bigint): Promise<void> {
    await sql(tx, 'UPDATE escrow_entry SET paid = paid + $2 WHERE id = $1', [id, moved]);
  }

  /** Entries with a closing statement that is signed and not yet on chain. */
  async toClose(tx: Tx, mode: string): Promise<EntryRow[]> {
    return sql<EntryRow>(
      tx,
      `SELECT * FROM escrow_entry WHERE mode = $1 AND state = 'closing' AND closing_signature IS NOT NULL AND closed_by IS NULL ORDER BY id`,
      [mode],
    );
  }

  /** A transaction that was to close it came to nothing: the next one is another operation. */
  async countClosingAttempt(tx: Tx, id: Hex): Promise<void> {
    await sql(tx, 'UPDATE escrow_entry SET closing_attempt = closing_attempt + 1 WHERE id = $1', [id]);
  }

  async markClosed(tx: Tx, id: Hex, closed_by: string): Promise<void> {
    await sql(tx, 'UPDATE escrow_entry SET closed_by = $2 WHERE id = $1', [id, closed_by]);
  }

  /** Takes back what an abandoned block said. */
  async unmarkClosed(tx: Tx, id: Hex, closed_by: string): Promise<void> {
    await sql(
      tx,
      'UPDATE escrow_entry SET closed_by = NULL, closing_attempt = closing_attempt + 1 WHERE id = $1 AND closed_by = $2',
      [id, closed_by],
    );
  }

  /**
   * What came in is not always what was offered: whoever holds the authorization may have signed another amount. Never less than is ordered
   * already: what a chain that changed its mind brought less is a loss in the ledger.
   */
  async setAmount(tx: Tx, id: Hex, amount: bigint): Promise<void> {
    await sql(tx, 'UPDATE escrow_entry SET amount = greatest($2, ordered) WHERE id = $1', [id, amount]);
  }
}
