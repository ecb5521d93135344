import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { seconds, type Instant } from '../../kernel/clock.js';
import { areaCells, cellOf } from '../../kernel/geo.js';
import { sql, type Tx } from '../../platform/database/index.js';
import type { LinkedBounty } from '../facts.js';
import type { Pack } from '../pack.js';

/** Cells of about 1.4 km edge: a target and all that is around it is in some dozens. */
const RESOLUTION = 7;
/** Bounties that one decision is compared with, at most; the newest. */
const LINKED_MAX = 200;
/** Ids of one person that are looked up, at most. */
const PEOPLE_MAX = 1_000;
/** A bounty that was allowed and not yet posted counts for this long: its transaction follows at once, or never. */
const PENDING_S = 60;

/** A bounty as linkage remembers it, and what tells its terms from others. */
export interface Footprint extends LinkedBounty {
  readonly requester_id: string;
  readonly mode: Mode;
  readonly terms_sha256: Uint8Array;
}

/** Where and when bounties look, and for whom, for as long as the pack looks back. */
@Injectable()
export class FootprintsRepository {
  /** One decision at a time about what these people publish: else pieces posted at one moment would not see each other. */
  async lock(tx: Tx, people: readonly string[]): Promise<void> {
    const [first] = [...people].sort();
    await sql(tx, `SELECT pg_advisory_xact_lock(hashtextextended('policy footprint ' || $1, 0))`, [first]);
  }

  /**
   * What these people asked for around a place within the look-back, and anywhere within the time in which somebody could be followed;
   * newest first. Not itself, and not the same terms while they are only being tried.
   */
  async linked(tx: Tx, people: readonly string[], now: Footprint, { linkage }: Pack): Promise<LinkedBounty[]> {
    const { mode, bounty_id, terms_sha256, lat, lng, extent_m, posted_at } = now;
    const reach_m = linkage.reach_m + extent_m + linkage.extent_m_max;
    const since = (age_s: number): Date => new Date(posted_at - seconds(age_s));
    return sql<LinkedBounty>(
      tx,
      `SELECT bounty_id, lat, lng, extent_m, kind, title, instructions, opens_at, closes_at, posted_at, price_micros, hazards
         FROM policy_footprint
        WHERE bounty_id IN (
                (SELECT bounty_id FROM policy_footprint
                  WHERE requester_id = ANY($1) AND cell = ANY($2) AND posted_at > $3 ORDER BY posted_at DESC LIMIT ${LINKED_MAX})
                UNION
                (SELECT bounty_id FROM policy_footprint
                  WHERE requester_id = ANY($1) AND posted_at > $4 ORDER BY posted_at DESC LIMIT ${LINKED_MAX}))
          AND mode = $5 AND bounty_id <> $6 AND (is_posted OR (posted_at > $7 AND terms_sha256 <> $8))
        ORDER BY posted_at DESC, bounty_id LIMIT ${LINKED_MAX}`,
      [
        people.slice(0, PEOPLE_MAX),
        areaCells({ lat, lng, radius_m: reach_m }, RESOLUTION),
        since(linkage.lookback_s),
        since(linkage.following.span_s),
        mode,
        bounty_id,
        since(PENDING_S),
        Buffer.from(terms_sha256),
      ],
    );
  }

  /** Remembers what was allowed; again, with other terms, when they change. It counts for good once it is `posted`. */
  async remember(tx: Tx, print: Footprint): Promise<void> {
    await sql(
      tx,
      `INSERT INTO policy_footprint (bounty_id, requester_id, mode, terms_sha256, is_posted, cell, lat, lng, extent_m, kind, title, instructions,
         opens_at, closes_at, price_micros, hazards, posted_at)
       VALUES ($1, $2, $3, $4, false, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
       ON CONFLICT (bounty_id) DO UPDATE SET terms_sha256 = EXCLUDED.terms_sha256, closes_at = EXCLUDED.closes_at,
         price_micros = EXCLUDED.price_micros, hazards = EXCLUDED.hazards`,
      [
        print.bounty_id,
        print.requester_id,
        print.mode,
        Buffer.from(print.terms_sha256),
        cellOf(print, RESOLUTION),
        print.lat,
        print.lng,
        print.extent_m,
        print.kind,
        print.title,
        print.instructions,
        new Date(print.opens_at),
        new Date(print.closes_at),
        String(print.price_micros),
        print.hazards,
        new Date(print.posted_at),
      ],
    );
  }

  /** It exists: from now on it counts. Repeatable; a bounty too wide to be remembered has no footprint. */
  async posted(tx: Tx, bountyId: string): Promise<void> {
    await sql(tx, 'UPDATE policy_footprint SET is_posted = true WHERE bounty_id = $1', [bountyId]);
  }

  /** Removes what no decision looks at any more. */
  async forget(tx: Tx, before: Instant): Promise<void> {
    await sql(tx, 'DELETE FROM policy_footprint WHERE posted_at < $1 AND closes_at < $1', [new Date(before)]);
  }
}
