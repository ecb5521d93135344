import type { Mode } from '@groundtruth/sdk/protocol';
import { bytesToHex, type Address, type Hex } from 'viem';
import { ACCOUNT_CODES, ledgerOf, type AccountCode } from '../../ledger/index.js';
import { FUNDS } from '../../payments/index.js';
import { sql, sqlOne, type Tx, type UnitOfWork } from '../../platform/database/index.js';
import type { Books, EntryBooks } from './compare.js';
import type { ContractLog } from './in-flight.js';

/** What the database knew at one moment. */
export interface Snapshot {
  readonly books: Books;
  readonly escrow: Address;
  readonly distributor: Address;
  /** By contract the first block that was not read; blocks from here on are asked of the chain. */
  readonly next_block: Readonly<Record<'escrow' | 'distributor', bigint>>;
  /** Logs up to the block that are read and not applied, and applied ones after it. */
  readonly lacking: readonly ContractLog[];
  readonly early: readonly ContractLog[];
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
  const ledger = ledgerOf(mode, FUNDS.stablecoin[mode]);
  return unitOfWork.run(
    async (tx) => {
      const [escrow, distributor] = [
        await cursorOf(tx, chain_id, 'escrow', mode),
        await cursorOf(tx, chain_id, 'distributor', mode),
      ];
      if (!escrow || !distributor) return null;
      const accounts = await sql<{ code: number; owner: string; credits: bigint }>(
        tx,
        'SELECT code, owner, credits_posted - debits_posted AS credits FROM ledger_account WHERE ledger = $1',
        [ledger],
      );
      const sum = (code: AccountCode, owner?: string): bigint =>
        accounts
          .filter((one) => one.code === ACCOUNT_CODES[code].code && (owner === undefined || one.owner === owner))
          .reduce((total, { credits }) => total + credits, 0n);
      const entries = await sql<EntryBooks & { code?: never }>(tx, ENTRIES, [mode, chain_id, escrow.address, ledger]);
      const logs = await sql<{ state: string; address: Address; topics: Hex[]; data: Buffer }>(
        tx,
        `SELECT state, address, topics, data FROM chain_log WHERE chain_id = $1 AND watch = ANY($2)
            AND ((state = 'seen' AND block_number <= $3) OR (state = 'applied' AND block_number > $3))`,
        [chain_id, [escrow.watch, distributor.watch], block],
      );
      const { awarded } = (await sqlOne<{ awarded: bigint }>(tx, AWARDED, [mode, distributor.address]))!;
      const payees = await sql<{ payee: Address }>(tx, PAYEES, [mode]);
      const logsIn = (state: string) =>
        logs
          .filter((log) => log.state === state)
          .map(({ address, topics, data }) => ({ address, topics, data: bytesToHex(data) }));
      return {
        books: {
          escrow: -sum('chain_balance', 'escrow'),
          fee_address: -sum('chain_balance', 'fee_address'),
          distributor: -sum('chain_balance', 'distributor'),
          held: sum('bounty'),
          awarded,
          payable: sum('contributor_payable'),
          returning: sum('funder_in_transit'),
          // Those of reads have their own lines: they lie elsewhere.
          fees: sum('fees', '') + sum('loss_reserve', ''),
          entries,
        },
        escrow: escrow.address,
        distributor: distributor.address,
        next_block: { escrow: escrow.next_block, distributor: distributor.next_block },
        lacking: logsIn('seen'),
        early: logsIn('applied'),
        payees: payees.map(({ payee }) => payee),
      };
    },
    { isolation: 'REPEATABLE READ' },
  );
}

interface Cursor {
  readonly watch: string;
  readonly address: Address;
  readonly next_block: bigint;
}

/** How far the watcher of this contract has read; of several that were configured one after the other, the one that is furthest. */
async function cursorOf(tx: Tx, chain_id: number, contract: string, mode: Mode): Promise<Cursor | null> {
  const text = `SELECT watch, addresses[1] AS address, next_block FROM chain_cursor
                 WHERE chain_id = $1 AND watch = $2 || addresses[1] ORDER BY next_block DESC, watch LIMIT 1`;
  return sqlOne<Cursor & Record<string, unknown>>(tx, text, [chain_id, `${contract}-${mode}-`]);
}

const AWARDED = `SELECT coalesce(sum(amount), 0)::bigint AS awarded FROM award WHERE mode = $1 AND distributor = $2 AND covered AND claimed_by IS NULL`;

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
