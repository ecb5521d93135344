import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every decision of the policy gate, and the areas in which an operator has stopped work. */
export class Policy1764000350000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE policy_decision (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        stage text NOT NULL CHECK (stage IN ('quote', 'publish', 'reserve', 'capture', 'deposit', 'release', 'payout')),
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        subject_id text NOT NULL,
        subject_sha256 bytea NOT NULL CHECK (octet_length(subject_sha256) = 32),
        outcome text NOT NULL CHECK (outcome IN ('allow', 'refuse', 'hold')),
        rule text,
        pack_version text NOT NULL,
        decided_at timestamptz NOT NULL,
        hold_until timestamptz,
        CHECK ((rule IS NULL) = (outcome = 'allow')),
        CHECK (hold_until IS NULL OR outcome = 'hold')
      );
      CREATE INDEX policy_decision_by_subject ON policy_decision (subject_id, seq);
      CREATE FUNCTION policy_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'policy_decision is append-only'; END $$;
      CREATE TRIGGER policy_decision_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_decision
        FOR EACH STATEMENT EXECUTE FUNCTION policy_decision_stays();
      CREATE TABLE policy_suspended_area (
        id text PRIMARY KEY,
        area jsonb NOT NULL,
        reason text NOT NULL,
        suspended_by text NOT NULL,
        suspended_at timestamptz NOT NULL,
        lifted_at timestamptz CHECK (lifted_at >= suspended_at)
      );
      CREATE INDEX policy_suspended_area_now ON policy_suspended_area (suspended_at, id) WHERE lifted_at IS NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
