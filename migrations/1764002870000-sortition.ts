import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Slots that are drawn among applicants, by a checkpoint of the log that did not exist when the last of them applied. */
export class Sortition1764002870000 implements MigrationInterface {
  name = 'Sortition1764002870000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE draw (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        bounty_id text NOT NULL REFERENCES bounty,
        round integer NOT NULL CHECK (round > 0),
        state text NOT NULL CHECK (state IN ('open', 'closed', 'drawn')),
        opened_at timestamptz NOT NULL,
        closes_at timestamptz NOT NULL CHECK (closes_at > opened_at),
        -- What its leaf commits to: the entries that may be drawn.
        record jsonb,
        salt text,
        checkpoint_size bigint,
        seed text,
        slots integer CHECK (slots >= 0),
        drawn_at timestamptz,
        UNIQUE (bounty_id, round),
        CHECK ((state = 'open') = (record IS NULL) AND (record IS NULL) = (salt IS NULL)),
        CHECK ((state = 'drawn') = (seed IS NOT NULL AND slots IS NOT NULL AND checkpoint_size IS NOT NULL AND drawn_at IS NOT NULL))
      );
      CREATE UNIQUE INDEX draw_open ON draw (bounty_id) WHERE state = 'open';
      CREATE INDEX draw_due ON draw (closes_at) WHERE state = 'open';
      CREATE INDEX draw_closed ON draw (mode, id) WHERE state = 'closed';
      -- The rounds that have a leaf.
      CREATE VIEW logged_draw AS SELECT id, mode, record, salt FROM draw WHERE record IS NOT NULL;

      CREATE TABLE application (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        draw_id text NOT NULL REFERENCES draw,
        bounty_id text NOT NULL REFERENCES bounty,
        contributor_id text NOT NULL REFERENCES contributor,
        state text NOT NULL CHECK (state IN ('applied', 'drawn', 'not_drawn', 'withdrawn')),
        payout_to text,
        payout_for text,
        reservation_id text UNIQUE REFERENCES reservation,
        created_at timestamptz NOT NULL,
        CHECK ((state = 'drawn') = (reservation_id IS NOT NULL))
      );
      CREATE UNIQUE INDEX application_once ON application (draw_id, contributor_id) WHERE state <> 'withdrawn';
      CREATE INDEX application_in_hand ON application (contributor_id) WHERE state = 'applied';
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
