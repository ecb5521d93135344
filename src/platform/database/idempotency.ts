import { createHash } from 'node:crypto';
import { canonicalJson } from '@groundtruth/sdk/protocol';
import { assert } from '../../kernel/assert.js';
import type { Instant } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import { sql, sqlCount, sqlOne, type Tx } from './sql.js';

const DAY_MS = 24 * 3600 * 1000;
/** How long the first answer is kept. Far longer than any client retries. */
export const KEY_TTL_MS = 30 * DAY_MS;
/** A row can vanish between our insert and our read only by expiring, which cannot happen twice in a row. */
const CLAIMS_MAX = 3;

/** A request that must have one effect however often it is sent. */
export interface Command {
  /** Who sends it: keys of two principals never meet. */
  readonly principal: string;
  /** The caller's `Idempotency-Key`. */
  readonly key: string;
  /** What is asked, e.g. `POST /v1/bounties`, with the ids of its path. */
  readonly operation: string;
  /** The request's body: JSON values, bigints allowed. */
  readonly body: unknown;
}

export interface Answer<T> {
  readonly result: T;
  /** True when this is the stored first answer and nothing was done now. */
  readonly replayed: boolean;
}

type Fields = Readonly<Record<string, string>>;

/**
 * Does `work` once per (principal, key), storing its answer in the same transaction. A concurrent duplicate waits for the first and gets
 * its answer. When `work` throws, everything is rolled back and the key stays free.
 * @throws {DomainError} `idempotency_key_reused`, with the first differing field as `param`.
 */
export async function doOnce<T>(tx: Tx, now: Instant, command: Command, work: () => Promise<T>): Promise<Answer<T>> {
  const fields = fingerprint(command);
  for (let claims = 0; claims < CLAIMS_MAX; claims++) {
    if (await claim(tx, now, command, fields)) {
      const text = JSON.stringify((await work()) ?? null);
      const { principal, key } = command;
      await sql(tx, 'UPDATE idempotency_keys SET result = $3 WHERE principal = $1 AND key = $2', [
        principal,
        key,
        text,
      ]);
      return { result: JSON.parse(text) as T, replayed: false };
    }
    const stored = await read(tx, command);
    if (stored === null) continue;
    refuseOther(stored, command, fields);
    return { result: stored.result as T, replayed: true };
  }
  throw new DomainError('dependency_unavailable', 'the idempotency key keeps expiring under us');
}

/** The stored first answer; null when the command was not done yet. @throws {DomainError} `idempotency_key_reused`. */
export async function answered<T>(tx: Tx, now: Instant, command: Command): Promise<Answer<T> | null> {
  const stored = await read(tx, command);
  if (stored === null || stored.expires_at <= now) return null;
  refuseOther(stored, command, fingerprint(command));
  return { result: stored.result as T, replayed: true };
}

/** Forgets answers whose time is over. Repeatable; returns how many went, at most `limit`. */
export function purgeIdempotencyKeys(tx: Tx, now: Instant, limit = 1_000): Promise<number> {
  const expired = `SELECT principal, key FROM idempotency_keys WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED`;
  return sqlCount(tx, `DELETE FROM idempotency_keys WHERE (principal, key) IN (${expired})`, [new Date(now), limit]);
}

/** True when the key was free or expired and is ours now. Waits while another transaction holds it. */
async function claim(tx: Tx, now: Instant, { principal, key, operation }: Command, fields: Fields): Promise<boolean> {
  const rows = await sqlCount(
    tx,
    `INSERT INTO idempotency_keys (principal, key, operation, fields, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (principal, key) DO UPDATE SET operation = EXCLUDED.operation, fields = EXCLUDED.fields, result = NULL,
       created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
     WHERE idempotency_keys.expires_at <= EXCLUDED.created_at`,
    [principal, key, operation, fields, new Date(now), new Date(now + KEY_TTL_MS)],
  );
  return rows === 1;
}

interface Stored {
  operation: string;
  fields: Fields;
  result: unknown;
  expires_at: Instant;
}

function read(tx: Tx, { principal, key }: Command): Promise<Stored | null> {
  const text = 'SELECT operation, fields, result, expires_at FROM idempotency_keys WHERE principal = $1 AND key = $2';
  return sqlOne<Stored>(tx, text, [principal, key]);
}

function refuseOther(stored: Stored, { operation }: Command, fields: Fields): void {
  if (stored.operation !== operation) {
    throw new DomainError('idempotency_key_reused', `the key was used for ${stored.operation}`);
  }
  const names = [...new Set([...Object.keys(stored.fields), ...Object.keys(fields)])].sort();
  const param = names.find((name) => stored.fields[name] !== fields[name]);
  if (param === undefined) return;
  throw new DomainError(
    'idempotency_key_reused',
    `the key was used with another ${param || 'body'}`,
    param ? { param } : {},
  );
}

/** SHA-256 of each top-level field, mixed with the key so that equal values of two requests do not show. No object: one field ''. */
function fingerprint({ principal, key, body }: Command): Fields {
  const plain = toPlain(body);
  const whole = typeof plain === 'object' && plain !== null && !Array.isArray(plain);
  const entries = Object.entries(whole ? (plain as Record<string, unknown>) : { '': plain });
  const digest = (value: unknown): string =>
    createHash('sha256')
      .update(canonicalJson([principal, key, value]))
      .digest('base64url');
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined).map(([name, value]) => [name, digest(value)]),
  );
}

/** Parsed bodies hold bigints, which canonical JSON refuses; anything else that is not JSON would be hashed as `{}`, so it is a bug. */
function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: String(value) };
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  assert(prototype === Object.prototype || prototype === null, 'a command body holds something that is not JSON');
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)]));
}
