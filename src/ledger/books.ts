import { sql, type Tx } from '../platform/database/index.js';
import { ACCOUNT_CODES, accountCodeOf } from './accounts.js';
import { LEDGER_NUMBERS, LEDGERS, type LedgerNumber } from './ledgers.js';

/** Sums over the accounts of one ledger, in micros. On balanced books debits equal credits, posted and pending. */
export interface LedgerTotals {
  readonly ledger: LedgerNumber;
  readonly accounts: number;
  readonly debits_posted: bigint;
  readonly credits_posted: bigint;
  readonly debits_pending: bigint;
  readonly credits_pending: bigint;
}

/** Something wrong with the books: which rule, on which account, transfer, batch or ledger. */
export interface BooksFault {
  readonly rule:
    | 'balance'
    | 'replay'
    | 'guard'
    | 'one_ledger'
    | 'resolution'
    | 'pending_state'
    | 'history'
    | 'batch'
    | 'chain'
    | 'asset'
    | 'chart';
  readonly subject: string;
  readonly detail: string;
}

export interface BooksReport {
  /** True when there is no fault. */
  readonly balanced: boolean;
  readonly ledgers: readonly LedgerTotals[];
  /** The first hundred faults. */
  readonly faults: readonly BooksFault[];
  readonly chain: {
    readonly batches: number;
    readonly sealed: number;
    /** RFC 3339 time of the oldest batch that waits to be sealed; null when none does. */
    readonly unsealed_since: string | null;
    /** Hex hash of the newest link: whoever keeps it elsewhere can prove that nothing before it changed. Null before the first. */
    readonly head: string | null;
  };
}

const FAULTS_MAX = 100;

/**
 * Replays every transfer and verifies every link of the chain, from one snapshot, so writers may go on. Reads the whole ledger: a job for the
 * night and for the end of a test. `ledger` limits the totals; faults are looked for everywhere.
 */
export async function auditBooks(tx: Tx, ledger?: LedgerNumber): Promise<BooksReport> {
  const [row] = await sql<{ audit: Audit }>(tx, 'SELECT ledger_audit($1) AS audit', [FAULTS_MAX]);
  const { audit } = row!;
  const ledgers = audit.ledgers.map(toTotals);
  const faults = [...audit.faults, ...imbalances(ledgers), ...assetFaults(audit.assets), ...chartFaults(audit.kinds)];
  return {
    balanced: faults.length === 0,
    ledgers: ledgers.filter((totals) => ledger === undefined || totals.ledger === ledger),
    faults: faults.slice(0, FAULTS_MAX),
    chain: audit.chain,
  };
}

interface Audit {
  ledgers: (Record<Exclude<keyof LedgerTotals, 'ledger' | 'accounts'>, string> & {
    ledger: LedgerNumber;
    accounts: number;
  })[];
  assets: { ledger: number; mode: string; fund: string; currency: string; scale: number }[];
  kinds: { code: number; flags: number }[];
  faults: BooksFault[];
  chain: BooksReport['chain'];
}

function toTotals(row: Audit['ledgers'][number]): LedgerTotals {
  return {
    ledger: row.ledger,
    accounts: row.accounts,
    debits_posted: BigInt(row.debits_posted),
    credits_posted: BigInt(row.credits_posted),
    debits_pending: BigInt(row.debits_pending),
    credits_pending: BigInt(row.credits_pending),
  };
}

function imbalances(ledgers: readonly LedgerTotals[]): BooksFault[] {
  return ledgers
    .filter((row) => row.debits_posted !== row.credits_posted || row.debits_pending !== row.credits_pending)
    .map(({ ledger }) => ({ rule: 'balance', subject: `ledger ${ledger}`, detail: 'debits and credits differ' }));
}

/** The table must name the ledgers as the code does: a changed currency would change what every amount means. */
function assetFaults(assets: Audit['assets']): BooksFault[] {
  const same = (number: LedgerNumber): boolean =>
    assets.some((row) => {
      const { mode, fund, currency } = LEDGERS[number];
      return (
        row.ledger === number && row.mode === mode && row.fund === fund && row.currency === currency && row.scale === 6
      );
    });
  const wrong = LEDGER_NUMBERS.filter((number) => !same(number));
  return wrong.map((number) => ({
    rule: 'asset',
    subject: `ledger ${number}`,
    detail: 'its row is not what the code says',
  }));
}

/** An account whose guard was switched off could be overdrawn without a fault; its kind says which guards it has. */
function chartFaults(kinds: Audit['kinds']): BooksFault[] {
  return kinds
    .filter(({ code, flags }) => {
      const name = accountCodeOf(code);
      return name === null || ACCOUNT_CODES[name].flags !== flags;
    })
    .map(({ code, flags }) => ({
      rule: 'chart',
      subject: `code ${code}`,
      detail: `accounts with flags ${flags}, which the chart does not have`,
    }));
}
