import { sql, type Tx } from '../../src/platform/database/index.js';

/** What tells one bare capture from another. */
export interface BareCapture {
  readonly id: string;
  readonly state: string;
  /** Epoch milliseconds at which its seal was first seen. */
  readonly t1: number;
  readonly reservation_id: string;
}

/**
 * Stores captures without bounty, reservation, contributor or seal, for questions that concern captures alone. Only a superuser may:
 * foreign keys are off in this transaction.
 */
export async function insertBareCaptures(tx: Tx, captures: readonly BareCapture[]): Promise<void> {
  await sql(tx, 'SET LOCAL session_replication_role = replica');
  await sql(
    tx,
    `INSERT INTO capture (id, mode, bounty_id, reservation_id, contributor_id, state, sealed, seal, salt, storage_key, t0, t1, upload_expires_at, paid, review_route, created_at)
     SELECT id, 'test', 'bty_bare', reservation_id, 'ctr_bare', state, '{}', id, '', id, to_timestamp(0), to_timestamp(t1 / 1000.0), now(),
            CASE WHEN state = 'settled' THEN 0 END, CASE WHEN state = 'review' THEN 'operator' END, now()
       FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS bare (id, state, reservation_id, t1)`,
    [
      captures.map(({ id }) => id),
      captures.map(({ state }) => state),
      captures.map(({ reservation_id }) => reservation_id),
      captures.map(({ t1 }) => t1),
    ],
  );
}
