import { bytesToHex, type Hex, hexToBytes } from 'viem';
import { assert } from '../../kernel/assert.js';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../database/index.js';
import { advanceRow } from '../lifecycle/advance-row.js';
import { LOG_TRANSITIONS, type LogEvent, type LogState } from './log.machine.js';
import type { ChainLog } from './log-handler.js';
import type { NodeLog } from './node.js';

/** Whose logs: one watcher on one chain. */
export interface Watch {
  readonly chain_id: number;
  readonly name: string;
}

/** Where a page of logs ended. */
export interface LogPosition {
  readonly block: bigint;
  readonly log_index: number;
}

interface LogRow {
  chain_id: bigint;
  block_hash: Hex;
  log_index: number;
  block_number: bigint;
  tx_hash: Hex;
  address: Hex;
  topics: Hex[];
  data: Buffer;
  round: number;
  state: LogState;
}

/** Stores a log as seen; one that its abandoned block had taken with it comes back with the next round. */
export async function insertLog(tx: Tx, now: Instant, { chain_id, name }: Watch, log: NodeLog): Promise<void> {
  const inserted = await sqlCount(
    tx,
    `INSERT INTO chain_log (chain_id, block_hash, log_index, watch, block_number, tx_hash, address, topics, data, state, seen_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'seen', $10) ON CONFLICT (chain_id, block_hash, log_index) DO NOTHING`,
    [
      chain_id,
      log.block_hash,
      log.log_index,
      name,
      log.block,
      log.tx_hash,
      log.address,
      log.topics,
      Buffer.from(hexToBytes(log.data)),
      new Date(now),
    ],
  );
  if (inserted === 1) return;
  const key = { chain_id, block_hash: log.block_hash, log_index: log.log_index };
  const back = await advanceRow<LogState, LogEvent>(tx, {
    table: 'chain_log',
    transitions: LOG_TRANSITIONS,
    event: 'return',
    key,
  });
  assert(back !== null, `log ${log.log_index} of block ${log.block_hash} was read twice`);
  const text = 'UPDATE chain_log SET round = round + 1 WHERE chain_id = $1 AND block_hash = $2 AND log_index = $3';
  await sql(tx, text, Object.values(key));
}

/** False when the log is in no state that has the event. */
export async function advanceLog(
  tx: Tx,
  { chain_id, block_hash, log_index }: ChainLog,
  event: LogEvent,
): Promise<boolean> {
  const key = { chain_id, block_hash, log_index };
  return (await advanceRow(tx, { table: 'chain_log', transitions: LOG_TRANSITIONS, event, key })) !== null;
}

/** Logs that wait to be applied, in the chain's order. */
export async function readSeen(tx: Tx, watch: Watch, after: LogPosition, limit: number): Promise<ChainLog[]> {
  const rows = await sql<LogRow>(
    tx,
    `SELECT * FROM chain_log WHERE chain_id = $1 AND watch = $2 AND state = 'seen' AND (block_number, log_index) > ($3, $4)
      ORDER BY block_number, log_index LIMIT $5`,
    [watch.chain_id, watch.name, after.block, after.log_index, limit],
  );
  return rows.map(logOf);
}

/** Logs of blocks above `block` that were not given up yet, the newest first, and whether each was applied. Locks them. */
export async function readAbove(tx: Tx, watch: Watch, block: bigint): Promise<{ log: ChainLog; applied: boolean }[]> {
  const rows = await sql<LogRow>(
    tx,
    `SELECT * FROM chain_log WHERE chain_id = $1 AND watch = $2 AND block_number > $3 AND state IN ('seen', 'applied')
      ORDER BY block_number DESC, log_index DESC FOR UPDATE`,
    [watch.chain_id, watch.name, block],
  );
  return rows.map((row) => ({ log: logOf(row), applied: row.state === 'applied' }));
}

/** How many logs wait to be applied. */
export async function countSeen(tx: Tx, { chain_id, name }: Watch): Promise<number> {
  const text = `SELECT count(*)::int AS count FROM chain_log WHERE chain_id = $1 AND watch = $2 AND state = 'seen'`;
  return (await sqlOne<{ count: number }>(tx, text, [chain_id, name]))!.count;
}

function logOf({
  chain_id,
  block_number,
  data,
  block_hash,
  log_index,
  tx_hash,
  address,
  topics,
  round,
}: LogRow): ChainLog {
  return {
    chain_id: Number(chain_id),
    block_hash,
    log_index,
    block: block_number,
    tx_hash,
    address,
    topics,
    data: bytesToHex(data),
    round,
  };
}
