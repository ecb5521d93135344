import { Injectable } from '@nestjs/common';
import type { Currency, Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import type { Instant } from '../kernel/clock.js';
import { cellOf } from '../kernel/geo.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import { COARSE_RESOLUTION } from './offer.terms.js';

/** Of what is one history of prices: the narrowest that the public market tells apart. */
export interface Ground {
  readonly mode: Mode;
  /** H3 cell of resolution 5. */
  readonly cell: string;
  readonly kind: string;
  readonly currency: Currency;
}

/** A slot that was filled: from an accepted capture, whatever it found. */
export interface Fill extends Ground {
  readonly capture_id: string;
  readonly bounty_id: string;
  /** Micros of the slot. */
  readonly price: bigint;
  /** When its bounty began to take work. */
  readonly opened_at: Instant;
  readonly reserved_at: Instant;
  readonly filled_at: Instant;
}

/** What a fill is read from. */
type Source = Omit<Fill, 'cell'> & { readonly lat: number; readonly lng: number };

@Injectable()
export class FillsRepository {
  /**
   * Records the fill of an accepted capture; all of it follows from what is stored, so it may be repeated, and a lost table be filled again.
   * The history of states says when.
   */
  async record(tx: Tx, captureId: string): Promise<void> {
    const source = await sqlOne<Source>(
      tx,
      `SELECT c.id AS capture_id, c.mode, b.id AS bounty_id, b.kind, b.currency, b.lat, b.lng, r.price, r.issued_at AS reserved_at,
              greatest(b.opens_at, (SELECT min(at) FROM state_history WHERE resource_id = b.id AND to_state = 'open')) AS opened_at,
              (SELECT min(at) FROM state_history WHERE resource_id = c.id AND to_state = 'accepted') AS filled_at
         FROM capture c JOIN reservation r ON r.id = c.reservation_id JOIN bounty b ON b.id = c.bounty_id
        WHERE c.id = $1 AND c.state IN ('accepted', 'settled')`,
      [captureId],
    );
    assert(source, `${captureId} is said to be accepted, and is not`);
    const { capture_id, mode, bounty_id, kind, currency, price } = source;
    await sql(
      tx,
      `INSERT INTO market_fill (capture_id, mode, bounty_id, cell, kind, currency, price, opened_at, reserved_at, filled_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
      [
        capture_id,
        mode,
        bounty_id,
        cellOf(source, COARSE_RESOLUTION),
        kind,
        currency,
        price,
        new Date(source.opened_at),
        new Date(source.reserved_at),
        new Date(source.filled_at),
      ],
    );
  }

  /** The last fills of a ground since then, newest first, at most `limit`. */
  async since(tx: Tx, { mode, cell, kind, currency }: Ground, since: Instant, limit: number): Promise<Fill[]> {
    return sql(
      tx,
      `SELECT * FROM market_fill WHERE mode = $1 AND cell = $2 AND kind = $3 AND currency = $4 AND filled_at > $5
        ORDER BY filled_at DESC, capture_id DESC LIMIT $6`,
      [mode, cell, kind, currency, new Date(since), limit],
    );
  }
}
