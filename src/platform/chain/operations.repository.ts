import { type Address, bytesToHex, type Hex, hexToBytes } from 'viem';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../database/index.js';
import { advanceRow } from '../lifecycle/advance-row.js';
import type { Receipt } from './node.js';
import { type ChainOperation, type NewOperation, OperationDiffers } from './operation.js';
import { OPERATION_TRANSITIONS, type OperationEvent } from './operation.machine.js';

/** Whose transactions: one key on one chain. */
export interface Sender {
  readonly chain_id: number;
  readonly signer: Address;
}

type Row = Record<string, unknown>;

/**
 * Queues an operation in the caller's transaction; it is sent after that commits. Repeatable: false when it was queued before.
 * @throws {OperationDiffers} when its id was used for something else.
 */
export async function enqueueOperation(
  tx: Tx,
  now: Instant,
  sender: Sender,
  operation: NewOperation,
): Promise<boolean> {
  const body = bodyOf(sender, operation);
  const inserted = await sqlCount(
    tx,
    `INSERT INTO chain_operation (id, chain_id, signer, to_addr, data, value, purpose, confirmations, state, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9) ON CONFLICT (id) DO NOTHING`,
    [operation.id, ...Object.values(body), new Date(now)],
  );
  if (inserted === 1) return true;
  const stored = await readOperation(tx, operation.id);
  if (stored !== null) refuseOther(operation.id, bodyOf(stored, stored), body);
  return false;
}

export async function readOperation(tx: Tx, id: string): Promise<ChainOperation | null> {
  const row = await sqlOne<Row>(tx, 'SELECT * FROM chain_operation WHERE id = $1', [id]);
  return row && operationOf(row);
}

/** The oldest one that has not been sent; null when none waits. */
export async function nextQueued(tx: Tx, { chain_id, signer }: Sender): Promise<ChainOperation | null> {
  const row = await sqlOne<Row>(
    tx,
    `SELECT * FROM chain_operation WHERE chain_id = $1 AND signer = $2 AND state = 'queued' ORDER BY seq LIMIT 1`,
    [chain_id, signer],
  );
  return row && operationOf(row);
}

/** Moves an operation along its table and writes its history; null when it is in no state that has the event. */
export async function advanceOperation(
  tx: Tx,
  at: Instant,
  id: string,
  event: OperationEvent,
  set: Readonly<Record<string, unknown>> = {},
): Promise<ChainOperation | null> {
  const row = await advanceRow(tx, {
    table: 'chain_operation',
    transitions: OPERATION_TRANSITIONS,
    event,
    key: { id },
    set: { held: null, ...set },
  });
  if (row === null) return null;
  await sql(
    tx,
    'INSERT INTO state_history (resource_id, event, from_state, to_state, at) VALUES ($1, $2, $3, $4, $5)',
    [id, event, row.from_state, row.state, new Date(at)],
  );
  return operationOf(row);
}

/** The columns that say where an operation was mined; nowhere for null. */
export function minedAt(receipt: Receipt | null): Readonly<Record<string, unknown>> {
  return {
    mined_block: receipt?.block ?? null,
    mined_block_hash: receipt?.block_hash ?? null,
    mined_hash: receipt?.hash ?? null,
    fee_paid: receipt?.fee_paid ?? null,
  };
}

/** Moves a mined operation to the block in which it is now. */
export async function moveMined(tx: Tx, id: string, receipt: Receipt): Promise<void> {
  await sql(
    tx,
    `UPDATE chain_operation SET mined_block = $2, mined_block_hash = $3, mined_hash = $4, fee_paid = $5 WHERE id = $1 AND state = 'mined'`,
    [id, receipt.block, receipt.block_hash, receipt.hash, receipt.fee_paid],
  );
}

/** Notes what an operation waits for; null when for nothing special. True when that is new. */
export async function holdOperation(tx: Tx, id: string, held: string | null): Promise<boolean> {
  const text = 'UPDATE chain_operation SET held = $2 WHERE id = $1 AND held IS DISTINCT FROM $2';
  return (await sqlCount(tx, text, [id, held])) === 1;
}

function bodyOf({ chain_id, signer }: Sender, { to, data, value, purpose, confirmations }: NewOperation) {
  return {
    chain_id,
    signer: signer.toLowerCase(),
    to: to.toLowerCase(),
    data: Buffer.from(hexToBytes(data)),
    value: String(value),
    purpose,
    confirmations,
  };
}

type Body = ReturnType<typeof bodyOf>;

function refuseOther(id: string, stored: Body, asked: Body): void {
  const written = (body: Body, field: keyof Body): string =>
    field === 'data' ? body.data.toString('hex') : String(body[field]);
  const differs = (Object.keys(asked) as (keyof Body)[]).find(
    (field) => written(stored, field) !== written(asked, field),
  );
  if (differs !== undefined) throw new OperationDiffers(id, differs);
}

function operationOf(row: Row): ChainOperation {
  const { seq: _seq, from_state: _from, to_addr, data, value, fee_paid, chain_id, ...same } = row;
  return {
    ...(same as unknown as ChainOperation),
    chain_id: Number(chain_id),
    to: to_addr as Address,
    data: bytesToHex(data as Buffer) as Hex,
    value: BigInt(value as string),
    fee_paid: fee_paid === null ? null : BigInt(fee_paid as string),
  };
}
