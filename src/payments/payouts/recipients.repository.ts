import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import type { Party } from '../../policy/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import type { RecipientRow, Requirement } from './payout.entity.js';
import { RECIPIENT_TRANSITIONS, type RecipientEvent } from './recipient.machine.js';

export type NewRecipient = Pick<RecipientRow, 'id' | 'mode' | 'contributor_id' | 'country'>;
type Row = RecipientRow & Record<string, unknown>;

/** Stripe accounts of contributors. */
@Injectable()
export class RecipientsRepository {
  /** Repeatable: a contributor has one account a mode. */
  async insert(tx: Tx, { id, mode, contributor_id, country }: NewRecipient, now: Instant): Promise<void> {
    await sql(
      tx,
      `INSERT INTO card_recipient (id, mode, contributor_id, country, state, look_at, created_at) VALUES ($1, $2, $3, $4, 'onboarding', $5, $5)
       ON CONFLICT (mode, contributor_id) DO NOTHING`,
      [id, mode, contributor_id, country, new Date(now)],
    );
  }

  async of(tx: Tx, mode: Mode, contributorId: string): Promise<RecipientRow | null> {
    const text = 'SELECT * FROM card_recipient WHERE mode = $1 AND contributor_id = $2';
    return sqlOne<Row>(tx, text, [mode, contributorId]);
  }

  /** As `of`, and nobody plans a payout to it until the transaction ends. */
  async lockOf(tx: Tx, mode: Mode, contributorId: string): Promise<RecipientRow | null> {
    const text = 'SELECT * FROM card_recipient WHERE mode = $1 AND contributor_id = $2 FOR UPDATE';
    return sqlOne<Row>(tx, text, [mode, contributorId]);
  }

  /** Locked until the transaction ends: what Stripe says of one account is taken by one at a time. */
  async lockAccount(tx: Tx, mode: Mode, account: string): Promise<RecipientRow | null> {
    const text = 'SELECT * FROM card_recipient WHERE mode = $1 AND account = $2 FOR UPDATE';
    return sqlOne<Row>(tx, text, [mode, account]);
  }

  async lock(tx: Tx, id: string): Promise<RecipientRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM card_recipient WHERE id = $1 FOR UPDATE', [id]);
  }

  /** The account that Stripe made. The first one stays. */
  async setAccount(tx: Tx, id: string, account: string): Promise<void> {
    await sql(tx, 'UPDATE card_recipient SET account = $2 WHERE id = $1 AND account IS NULL', [id, account]);
  }

  /** Whom Stripe verified behind the account. */
  async setOwner(tx: Tx, id: string, { name, country }: { readonly name: string; readonly country: string }) {
    await sql(tx, 'UPDATE card_recipient SET legal_name = $2, legal_country = $3 WHERE id = $1', [id, name, country]);
  }

  async note(tx: Tx, id: string, requirements: readonly Requirement[], bank_refused: boolean): Promise<void> {
    const text = 'UPDATE card_recipient SET requirements = $2, bank_refused = $3 WHERE id = $1';
    await sql(tx, text, [id, JSON.stringify(requirements), bank_refused]);
  }

  /** Moves the state and has the account looked at again at `look_at`. */
  async advance(tx: Tx, id: string, event: RecipientEvent, at: Instant) {
    return advance(tx, { table: 'card_recipient', transitions: RECIPIENT_TRANSITIONS, id, event, at });
  }

  async lookAgain(tx: Tx, id: string, look_at: Instant): Promise<void> {
    await sql(tx, 'UPDATE card_recipient SET look_at = $2 WHERE id = $1', [id, new Date(look_at)]);
  }

  /** Accounts that Stripe should be asked about, the longest due first, put off until `lease`. */
  async claimDue(tx: Tx, modes: readonly Mode[], now: Instant, lease: Instant, limit: number): Promise<RecipientRow[]> {
    return sql<Row>(
      tx,
      `UPDATE card_recipient SET look_at = $3 WHERE id IN (
         SELECT id FROM card_recipient WHERE look_at <= $1 AND mode = ANY($2) AND account IS NOT NULL AND state <> 'closed'
          ORDER BY look_at LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING *`,
      [new Date(now), modes, new Date(lease), limit],
    );
  }

  /** Who can be paid, after `after` in the order of ids, and has no payout of the day. */
  async payable(tx: Tx, mode: Mode, day: string, after: string, limit: number): Promise<RecipientRow[]> {
    return sql<Row>(
      tx,
      `SELECT r.* FROM card_recipient r WHERE r.mode = $1 AND r.state = 'enabled' AND r.id > $3
          AND NOT EXISTS (SELECT FROM payout p WHERE p.mode = $1 AND p.contributor_id = r.contributor_id AND p.day = $2)
        ORDER BY r.id LIMIT $4`,
      [mode, day, after, limit],
    );
  }

  async all(tx: Tx, mode: Mode): Promise<RecipientRow[]> {
    return sql<Row>(tx, 'SELECT * FROM card_recipient WHERE mode = $1 AND account IS NOT NULL ORDER BY id', [mode]);
  }

  /** Who is to be screened before money goes to an account: the person Stripe verified, and the name it goes by here. Nobody before Stripe has. */
  async partiesOf(tx: Tx, { contributor_id: id, legal_name }: RecipientRow): Promise<Party[]> {
    if (legal_name === null) return [];
    const row = await sqlOne<{ name: string }>(tx, 'SELECT name FROM contributor WHERE id = $1', [id]);
    return [{ id, name: legal_name }, ...(row ? [{ id, name: row.name }] : [])];
  }

  async isOurs(tx: Tx, mode: Mode, account: string): Promise<boolean> {
    const text = 'SELECT id FROM card_recipient WHERE mode = $1 AND account = $2';
    return (await sqlOne<{ id: string }>(tx, text, [mode, account])) !== null;
  }

  /** Whether policy holds a payout that would have left. */
  async isHeld(tx: Tx, payoutId: string): Promise<boolean> {
    const text = `SELECT outcome <> 'allow' AS held FROM policy_decision WHERE stage = 'payout' AND subject_id = $1 ORDER BY seq DESC LIMIT 1`;
    return (await sqlOne<{ held: boolean }>(tx, text, [payoutId]))?.held ?? false;
  }
}
