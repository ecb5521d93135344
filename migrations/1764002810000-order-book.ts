import { latLngToCell } from 'h3-js';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Standing offers, the invitations they lead to, when each bounty is next held against them, and what was filled at which price. */
export class OrderBook1764002810000 implements MigrationInterface {
  name = 'OrderBook1764002810000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE offer (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        contributor_id text NOT NULL REFERENCES contributor,
        state text NOT NULL CHECK (state IN ('active', 'withdrawn', 'expired')),
        -- As it was given; null when cells were.
        area jsonb,
        -- H3 cells of resolution 7, as bounties have them, and their parents of resolution 5.
        cells text[] NOT NULL,
        coarse_cells text[] NOT NULL,
        no_go jsonb NOT NULL,
        kinds text[] NOT NULL,
        -- Null: always.
        hours jsonb,
        price_min bigint NOT NULL CHECK (price_min > 0),
        currency text NOT NULL,
        rail text NOT NULL CHECK (rail IN ('balance', 'stablecoin')),
        valid_until timestamptz NOT NULL,
        auto_confirm boolean NOT NULL,
        active_max integer NOT NULL CHECK (active_max > 0),
        -- The present or next stretch of its hours.
        stands_from timestamptz NOT NULL,
        stands_until timestamptz NOT NULL CHECK (stands_until > stands_from),
        -- Whether the bounties it may meet were told to look, since this stretch began.
        announced boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        ended_at timestamptz
      );
      CREATE INDEX offer_by_contributor ON offer (contributor_id, id);
      CREATE INDEX offer_by_cell ON offer USING gin (cells) WHERE state = 'active';
      CREATE INDEX offer_by_coarse_cell ON offer USING gin (coarse_cells) WHERE state = 'active';
      CREATE INDEX offer_unannounced ON offer (stands_from) WHERE state = 'active' AND NOT announced;
      CREATE INDEX offer_standing ON offer (stands_until) WHERE state = 'active';
      CREATE TABLE invitation (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        offer_id text NOT NULL REFERENCES offer,
        bounty_id text NOT NULL REFERENCES bounty,
        contributor_id text NOT NULL REFERENCES contributor,
        state text NOT NULL CHECK (state IN ('open', 'confirmed', 'declined', 'lapsed', 'withdrawn')),
        -- Micros: the bounty's price when they met.
        price bigint NOT NULL CHECK (price > 0),
        currency text NOT NULL,
        -- Taken from the offer: reserved without asking.
        automatic boolean NOT NULL,
        refusal text,
        reservation_id text REFERENCES reservation,
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        CHECK ((state = 'confirmed') = (reservation_id IS NOT NULL))
      );
      -- Nobody is asked twice for one bounty, unless the first time was taken back.
      CREATE UNIQUE INDEX invitation_once ON invitation (bounty_id, contributor_id) WHERE state <> 'withdrawn';
      CREATE INDEX invitation_by_contributor ON invitation (contributor_id, id);
      CREATE INDEX invitation_live ON invitation (offer_id) WHERE state IN ('open', 'confirmed');
      CREATE INDEX invitation_open ON invitation (expires_at) WHERE state = 'open';
      CREATE INDEX invitation_open_of_bounty ON invitation (bounty_id) WHERE state = 'open';
      CREATE INDEX invitation_open_of_contributor ON invitation (contributor_id) WHERE state = 'open';
      -- Which bounties an offer may meet, and which a coarse cell shows.
      CREATE INDEX bounty_touching ON bounty USING gin (cells) WHERE state = 'open';
      -- Only a plan: without a row an open bounty is looked at at once.
      CREATE TABLE bounty_look (
        bounty_id text PRIMARY KEY REFERENCES bounty,
        due_at timestamptz NOT NULL
      );
      CREATE INDEX bounty_look_due ON bounty_look (due_at);
      CREATE TABLE market_fill (
        capture_id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        bounty_id text NOT NULL,
        -- H3 cell of resolution 5 in which the middle of the bounty's area lies.
        cell text NOT NULL,
        kind text NOT NULL,
        currency text NOT NULL,
        -- Micros of the slot, whatever share of it a negative answer was paid.
        price bigint NOT NULL CHECK (price > 0),
        opened_at timestamptz NOT NULL,
        reserved_at timestamptz NOT NULL,
        filled_at timestamptz NOT NULL,
        -- Whether a price bucket has counted it.
        bucketed boolean NOT NULL DEFAULT false
      );
      CREATE INDEX market_fill_of_cell ON market_fill (mode, cell, kind, currency, filled_at);
      CREATE INDEX market_fill_unbucketed ON market_fill (filled_at) WHERE NOT bucketed;
      CREATE TABLE price_bucket (
        mode text NOT NULL,
        cell text NOT NULL,
        kind text NOT NULL,
        currency text NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
        fills integer NOT NULL CHECK (fills >= 3),
        price_min bigint NOT NULL,
        price_median bigint NOT NULL,
        price_max bigint NOT NULL,
        volume bigint NOT NULL,
        PRIMARY KEY (mode, cell, kind, currency, ends_at)
      );
    `);
    await recordFills(runner);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const BATCH = 1_000;
/** Of the cells of fills, as in src/market when this was released. */
const RESOLUTION = 5;

/** What was accepted before there was a market is part of the history of prices. */
async function recordFills(runner: QueryRunner): Promise<void> {
  for (let after = ''; ;) {
    const rows = (await runner.query(
      `SELECT c.id, b.lat, b.lng FROM capture c JOIN bounty b ON b.id = c.bounty_id
        WHERE c.state IN ('accepted', 'settled') AND c.id > $1 ORDER BY c.id LIMIT ${BATCH}`,
      [after],
    )) as { id: string; lat: number; lng: number }[];
    if (rows.length === 0) return;
    await runner.query(
      `INSERT INTO market_fill (capture_id, mode, bounty_id, cell, kind, currency, price, opened_at, reserved_at, filled_at)
       SELECT c.id, c.mode, b.id, p.cell, b.kind, b.currency, r.price, b.opens_at, r.issued_at,
              coalesce((SELECT min(at) FROM state_history WHERE resource_id = c.id AND to_state = 'accepted'), c.t1)
         FROM unnest($1::text[], $2::text[]) AS p (id, cell) JOIN capture c ON c.id = p.id
         JOIN reservation r ON r.id = c.reservation_id JOIN bounty b ON b.id = c.bounty_id`,
      [rows.map(({ id }) => id), rows.map(({ lat, lng }) => latLngToCell(lat, lng, RESOLUTION))],
    );
    after = rows.at(-1)!.id;
  }
}
