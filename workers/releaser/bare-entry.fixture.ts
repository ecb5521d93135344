import { captureCommitment, type EscrowTerms, type Finding } from '@groundtruth/sdk/protocol';
import { sql, type Tx, type UnitOfWork } from '../../src/platform/database/index.js';
import { CHAIN, dues, entryIdOf, feeOf, PAYEE, termsOf, type Agreed } from './facts.fixture.js';

let count = 0;
const next = (prefix: string): string => `${prefix}_${(++count).toString().padStart(8, '0')}`;
const SEAL = (): string => (++count).toString(16).padStart(64, '0');
const SALT = 'c0'.repeat(32);

/** An entry in the database with its bounty, and the means to settle captures into it as the api does. */
export interface BareEntry {
  readonly id: string;
  readonly bounty_id: string;
  readonly terms: EscrowTerms;
  /** Captures, in the order of their releases. */
  readonly captures: string[];
}

/** Rows without agent, contributor and seal: foreign keys are off, so only a superuser may. */
export async function withoutKeys<T>(unitOfWork: UnitOfWork, work: (tx: Tx) => Promise<T>): Promise<T> {
  return unitOfWork.run(async (tx) => {
    await sql(tx, 'SET LOCAL session_replication_role = replica');
    return work(tx);
  });
}

/** A funded entry of an open bounty, with one settled capture and its unsigned release for each finding. */
export async function insertEntry(
  unitOfWork: UnitOfWork,
  agreed: Agreed,
  findings: readonly Finding[],
): Promise<BareEntry> {
  const bounty_id = next('bty_bare');
  const terms = termsOf(agreed, bounty_id);
  const entry: BareEntry = { id: entryIdOf(terms), bounty_id, terms, captures: [] };
  const fee = feeOf(agreed.price, agreed.fee_bps);
  await withoutKeys(unitOfWork, async (tx) => {
    await sql(
      tx,
      `INSERT INTO bounty (id, mode, agent_id, kind, state, terms, currency, price_cap, fee_cap, absence_share_bps, quantity, opens_at, closes_at,
                           uploads_until, lat, lng, extent_m, cells, created_at)
       VALUES ($1, 'test', 'agt_bare', 'photo', 'open', '{}', 'USDC', $2, $3, $4, 1000, to_timestamp(0), to_timestamp(1), to_timestamp(1), 0, 0, 1, '{}', now())`,
      [bounty_id, agreed.price, fee, agreed.share_bps],
    );
    await sql(
      tx,
      `INSERT INTO escrow_entry (id, mode, bounty_id, agent_id, chain, terms, amount, valid_before, state, created_at)
       VALUES ($1, 'test', $2, 'agt_bare', $3, $4, $5, now(), 'funded', now())`,
      [entry.id, bounty_id, CHAIN, terms, (agreed.price + fee) * BigInt(findings.length + 2)],
    );
    for (const finding of findings) await settleInto(tx, entry, agreed, finding);
  });
  return entry;
}

/** Settles one more capture of the entry and orders its release. Inside `withoutKeys`. */
export async function settleInto(tx: Tx, entry: BareEntry, agreed: Agreed, finding: Finding): Promise<string> {
  const [capture_id, reservation_id, seal] = [next('cap_bare'), next('rsv_bare'), SEAL()];
  const { amount, fee } = dues(agreed, finding);
  await sql(
    tx,
    `INSERT INTO reservation (id, mode, bounty_id, contributor_id, state, price, fee, currency, nonce, code, issued_at, lapses_at, payout_to)
     VALUES ($1, 'test', $2, 'ctr_bare', 'submitted', $3, $4, 'USDC', $1, '', to_timestamp(0), to_timestamp(1), $5)`,
    [reservation_id, entry.bounty_id, agreed.price, feeOf(agreed.price, agreed.fee_bps), PAYEE],
  );
  await sql(
    tx,
    `INSERT INTO capture (id, mode, bounty_id, reservation_id, contributor_id, state, sealed, seal, salt, storage_key, t0, t1, upload_expires_at,
                          finding, paid, settled_at, created_at)
     VALUES ($1, 'test', $2, $3, 'ctr_bare', 'settled', '{}', $4, $5, $1, to_timestamp(0), to_timestamp(1), now(), $6, $7, now(), now())`,
    [capture_id, entry.bounty_id, reservation_id, seal, SALT, finding, amount],
  );
  await sql(
    tx,
    `INSERT INTO release (capture_id, entry, seq, commitment, pay_to, amount, fee, paid_before, created_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, ordered, now() FROM escrow_entry WHERE id = $2`,
    [capture_id, entry.id, entry.captures.length, captureCommitment(SALT, seal), PAYEE, amount, fee],
  );
  await sql(tx, 'UPDATE escrow_entry SET ordered = ordered + $2 WHERE id = $1', [entry.id, amount + fee]);
  entry.captures.push(capture_id);
  return capture_id;
}

/** Asks for one signature over the releases `first` to `last`. */
export async function insertBatch(tx: Tx, entry: BareEntry, first: number, last: number): Promise<void> {
  await sql(tx, 'INSERT INTO release_batch (entry, first_seq, last_seq, created_at) VALUES ($1, $2, $3, now())', [
    entry.id,
    first,
    last,
  ]);
}

/** The bounty has closed, and all that is ordered is all that will be owed. */
export async function closeEntry(tx: Tx, entry: BareEntry): Promise<void> {
  await sql(tx, `UPDATE bounty SET state = 'closed', outcome = 'expired' WHERE id = $1`, [entry.bounty_id]);
  await sql(tx, `UPDATE escrow_entry SET state = 'closing', owed_total = ordered WHERE id = $1`, [entry.id]);
}
