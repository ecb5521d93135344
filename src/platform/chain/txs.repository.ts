import { bytesToHex, type Hex, hexToBytes } from 'viem';
import { assert } from '../../kernel/assert.js';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../database/index.js';
import { advanceRow } from '../lifecycle/advance-row.js';
import type { Fees } from './fees.js';
import type { Sender } from './operations.repository.js';
import { CHAIN_TX_TRANSITIONS, type ChainTxEvent, type ChainTxState } from './tx.machine.js';

/** A signed transaction. */
export interface Attempt extends Fees {
  readonly hash: Hex;
  readonly raw: Hex;
  /** The newest block when it was signed. */
  readonly at_block: bigint;
  readonly created_at: Instant;
}

/** A nonce of ours and everything that was signed with it, oldest first; at least one attempt. */
export interface ChainTx {
  readonly nonce: bigint;
  /** Null: it fills a hole. */
  readonly operation_id: string | null;
  /** Units of gas, the same in every attempt. */
  readonly gas: bigint;
  readonly state: ChainTxState;
  readonly attempts: readonly Attempt[];
}

interface AttemptRow {
  nonce: bigint;
  operation_id: string | null;
  gas: bigint;
  state: ChainTxState;
  hash: Hex;
  raw: Buffer;
  max_fee: string;
  max_priority_fee: string;
  at_block: bigint;
  created_at: Instant;
}

/** What is not settled yet, by nonce. */
export async function readUnsettled(tx: Tx, sender: Sender): Promise<ChainTx[]> {
  return readTxs(tx, sender, `t.state IN ('open', 'mined')`);
}

/** What counts as settled from this nonce on, by nonce: where the chain has fewer transactions of ours, it has abandoned them. */
export async function readSettledFrom(tx: Tx, sender: Sender, nonce: bigint): Promise<ChainTx[]> {
  return readTxs(tx, sender, `t.state = 'final' AND t.nonce >= $3`, nonce);
}

async function readTxs(tx: Tx, { chain_id, signer }: Sender, which: string, ...more: bigint[]): Promise<ChainTx[]> {
  const rows = await sql<AttemptRow>(
    tx,
    `SELECT t.nonce, t.operation_id, t.gas, t.state, a.hash, a.raw, a.max_fee, a.max_priority_fee, a.at_block, a.created_at
       FROM chain_tx t JOIN chain_attempt a USING (chain_id, from_addr, nonce)
      WHERE t.chain_id = $1 AND t.from_addr = $2 AND ${which} ORDER BY t.nonce, a.attempt`,
    [chain_id, signer, ...more],
  );
  const byNonce = new Map<bigint, AttemptRow[]>();
  for (const row of rows) byNonce.set(row.nonce, [...(byNonce.get(row.nonce) ?? []), row]);
  return [...byNonce.values()].map((same) => {
    const { nonce, operation_id, gas, state } = same[0]!;
    return { nonce, operation_id, gas, state, attempts: same.map(attemptOf) };
  });
}

/** The nonce after the highest we ever used; 0 when there is none. */
export async function nextOwnNonce(tx: Tx, { chain_id, signer }: Sender): Promise<bigint> {
  const text = 'SELECT max(nonce) + 1 AS next FROM chain_tx WHERE chain_id = $1 AND from_addr = $2';
  return (await sqlOne<{ next: bigint | null }>(tx, text, [chain_id, signer]))!.next ?? 0n;
}

/** The nonces from `from` up to our highest that we have no row for. */
export async function missingNonces(
  tx: Tx,
  { chain_id, signer }: Sender,
  from: bigint,
  limit: number,
): Promise<bigint[]> {
  const rows = await sql<{ nonce: bigint }>(
    tx,
    `SELECT n AS nonce FROM generate_series($3::bigint, (SELECT max(nonce) FROM chain_tx WHERE chain_id = $1 AND from_addr = $2)) n
      WHERE NOT EXISTS (SELECT FROM chain_tx WHERE chain_id = $1 AND from_addr = $2 AND nonce = n) ORDER BY n LIMIT $4`,
    [chain_id, signer, from, limit],
  );
  return rows.map(({ nonce }) => nonce);
}

/** Stores a nonce with its first attempt. Fails when the nonce is taken, so two processes never sign the same one for two things. */
export async function insertTx(
  tx: Tx,
  { chain_id, signer }: Sender,
  { nonce, operation_id, gas }: Pick<ChainTx, 'nonce' | 'operation_id' | 'gas'>,
  attempt: Attempt,
): Promise<void> {
  await sql(
    tx,
    `INSERT INTO chain_tx (chain_id, from_addr, nonce, operation_id, gas, state, created_at) VALUES ($1, $2, $3, $4, $5, 'open', $6)`,
    [chain_id, signer, nonce, operation_id, gas, new Date(attempt.created_at)],
  );
  await insertAttempt(tx, { chain_id, signer }, nonce, 0, attempt);
}

/** Stores attempt number `count`, counted from 0. Fails when somebody else stored one of that number. */
export async function insertAttempt(
  tx: Tx,
  { chain_id, signer }: Sender,
  nonce: bigint,
  count: number,
  attempt: Attempt,
): Promise<void> {
  await sql(
    tx,
    `INSERT INTO chain_attempt (chain_id, from_addr, nonce, attempt, hash, raw, max_fee, max_priority_fee, at_block, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      chain_id,
      signer,
      nonce,
      count,
      attempt.hash,
      Buffer.from(hexToBytes(attempt.raw)),
      attempt.max_fee,
      attempt.max_priority_fee,
      attempt.at_block,
      new Date(attempt.created_at),
    ],
  );
}

/** False when the nonce was in no state that has the event. */
export async function advanceTx(
  tx: Tx,
  { chain_id, signer }: Sender,
  nonce: bigint,
  event: ChainTxEvent,
): Promise<boolean> {
  const key = { chain_id, from_addr: signer, nonce };
  return (await advanceRow(tx, { table: 'chain_tx', transitions: CHAIN_TX_TRANSITIONS, event, key })) !== null;
}

/** The attempt to be mined rather than the others: the newest, which offers most. */
export function newest({ attempts }: ChainTx): Attempt {
  const last = attempts.at(-1);
  assert(last !== undefined, 'a nonce was stored without an attempt');
  return last;
}

function attemptOf({ hash, raw, max_fee, max_priority_fee, at_block, created_at }: AttemptRow): Attempt {
  return {
    hash,
    raw: bytesToHex(raw),
    max_fee: BigInt(max_fee),
    max_priority_fee: BigInt(max_priority_fee),
    at_block,
    created_at,
  };
}
