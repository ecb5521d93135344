import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Test mode for whoever tries the market out: money given, people simulated, time moved. */
export class Sandbox1764003000000 implements MigrationInterface {
  name = 'Sandbox1764003000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The agent whose sandbox made this contributor; null for people. Nobody holds a key of a simulated one.
      ALTER TABLE contributor ADD COLUMN simulated_for text REFERENCES agent,
        ADD CONSTRAINT contributor_simulated_in_test CHECK (simulated_for IS NULL OR mode = 'test');
      CREATE INDEX contributor_simulated ON contributor (id) WHERE simulated_for IS NOT NULL;

      CREATE TABLE sandbox_credit (
        id text PRIMARY KEY,
        agent_id text NOT NULL REFERENCES agent,
        amount bigint NOT NULL CHECK (amount > 0),
        at timestamptz NOT NULL
      );
      CREATE INDEX sandbox_credit_of_agent ON sandbox_credit (agent_id, at);

      CREATE TABLE simulation (
        id text PRIMARY KEY,
        agent_id text NOT NULL REFERENCES agent,
        bounty_id text NOT NULL REFERENCES bounty,
        behaviour text NOT NULL CHECK (behaviour IN ('honest', 'late', 'fraudulent', 'absent')),
        fraud text CHECK (fraud IN ('wrong_nonce', 'elsewhere', 'edited', 'replayed', 'wrong_content')),
        -- The simulation whose picture is handed in again.
        replays text REFERENCES simulation,
        state text NOT NULL CHECK (state IN ('waiting', 'reserved', 'handed_in', 'refused', 'left', 'failed')),
        -- When it acts next, by the market's clock.
        act_at timestamptz NOT NULL,
        -- Who works on it has it until then, by the market's clock.
        leased_until timestamptz,
        attempts int NOT NULL DEFAULT 0,
        contributor_id text UNIQUE REFERENCES contributor,
        reservation_id text UNIQUE REFERENCES reservation,
        capture_id text UNIQUE REFERENCES capture,
        refusal_code text,
        refusal_detail text,
        created_at timestamptz NOT NULL,
        CHECK ((behaviour = 'fraudulent') = (fraud IS NOT NULL)),
        CHECK ((fraud IS NOT DISTINCT FROM 'replayed') = (replays IS NOT NULL)),
        CHECK (state <> 'reserved' OR (contributor_id IS NOT NULL AND reservation_id IS NOT NULL)),
        CHECK ((state = 'handed_in') = (capture_id IS NOT NULL)),
        CHECK ((state IN ('refused', 'failed')) = (refusal_code IS NOT NULL)),
        CHECK ((refusal_code IS NULL) = (refusal_detail IS NULL))
      );
      CREATE INDEX simulation_due ON simulation (act_at) WHERE state IN ('waiting', 'reserved');
      CREATE INDEX simulation_of_agent ON simulation (agent_id, created_at);

      -- How far the clock of this market is ahead of the machine's, and never goes back. One row.
      CREATE TABLE sandbox_clock (
        id boolean PRIMARY KEY DEFAULT true CHECK (id),
        ahead_ms bigint NOT NULL CHECK (ahead_ms >= 0)
      );
      INSERT INTO sandbox_clock (ahead_ms) VALUES (0);
      CREATE FUNCTION verifier_api.clock_ahead_ms() RETURNS bigint
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT ahead_ms FROM sandbox_clock';
      REVOKE ALL ON FUNCTION verifier_api.clock_ahead_ms FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION verifier_api.clock_ahead_ms TO verifier;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
