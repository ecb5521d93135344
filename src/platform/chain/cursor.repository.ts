import type { Hex } from 'viem';
import { assert } from '../../kernel/assert.js';
import { sql, sqlCount, sqlOne, type Tx } from '../database/index.js';
import type { Watch } from './logs.repository.js';

/** A block that was read. */
export interface ReadBlock {
  readonly number: bigint;
  readonly hash: Hex;
}

/**
 * The first block not read yet; `from` for a watcher that is new.
 * @throws {AssertionFailed} when the watcher of this name watched other addresses before, whose logs would be missed, or another one
 * watches one of them.
 */
export async function openCursor(
  tx: Tx,
  { chain_id, name }: Watch,
  addresses: readonly Hex[],
  from: bigint,
): Promise<bigint> {
  await sql(
    tx,
    'INSERT INTO chain_cursor (chain_id, watch, addresses, next_block) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [chain_id, name, addresses, from],
  );
  const rows = await sql<{ watch: string; addresses: Hex[]; next_block: bigint }>(
    tx,
    'SELECT watch, addresses, next_block FROM chain_cursor WHERE chain_id = $1 AND (watch = $2 OR addresses && $3)',
    [chain_id, name, addresses],
  );
  const other = rows.find(({ watch }) => watch !== name);
  assert(other === undefined, `watcher ${other?.watch} has an address of ${name} already`);
  const own = rows.find(({ watch }) => watch === name)!;
  const same = [...own.addresses].sort().join() === [...addresses].sort().join();
  assert(same, `watcher ${name} was made for other addresses: new ones need a watcher of another name`);
  return own.next_block;
}

/** Moves the cursor; fails when somebody else did. */
export async function moveCursor(tx: Tx, { chain_id, name }: Watch, from: bigint, to: bigint): Promise<void> {
  const moved = await sqlCount(
    tx,
    'UPDATE chain_cursor SET next_block = $4 WHERE chain_id = $1 AND watch = $2 AND next_block = $3',
    [chain_id, name, from, to],
  );
  if (moved !== 1) throw new Error(`another process moved the cursor of ${name} from block ${from}`);
}

export async function insertBlock(tx: Tx, { chain_id, name }: Watch, { number, hash }: ReadBlock): Promise<void> {
  const text = 'INSERT INTO chain_block (chain_id, watch, number, hash) VALUES ($1, $2, $3, $4)';
  await sql(tx, text, [chain_id, name, number, hash]);
}

/** The blocks kept, newest first, below `before`; all for null. */
export async function readBlocks(tx: Tx, watch: Watch, before: bigint | null, limit: number): Promise<ReadBlock[]> {
  return sql<{ number: bigint; hash: Hex }>(
    tx,
    `SELECT number, hash FROM chain_block WHERE chain_id = $1 AND watch = $2 AND ($3::bigint IS NULL OR number < $3)
      ORDER BY number DESC LIMIT $4`,
    [watch.chain_id, watch.name, before, limit],
  );
}

/** The hash of a block that was read; null when it was not, or is not kept. */
export async function readHash(tx: Tx, { chain_id, name }: Watch, number: bigint): Promise<Hex | null> {
  const text = 'SELECT hash FROM chain_block WHERE chain_id = $1 AND watch = $2 AND number = $3';
  return (await sqlOne<{ hash: Hex }>(tx, text, [chain_id, name, number]))?.hash ?? null;
}

export async function deleteBlocksAbove(tx: Tx, { chain_id, name }: Watch, number: bigint): Promise<void> {
  await sql(tx, 'DELETE FROM chain_block WHERE chain_id = $1 AND watch = $2 AND number > $3', [chain_id, name, number]);
}

/** Forgets blocks below `number`, except the newest one. Repeatable. */
export async function pruneBlocks(tx: Tx, { chain_id, name }: Watch, number: bigint): Promise<void> {
  await sql(
    tx,
    `DELETE FROM chain_block WHERE chain_id = $1 AND watch = $2 AND number < $3
        AND number < (SELECT max(number) FROM chain_block WHERE chain_id = $1 AND watch = $2)`,
    [chain_id, name, number],
  );
}
