import type { LoggedLeaf } from '@groundtruth/sdk/feeds';
import { commit, type Mode } from '@groundtruth/sdk/protocol';
import { sql, sqlOne, type Tx, type UnitOfWork } from '../../platform/database/index.js';

/** Something that must be in the log, and with what. */
export interface Expected {
  readonly type: string;
  readonly id: string;
  readonly commitment: string;
  /** Committed, and no checkpoint covers it yet: it is too early to miss it. */
  readonly pending: boolean;
  /** Where its holder was told that it is; left out when nobody was told. */
  readonly index?: number;
}

/** A record and the log that do not agree. */
export interface Finding {
  readonly id: string;
  readonly type: string;
  readonly what: 'not_logged' | 'another_commitment' | 'no_record' | 'another_index';
}

/** Where records are, by the type of their leaf. A type without a row here is only counted. */
const TABLES = {
  verdict: { table: 'verdict', content: 'body' },
  observation: { table: 'observation', content: 'record' },
  draw: { table: 'logged_draw', content: 'record' },
} as const;
const BATCH = 500;

/** What one reading of the records gave. */
export interface Records {
  readonly expected: readonly Expected[];
  /** Leaves from one index up to another, without it, must all have a record among the expected ones; null when the reader does not see every record. */
  readonly complete: { readonly from: number; readonly below: number } | null;
}

/**
 * Every verdict, observation and closed draw of a mode whose leaf is not below `from`, or that has none, its commitment worked out again from what is
 * stored; all of one moment.
 */
export async function recordsIn(unitOfWork: UnitOfWork, mode: Mode, from: number): Promise<Records> {
  return unitOfWork.run(
    async (tx) => {
      const signed = await sqlOne<{ size: bigint | null }>(
        tx,
        'SELECT max(size) AS size FROM log_checkpoint WHERE mode = $1',
        [mode],
      );
      const expected: Expected[] = [];
      for (const type of Object.keys(TABLES) as (keyof typeof TABLES)[])
        expected.push(...(await recordsOf(tx, mode, type, from)));
      return { expected, complete: { from, below: Number(signed?.size ?? 0) } };
    },
    { isolation: 'REPEATABLE READ' },
  );
}

async function recordsOf(tx: Tx, mode: Mode, type: keyof typeof TABLES, from: number): Promise<Expected[]> {
  const { table, content } = TABLES[type];
  const expected: Expected[] = [];
  for (let after = ''; ;) {
    const rows = await sql<{ id: string; content: unknown; salt: string; pending: boolean }>(
      tx,
      `SELECT r.id, r.${content} AS content, r.salt,
              l.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM log_checkpoint c WHERE c.mode = r.mode AND c.size > l.leaf_index) AS pending
         FROM ${table} r LEFT JOIN log_leaf l ON l.mode = r.mode AND l.id = r.id
        WHERE r.mode = $1 AND r.id > $2 AND (l.leaf_index IS NULL OR l.leaf_index >= $3) ORDER BY r.id LIMIT ${BATCH}`,
      [mode, after, from],
    );
    expected.push(
      ...rows.map((row) => ({ type, id: row.id, commitment: commit(row.content, row.salt), pending: row.pending })),
    );
    if (rows.length < BATCH) return expected;
    after = rows.at(-1)!.id;
  }
}

/**
 * Compares what must be in the log with what is. Where every record is known, every leaf of a known type must have its record too: a verdict
 * that was deleted after it was logged is as bad as one that was never logged.
 */
export function compared({ expected, complete }: Records, leaves: ReadonlyMap<string, LoggedLeaf>): Finding[] {
  const known = new Set(expected.map(({ id }) => id));
  const missing = expected.flatMap(({ type, id, commitment, pending, index }): Finding[] => {
    const leaf = leaves.get(id);
    if (!leaf) return pending ? [] : [{ id, type, what: 'not_logged' }];
    if (leaf.type !== type || leaf.commitment !== commitment) return [{ id, type, what: 'another_commitment' }];
    return index === undefined || index === leaf.index ? [] : [{ id, type, what: 'another_index' }];
  });
  const unknown = [...leaves.values()]
    .filter(({ index }) => complete !== null && index >= complete.from && index < complete.below)
    .filter(({ id, type }) => Object.hasOwn(TABLES, type) && !known.has(id))
    .map(({ id, type }): Finding => ({ id, type, what: 'no_record' }));
  return [...missing, ...unknown];
}
