import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Holds that operators answer, what linkage remembers of bounties, and by which lists a decision was made. */
export class PolicyInFull1764002800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE policy_decision ADD COLUMN places_version text, ADD COLUMN sanctions_as_of timestamptz;
      CREATE TABLE policy_hold (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        state text NOT NULL CHECK (state IN ('waiting', 'allowed', 'refused', 'lapsed')),
        stage text NOT NULL,
        subject_id text NOT NULL,
        review_sha256 bytea NOT NULL CHECK (octet_length(review_sha256) = 32),
        rule text NOT NULL,
        about text NOT NULL,
        hint text NOT NULL,
        pack_version text NOT NULL,
        subject jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        deadline_at timestamptz,
        decided_by text,
        reason text,
        ended_at timestamptz,
        counts_until timestamptz,
        CHECK ((ended_at IS NULL) = (state = 'waiting')),
        CHECK ((counts_until IS NULL) = (state = 'waiting')),
        CHECK ((decided_by IS NULL) = (state IN ('waiting', 'lapsed'))),
        CHECK ((reason IS NULL) = (decided_by IS NULL)),
        CHECK (state <> 'lapsed' OR deadline_at IS NOT NULL)
      );
      CREATE UNIQUE INDEX policy_hold_waiting ON policy_hold (review_sha256, rule, about, pack_version) WHERE state = 'waiting';
      CREATE INDEX policy_hold_answers ON policy_hold (review_sha256, pack_version);
      CREATE INDEX policy_hold_due ON policy_hold (deadline_at) WHERE state = 'waiting' AND deadline_at IS NOT NULL;
      CREATE TABLE policy_footprint (
        bounty_id text PRIMARY KEY,
        requester_id text NOT NULL,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        terms_sha256 bytea NOT NULL CHECK (octet_length(terms_sha256) = 32),
        is_posted boolean NOT NULL,
        cell text NOT NULL,
        lat double precision NOT NULL,
        lng double precision NOT NULL,
        extent_m double precision NOT NULL CHECK (extent_m >= 0),
        kind text NOT NULL,
        title text NOT NULL,
        instructions text NOT NULL,
        opens_at timestamptz NOT NULL,
        closes_at timestamptz NOT NULL,
        price_micros bigint NOT NULL CHECK (price_micros >= 0),
        hazards text[] NOT NULL,
        posted_at timestamptz NOT NULL
      );
      CREATE INDEX policy_footprint_by_age ON policy_footprint (posted_at);
      CREATE INDEX policy_footprint_nearby ON policy_footprint (requester_id, cell, posted_at);
      CREATE INDEX policy_footprint_recent ON policy_footprint (requester_id, posted_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
