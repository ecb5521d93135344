import { assert } from '../kernel/assert.js';
import type { Instant } from '../kernel/clock.js';
import { sql, type Tx } from '../platform/database/index.js';
import { accountCodeOf, type AccountKey } from './accounts.js';
import { transferIdOf } from './ledger.repository.js';
import type { LedgerNumber } from './ledgers.js';
import { TRANSFER_CODES, TRANSFER_KINDS, type Transfer, type TransferCode, type TransferKind } from './transfers.js';

/** Which transfers of an account: newest first, at most `limit` (1 to 101), those before `before` when given. */
export interface StatementPage {
  readonly limit: number;
  readonly before?: bigint;
}

/** One more than the largest page of the wire, which is how a page learns that there is more. */
const LIMIT_MAX = 101;

/** The transfers that touched an account, newest first. Empty for an account that does not exist. */
export async function readStatement(tx: Tx, account: bigint, { limit, before }: StatementPage): Promise<Transfer[]> {
  assert(Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX, `a page holds 1 to ${LIMIT_MAX} transfers`);
  const rows = await sql<Row>(tx, STATEMENT, [account, before ?? null, limit]);
  return rows.map(toTransfer);
}

/** Each side comes from its own index, already in order. */
const side = (column: 'debit' | 'credit'): string => `
  (SELECT * FROM ledger_transfer WHERE ${column} = $1 AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3)`;

const STATEMENT = `
  SELECT t.id, t.seq, t.kind, t.code, t.amount, t.pending_id, t.expires_at, t.reference, t.correlation, t.created_at, t.ledger,
         d.code AS debit_code, d.owner AS debit_owner, c.code AS credit_code, c.owner AS credit_owner
    FROM (${side('debit')} UNION ALL ${side('credit')}) t
    JOIN ledger_account d ON d.id = t.debit JOIN ledger_account c ON c.id = t.credit
   ORDER BY t.seq DESC LIMIT $3`;

interface Row {
  id: string;
  seq: bigint;
  kind: number;
  code: number;
  amount: bigint;
  pending_id: string | null;
  expires_at: Instant | null;
  reference: string | null;
  correlation: string | null;
  created_at: Instant;
  ledger: LedgerNumber;
  debit_code: number;
  debit_owner: string;
  credit_code: number;
  credit_owner: string;
}

function toTransfer(row: Row): Transfer {
  return {
    id: transferIdOf(row.id),
    seq: row.seq,
    kind: nameOf<TransferKind>(TRANSFER_KINDS, row.kind),
    code: nameOf<TransferCode>(TRANSFER_CODES, row.code),
    debit: keyOf(row.ledger, row.debit_code, row.debit_owner),
    credit: keyOf(row.ledger, row.credit_code, row.credit_owner),
    amount: row.amount,
    pending_id: row.pending_id === null ? null : transferIdOf(row.pending_id),
    expires_at: row.expires_at,
    reference: row.reference,
    correlation: row.correlation,
    created_at: row.created_at,
  };
}

function keyOf(ledger: LedgerNumber, number: number, owner: string): AccountKey {
  const code = accountCodeOf(number);
  assert(code !== null, `account code ${number} is in no chart of accounts`);
  return { ledger, code, owner };
}

function nameOf<Name extends string>(numbers: Readonly<Record<Name, number>>, number: number): Name {
  const name = (Object.keys(numbers) as Name[]).find((candidate) => numbers[candidate] === number);
  assert(name !== undefined, `${number} has no name`);
  return name;
}
