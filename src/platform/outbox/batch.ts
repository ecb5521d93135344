import type { Client } from 'pg';
import type { Instant } from '../../kernel/clock.js';
import type { OutboxEvent } from './outbox.js';

/** A claimed row. */
export interface OutboxRow {
  readonly id: string;
  readonly event: OutboxEvent;
  /** How often it was dispatched before. */
  readonly attempts: number;
}

/** What became of a row: sent, or due again at `retry_at`. */
export type Outcome =
  | { readonly id: string; readonly error: null }
  | { readonly id: string; readonly error: string; readonly retry_at: Instant };

/** Locks up to `limit` due rows for the transaction in progress, oldest first; rows locked by another relay are passed over. */
export async function claimDue(client: Client, now: Instant, limit: number): Promise<OutboxRow[]> {
  const { rows } = await client.query<{
    id: string;
    type: string;
    payload: Record<string, string>;
    attempts: number;
    seq: bigint;
  }>(
    `SELECT id, type, payload, attempts, seq FROM outbox WHERE sent_at IS NULL AND available_at <= $1
     ORDER BY available_at, seq LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [new Date(now), limit],
  );
  rows.sort((a, b) => (a.seq < b.seq ? -1 : 1));
  return rows.map(({ id, type, payload, attempts }) => ({ id, event: { ...payload, type }, attempts }));
}

/** When the next row falls due, or null when none waits. */
export async function nextDueAt(client: Client): Promise<Instant | null> {
  const { rows } = await client.query<{ at: Instant | null }>(
    'SELECT min(available_at) AS at FROM outbox WHERE sent_at IS NULL',
  );
  return rows[0]?.at ?? null;
}

export async function record(client: Client, now: Instant, outcomes: readonly Outcome[]): Promise<void> {
  const sent = outcomes.filter(({ error }) => error === null).map(({ id }) => id);
  if (sent.length > 0) {
    const text = 'UPDATE outbox SET sent_at = $2, attempts = attempts + 1, last_error = NULL WHERE id = ANY($1)';
    await client.query(text, [sent, new Date(now)]);
  }
  for (const outcome of outcomes) {
    if (outcome.error === null) continue;
    const text = 'UPDATE outbox SET available_at = $2, attempts = attempts + 1, last_error = $3 WHERE id = $1';
    await client.query(text, [outcome.id, new Date(outcome.retry_at), outcome.error]);
  }
}
