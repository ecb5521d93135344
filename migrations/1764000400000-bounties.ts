import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bounties, reservations, and the history every state machine writes. */
export class Bounties1764000400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE state_history (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        resource_id text NOT NULL,
        event text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX state_history_by_resource ON state_history (resource_id, seq);
      CREATE TABLE bounty (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        agent_id text NOT NULL REFERENCES agent,
        kind text NOT NULL,
        state text NOT NULL CHECK (state IN ('draft', 'open', 'suspended', 'closing', 'closed')),
        outcome text CHECK (outcome IN ('filled', 'expired', 'cancelled', 'refused')),
        terms jsonb NOT NULL,
        currency text NOT NULL,
        price bigint NOT NULL CHECK (price > 0),
        fee bigint NOT NULL CHECK (fee >= 0),
        absence_share_bps bigint NOT NULL CHECK (absence_share_bps BETWEEN 2500 AND 10000),
        quantity integer NOT NULL CHECK (quantity > 0),
        reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
        settled integer NOT NULL DEFAULT 0 CHECK (settled >= 0),
        opens_at timestamptz NOT NULL,
        closes_at timestamptz NOT NULL CHECK (closes_at > opens_at),
        uploads_until timestamptz NOT NULL CHECK (uploads_until >= closes_at),
        lat double precision NOT NULL,
        lng double precision NOT NULL,
        extent_m double precision NOT NULL,
        cells text[] NOT NULL,
        suspended_by text,
        created_at timestamptz NOT NULL,
        CHECK (reserved + settled <= quantity),
        CHECK ((state = 'closed') = (outcome IS NOT NULL) OR state = 'closing')
      );
      CREATE INDEX bounty_by_agent ON bounty (agent_id, id);
      CREATE INDEX bounty_live ON bounty (closes_at) WHERE state IN ('draft', 'open', 'suspended', 'closing');
      CREATE INDEX bounty_by_cell ON bounty USING gin (cells) WHERE state = 'open';
      CREATE TABLE reservation (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        bounty_id text NOT NULL REFERENCES bounty,
        contributor_id text NOT NULL REFERENCES contributor,
        state text NOT NULL CHECK (state IN ('active', 'submitted', 'released', 'lapsed')),
        price bigint NOT NULL CHECK (price > 0),
        fee bigint NOT NULL CHECK (fee >= 0),
        currency text NOT NULL,
        nonce text NOT NULL UNIQUE,
        code text NOT NULL,
        issued_at timestamptz NOT NULL,
        lapses_at timestamptz NOT NULL CHECK (lapses_at > issued_at),
        release_reason text,
        -- Lapsed or released too late: counts towards the bar on this bounty.
        late boolean NOT NULL DEFAULT false,
        ended_at timestamptz
      );
      CREATE INDEX reservation_active ON reservation (lapses_at) WHERE state = 'active';
      CREATE INDEX reservation_by_contributor ON reservation (contributor_id, bounty_id);
      CREATE INDEX reservation_by_bounty ON reservation (bounty_id, state);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
