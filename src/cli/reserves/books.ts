import type { Mode } from '@groundtruth/sdk/protocol';
import { bytesToHex, type Address, type Hex } from 'viem';
import { ledgerOf } from '../../ledger/index.js';
import { sql, sqlOne, type UnitOfWork } from '../../platform/database/index.js';
import type { Books, EntryBooks } from './compare.js';
import type { EscrowLog } from './in-flight.js';

/** `code` in table `ledger_account`: numbers that are stored and never change. */
const CODES = {
  chain_balance: 3,
  bounty: 11,
  contributor_payable: 12,
  loss_reserve: 15,
  funder_in_transit: 16,
  fees: 20,
} as const;
const FUNDS = { test: 'test_usd', live: 'usdc' } as const;

/** What the database knew at one moment. */
export interface Snapshot {
  readonly books: Books;
  readonly escrow: Address;
  /** The first block that was not read; blocks from here on are asked of the chain. */
  readonly next_block: bigint;
  /** Logs up to the block that are read and not applied, and applied ones after it. */
  readonly lacking: readonly EscrowLog[];
  readonly early: readonly EscrowLog[];
  /** Every address that one of our entries or releases may pay. */
  readonly payees: readonly Address[];
}

/** Null when this mode's escrow was never followed on this chain. One transaction, so all of it is of one moment. */
export function readBooks(
  unitOfWork: UnitOfWork,
  mode: Mode,
  chain_id: number,
  block: bigint,
): Promise<Snapshot | null> {
  const ledger = ledgerOf(mode, FUNDS[mode]);
  return unitOfWork.run(
    async (tx) => {
      const cursor = await sqlOne<{ addresses: Address[]; next_block: bigint }>(
        tx,
        'SELECT addresses, next_block FROM chain_cursor WHERE chain_id = $1 AND watch = $2',
        [chain_id, `escrow-${mode}`],
      );
      const escrow = cursor?.addresses[0];
      if (!cursor || !escrow) return null;
      const accounts = await sql<{ code: number; owner: string; credits: bigint }>(
        tx,
        'SELECT code, owner, credits_posted - debits_posted AS credits FROM ledger_account WHERE ledger = $1',
        [ledger],
      );
      const sum = (code: number, owner?: string): bigint =>
        accounts
          .filter((one) => one.code === code && (owner === undefined || one.owner === owner))
          .reduce((total, { credits }) => total + credits, 0n);
      const entries = await sql<EntryBooks & { code?: never }>(tx, ENTRIES, [mode, chain_id, escrow, ledger]);
      const logs = await sql<{ state: string; block_number: bigint; topics: Hex[]; data: Buffer }>(
        tx,
        `SELECT state, block_number, topics, data FROM chain_log WHERE chain_id = $1 AND watch = $2
            AND ((state = 'seen' AND block_number <= $3) OR (state = 'applied' AND block_number > $3))`,
        [chain_id, `escrow-${mode}`, block],
      );
      const payees = await sql<{ payee: Address }>(tx, PAYEES, [mode]);
      const logsIn = (state: string) =>
        logs.filter((log) => log.state === state).map(({ topics, data }) => ({ topics, data: bytesToHex(data) }));
      return {
        books: {
          escrow: -sum(CODES.chain_balance, 'escrow'),
          fee_address: -sum(CODES.chain_balance, 'fee_address'),
          distributor: -sum(CODES.chain_balance, 'distributor'),
          held: sum(CODES.bounty),
          payable: sum(CODES.contributor_payable),
          returning: sum(CODES.funder_in_transit),
          fees: sum(CODES.fees) + sum(CODES.loss_reserve),
          entries,
        },
        escrow,
        next_block: cursor.next_block,
        lacking: logsIn('seen'),
        early: logsIn('applied'),
        payees: payees.map(({ payee }) => payee),
      };
    },
    { isolation: 'REPEATABLE READ' },
  );
}

/** Funded is what a log has shown; `refunded` is not kept, and follows from the rest. Closed ones that the chain has ended are done. */
const ENTRIES = `
  SELECT e.id AS entry, e.bounty_id, e.paid, 0::bigint AS refunded,
    CASE WHEN e.state IN ('funded', 'closing') OR e.closed_by IS NOT NULL THEN e.amount ELSE 0 END AS funded,
    coalesce((SELECT sum(r.amount + r.fee) FROM release r WHERE r.entry = e.id AND r.paid_by IS NULL), 0)::bigint AS unpaid,
    coalesce((SELECT credits_posted - debits_posted FROM ledger_account WHERE ledger = $4 AND code = 11 AND owner = e.bounty_id), 0)::bigint AS held,
    coalesce((SELECT credits_posted - debits_posted FROM ledger_account WHERE ledger = $4 AND code = 16 AND owner = e.bounty_id), 0)::bigint AS returning
  FROM escrow_entry e
  WHERE e.mode = $1 AND (e.chain->>'chain_id')::bigint = $2 AND e.chain->>'escrow' = $3
  ORDER BY e.id`;

const PAYEES = `
  SELECT DISTINCT payee FROM escrow_entry e
    CROSS JOIN LATERAL (VALUES (e.terms->>'refund_to'), (e.terms->>'fee_to'), (e.terms->>'distributor')) named (payee)
    WHERE e.mode = $1
  UNION SELECT r.pay_to FROM release r JOIN escrow_entry e ON e.id = r.entry WHERE e.mode = $1`;
