import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import type { InvitationRow } from './invitation.entity.js';
import { INVITATION_TRANSITIONS, type InvitationEvent } from './invitation.machine.js';
import type { Owner, PageOf } from './offers.repository.js';

export type NewInvitation = Omit<InvitationRow, 'state' | 'refusal' | 'reservation_id' | 'ended_at'>;

@Injectable()
export class InvitationsRepository {
  /** False when this contributor has met the bounty before. */
  async insert(tx: Tx, row: NewInvitation): Promise<boolean> {
    const made = await sqlOne(
      tx,
      `INSERT INTO invitation (id, mode, offer_id, bounty_id, contributor_id, state, price, currency, automatic, expires_at, created_at)
       VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9, $10)
       ON CONFLICT (bounty_id, contributor_id) WHERE state <> 'withdrawn' DO NOTHING RETURNING id`,
      [
        row.id,
        row.mode,
        row.offer_id,
        row.bounty_id,
        row.contributor_id,
        row.price,
        row.currency,
        row.automatic,
        new Date(row.expires_at),
        new Date(row.created_at),
      ],
    );
    return made !== null;
  }

  async get(tx: Tx, id: string): Promise<InvitationRow | null> {
    return sqlOne<InvitationRow>(tx, 'SELECT * FROM invitation WHERE id = $1', [id]);
  }

  async lock(tx: Tx, id: string): Promise<InvitationRow | null> {
    return sqlOne<InvitationRow>(tx, 'SELECT * FROM invitation WHERE id = $1 FOR UPDATE', [id]);
  }

  /** Null when it was not open. */
  async advance(
    tx: Tx,
    id: string,
    event: InvitationEvent,
    at: Instant,
    set: Partial<Pick<InvitationRow, 'reservation_id' | 'refusal'>> = {},
  ) {
    const all = { ...set, ended_at: new Date(at) };
    return advance(tx, { table: 'invitation', transitions: INVITATION_TRANSITIONS, id, event, at, set: all });
  }

  async list(tx: Tx, owner: Owner, { state, after, limit }: PageOf): Promise<InvitationRow[]> {
    return sql(
      tx,
      `SELECT * FROM invitation WHERE contributor_id = $1 AND mode = $2 AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR id < $4)
        ORDER BY id DESC LIMIT $5`,
      [owner.id, owner.mode, state, after, limit],
    );
  }

  /** Open invitations to a bounty, oldest first: in the order of priority in which they were made. */
  async openOfBounty(tx: Tx, bountyId: string): Promise<InvitationRow[]> {
    const text = `SELECT * FROM invitation WHERE bounty_id = $1 AND state = 'open' ORDER BY id FOR UPDATE`;
    return sql(tx, text, [bountyId]);
  }

  async openOfOffer(tx: Tx, offerId: string): Promise<InvitationRow[]> {
    return sql(tx, `SELECT * FROM invitation WHERE offer_id = $1 AND state = 'open' ORDER BY id FOR UPDATE`, [offerId]);
  }

  /** Open ones whose time is over. */
  async due(tx: Tx, now: Instant, limit: number): Promise<Id<'invitation'>[]> {
    const text = `SELECT id FROM invitation WHERE state = 'open' AND expires_at <= $1 ORDER BY expires_at LIMIT $2`;
    return this.ids(tx, text, [new Date(now), limit]);
  }

  /** Open ones that are confirmed without asking. */
  async automatic(tx: Tx, now: Instant, limit: number): Promise<Id<'invitation'>[]> {
    const text = `SELECT id FROM invitation WHERE state = 'open' AND automatic AND expires_at > $1 ORDER BY id LIMIT $2`;
    return this.ids(tx, text, [new Date(now), limit]);
  }

  /** Whether one of these parties was invited to the bounty, or held a slot of it. */
  async haveMet(tx: Tx, contributorIds: readonly string[], bountyId: string): Promise<boolean> {
    const row = await sqlOne<{ met: boolean }>(
      tx,
      `SELECT EXISTS (SELECT FROM invitation WHERE bounty_id = $2 AND contributor_id = ANY($1) AND state <> 'withdrawn')
           OR EXISTS (SELECT FROM reservation WHERE bounty_id = $2 AND contributor_id = ANY($1)) AS met`,
      [contributorIds, bountyId],
    );
    return row!.met;
  }

  /** Open invitations and active reservations of these parties together. */
  async inHand(tx: Tx, contributorIds: readonly string[]): Promise<number> {
    const row = await sqlOne<{ n: number }>(
      tx,
      `SELECT (SELECT count(*) FROM invitation WHERE contributor_id = ANY($1) AND state = 'open')::int
            + (SELECT count(*) FROM reservation WHERE contributor_id = ANY($1) AND state = 'active')::int AS n`,
      [contributorIds],
    );
    return row!.n;
  }

  private async ids(tx: Tx, text: string, params: unknown[]): Promise<Id<'invitation'>[]> {
    return (await sql<{ id: Id<'invitation'> }>(tx, text, params)).map((row) => row.id);
  }
}
