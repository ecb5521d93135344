import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Seals and captures. */
export class Captures1764000500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE seal (
        id text PRIMARY KEY,
        reservation_id text NOT NULL REFERENCES reservation,
        seal text NOT NULL UNIQUE CHECK (seal ~ '^[0-9a-f]{64}$'),
        received_at timestamptz NOT NULL
      );
      CREATE TABLE capture (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        bounty_id text NOT NULL REFERENCES bounty,
        reservation_id text NOT NULL REFERENCES reservation,
        contributor_id text NOT NULL REFERENCES contributor,
        state text NOT NULL CHECK (state IN ('uploading', 'submitted', 'verifying', 'accepted', 'rejected', 'review', 'expired', 'superseded', 'settled')),
        sealed jsonb NOT NULL,
        seal text NOT NULL UNIQUE REFERENCES seal (seal),
        salt text NOT NULL,
        storage_key text NOT NULL UNIQUE,
        t0 timestamptz NOT NULL,
        t1 timestamptz NOT NULL CHECK (t1 >= t0),
        upload_expires_at timestamptz NOT NULL,
        submitted_at timestamptz,
        attempt integer NOT NULL DEFAULT 0,
        dispatched_at timestamptz,
        verdict_id text,
        finding text CHECK (finding IN ('present', 'absent')),
        tier text,
        failed_check text,
        failed_stage text,
        reason text,
        review_until timestamptz,
        paid bigint CHECK (paid >= 0),
        settled_at timestamptz,
        created_at timestamptz NOT NULL,
        CHECK ((state = 'settled') = (paid IS NOT NULL))
      );
      -- One capture of a reservation is ever judged: its slot is paid at most once.
      CREATE UNIQUE INDEX capture_judged_once ON capture (reservation_id) WHERE state NOT IN ('uploading', 'expired', 'superseded');
      CREATE INDEX capture_by_bounty ON capture (bounty_id);
      CREATE INDEX capture_uploading ON capture (upload_expires_at) WHERE state = 'uploading';
      CREATE INDEX capture_undecided ON capture (dispatched_at) WHERE state IN ('submitted', 'verifying');
      CREATE INDEX capture_review ON capture (review_until) WHERE state = 'review';
      CREATE INDEX capture_unpaid ON capture (id) WHERE state = 'accepted';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
