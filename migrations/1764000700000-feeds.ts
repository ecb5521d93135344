import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Observations, who read them, and the events of every resource. `seq` is given under a lock, so readers never miss a late commit. */
export class Feeds1764000700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE observation (
        id text PRIMARY KEY,
        mode text NOT NULL,
        capture_id text NOT NULL UNIQUE REFERENCES capture,
        bounty_id text NOT NULL REFERENCES bounty,
        contributor_id text NOT NULL,
        funder_id text NOT NULL,
        kind text NOT NULL,
        record jsonb NOT NULL,
        salt text NOT NULL,
        commitment text NOT NULL,
        coarse_cell text NOT NULL,
        price bigint NOT NULL CHECK (price >= 0),
        currency text NOT NULL,
        resale boolean NOT NULL,
        embargo_until timestamptz NOT NULL,
        -- Null until a checkpoint covers its leaf.
        log_index bigint,
        -- Places in the feed of its mode: one its funder sees during the exclusive period, one everybody sees after it.
        funder_seq bigint,
        public_seq bigint,
        published_at timestamptz,
        created_at timestamptz NOT NULL,
        UNIQUE (mode, funder_seq),
        UNIQUE (mode, public_seq),
        CHECK ((published_at IS NULL) = (funder_seq IS NULL AND public_seq IS NULL))
      );
      CREATE INDEX observation_unpublished ON observation (mode, created_at) WHERE published_at IS NULL;
      CREATE INDEX observation_embargoed ON observation (embargo_until) WHERE public_seq IS NULL AND resale;
      CREATE INDEX observation_by_funder ON observation (funder_id, funder_seq);
      CREATE TABLE observation_read (
        observation_id text NOT NULL REFERENCES observation,
        reader_id text NOT NULL,
        price bigint NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (observation_id, reader_id)
      );
      CREATE TABLE event (
        seq bigint PRIMARY KEY,
        id text NOT NULL UNIQUE,
        mode text NOT NULL,
        type text NOT NULL,
        resource_id text NOT NULL,
        -- Who may see it.
        audience text[] NOT NULL,
        data jsonb NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX event_by_audience ON event USING gin (audience);
      CREATE TABLE feed_sequence (name text PRIMARY KEY, next bigint NOT NULL DEFAULT 1);
      INSERT INTO feed_sequence (name) VALUES ('events'), ('observations:test'), ('observations:live');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
