import { Injectable } from '@nestjs/common';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, type Tx } from '../platform/database/index.js';
import type { OfferRow } from './offer.entity.js';

/** Most bounties one offer brings forward; the rest are found at their own next look. The dearest go first. */
const BROUGHT_FORWARD_MAX = 1_000;

const SOONER = `ON CONFLICT (bounty_id) DO UPDATE SET due_at = least(bounty_look.due_at, EXCLUDED.due_at)`;

/**
 * When each bounty is next held against the offers: one row a bounty instead of one timer. A plan, not a record: rows that are lost are made
 * anew, from what is open.
 */
@Injectable()
export class LooksRepository {
  /** Something about the bounty has changed: it is looked at in the next pass. */
  async mark(tx: Tx, bountyId: string, now: Instant): Promise<void> {
    await sql(tx, `INSERT INTO bounty_look (bounty_id, due_at) VALUES ($1, $2) ${SOONER}`, [bountyId, new Date(now)]);
  }

  /** An offer begins to stand: every bounty with a free slot that it may ever meet is looked at. */
  async markAround(tx: Tx, offer: OfferRow, now: Instant): Promise<void> {
    await sql(
      tx,
      `INSERT INTO bounty_look (bounty_id, due_at)
       SELECT id, $6 FROM bounty
        WHERE state = 'open' AND cells && $1 AND mode = $2 AND kind = ANY($3) AND currency = $4 AND price_cap >= $5
          AND closes_at > $6 AND reserved + settled < coalesce(offered, quantity)
        ORDER BY price_cap DESC, id LIMIT $7 ${SOONER}`,
      [offer.cells, offer.mode, offer.kinds, offer.currency, offer.price_min, new Date(now), BROUGHT_FORWARD_MAX],
    );
  }

  /** Plans a look for open bounties that have none: after the table was lost, and for what was open before there was a market. */
  async adopt(tx: Tx, now: Instant, limit: number): Promise<void> {
    await sql(
      tx,
      `INSERT INTO bounty_look (bounty_id, due_at)
       SELECT id, $1 FROM bounty b
        WHERE state = 'open' AND NOT EXISTS (SELECT FROM bounty_look l WHERE l.bounty_id = b.id) LIMIT $2
       ON CONFLICT DO NOTHING`,
      [new Date(now), limit],
    );
  }

  /** Takes up to `limit` bounties that are due until `lease_until`: no other pass has them, and a holder that dies frees them by then. */
  async take(tx: Tx, now: Instant, leaseUntil: Instant, limit: number): Promise<string[]> {
    const rows = await sql<{ bounty_id: string }>(
      tx,
      `UPDATE bounty_look SET due_at = $2
        WHERE bounty_id IN (SELECT bounty_id FROM bounty_look WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING bounty_id`,
      [new Date(now), new Date(leaseUntil), limit],
    );
    return rows.map((row) => row.bounty_id);
  }

  /** Plans the next look of a bounty that this lease was for; does nothing when something changed meanwhile, which is looked at first. */
  async planNext(tx: Tx, bountyId: string, leaseUntil: Instant, next: Instant): Promise<boolean> {
    const text = 'UPDATE bounty_look SET due_at = $3 WHERE bounty_id = $1 AND due_at = $2';
    return (await sqlCount(tx, text, [bountyId, new Date(leaseUntil), new Date(next)])) === 1;
  }

  /** A bounty that takes no work is looked at no more, unless something changed meanwhile. */
  async drop(tx: Tx, bountyId: string, leaseUntil: Instant): Promise<void> {
    await sql(tx, 'DELETE FROM bounty_look WHERE bounty_id = $1 AND due_at = $2', [bountyId, new Date(leaseUntil)]);
  }
}
