import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import type { BankPayoutRow, PayoutRow } from './payout.entity.js';
import { PAYOUT_TRANSITIONS, type PayoutEvent } from './payout.machine.js';

export type NewPayout = Pick<
  PayoutRow,
  'id' | 'mode' | 'contributor_id' | 'recipient_id' | 'account' | 'day' | 'amount'
>;
type Row = PayoutRow & Record<string, unknown>;
type BankRow = BankPayoutRow & Record<string, unknown>;

/** How many payouts may come back one after the other and be carried on by the next. */
const CARRIED_MAX = 20;

@Injectable()
export class PayoutsRepository {
  /** False when the contributor has one of that day already. */
  async insert(tx: Tx, payout: NewPayout, now: Instant): Promise<boolean> {
    const { id, mode, contributor_id, recipient_id, account, day, amount } = payout;
    const rows = await sql(
      tx,
      `INSERT INTO payout (id, mode, contributor_id, recipient_id, account, day, amount, state, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', $8) ON CONFLICT (mode, contributor_id, day) DO NOTHING RETURNING id`,
      [id, mode, contributor_id, recipient_id, account, day, amount, new Date(now)],
    );
    return rows.length === 1;
  }

  async lock(tx: Tx, id: string): Promise<PayoutRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM payout WHERE id = $1 FOR UPDATE', [id]);
  }

  async ofTransfer(tx: Tx, transfer: string): Promise<PayoutRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM payout WHERE transfer = $1 FOR UPDATE', [transfer]);
  }

  /** Newest day first, those before the day `before` when given. */
  async list(tx: Tx, mode: Mode, contributorId: string, before: string | null, limit: number): Promise<PayoutRow[]> {
    const text = `SELECT * FROM payout WHERE mode = $1 AND contributor_id = $2 AND ($3::text IS NULL OR day < $3) ORDER BY day DESC LIMIT $4`;
    return sql<Row>(tx, text, [mode, contributorId, before, limit]);
  }

  async get(tx: Tx, id: string): Promise<PayoutRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM payout WHERE id = $1', [id]);
  }

  async all(tx: Tx, mode: Mode): Promise<PayoutRow[]> {
    return sql<Row>(tx, 'SELECT * FROM payout WHERE mode = $1 ORDER BY day, id', [mode]);
  }

  async advance(
    tx: Tx,
    id: string,
    event: PayoutEvent,
    at: Instant,
    set: Readonly<Record<string, unknown>> = {},
  ): Promise<{ from: string; to: string } | null> {
    return advance(tx, { table: 'payout', transitions: PAYOUT_TRANSITIONS, id, event, at, set });
  }

  async addReversal(tx: Tx, id: string, reversal: string, amount: bigint): Promise<void> {
    const text = 'UPDATE payout SET reversed = reversed + $3, reversals = array_append(reversals, $2) WHERE id = $1';
    await sql(tx, text, [id, reversal, amount]);
  }

  async bankPayout(tx: Tx, id: string): Promise<BankPayoutRow | null> {
    return sqlOne<BankRow>(tx, 'SELECT * FROM bank_payout WHERE id = $1', [id]);
  }

  /** Of these, the ones whose contents are known. */
  async knownBankPayouts(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
    const rows = await sql<{ id: string }>(tx, 'SELECT id FROM bank_payout WHERE id = ANY($1)', [ids]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Of these, the ones that the ledger has as gone. */
  async bookedBankPayouts(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
    const rows = await sql<{ id: string }>(tx, 'SELECT id FROM bank_payout WHERE id = ANY($1) AND is_booked', [ids]);
    return new Set(rows.map(({ id }) => id));
  }

  async saveBankPayout(tx: Tx, row: BankPayoutRow): Promise<void> {
    await sql(
      tx,
      `INSERT INTO bank_payout (id, mode, account, amount, status, sources, is_booked, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, is_booked = EXCLUDED.is_booked`,
      [row.id, row.mode, row.account, row.amount, row.status, row.sources, row.is_booked, new Date(row.created_at)],
    );
  }

  /** Our payouts that a payout to a bank carries, also by way of earlier ones that had come back. Oldest first, locked. */
  async carriedBy(tx: Tx, bankPayout: string): Promise<PayoutRow[]> {
    return sql<Row>(
      tx,
      `WITH RECURSIVE carried AS (
         SELECT unnest(sources) AS source, 1 AS depth FROM bank_payout WHERE id = $1
         UNION SELECT s.source, c.depth + 1 FROM carried c JOIN bank_payout b ON b.id = c.source CROSS JOIN LATERAL unnest(b.sources) AS s(source)
          WHERE c.depth < ${CARRIED_MAX})
       SELECT * FROM payout WHERE destination_payment IN (SELECT source FROM carried) ORDER BY day FOR UPDATE`,
      [bankPayout],
    );
  }

  /** Notes which payout to a bank carries it now. */
  async setBankPayout(tx: Tx, ids: readonly string[], bankPayout: string): Promise<void> {
    await sql(tx, 'UPDATE payout SET bank_payout = $2 WHERE id = ANY($1)', [ids, bankPayout]);
  }

  /** What was sent from this account’s payouts has arrived, all of it. */
  async arriveAll(tx: Tx, recipientId: string, at: Instant): Promise<void> {
    const text = "SELECT id FROM payout WHERE recipient_id = $1 AND state = 'sent' ORDER BY day";
    const arrived_at = new Date(at);
    for (const { id } of await sql<{ id: string }>(tx, text, [recipientId]))
      await this.advance(tx, id, 'arrive', at, { arrived_at });
  }

  /** Whether something of this account has neither arrived nor come back for good. */
  async isUnderway(tx: Tx, recipientId: string): Promise<boolean> {
    const text = `SELECT EXISTS (SELECT FROM payout WHERE recipient_id = $1 AND state IN ('planned', 'sent', 'returning')) AS yes`;
    return (await sqlOne<{ yes: boolean }>(tx, text, [recipientId]))!.yes;
  }
}
