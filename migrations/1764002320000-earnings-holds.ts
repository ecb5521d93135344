import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators decide about card money that one contributor earned from one agent. */
export class EarningsHolds1764002320000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE earnings_hold (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        agent_id text NOT NULL REFERENCES agent (id),
        contributor_id text NOT NULL REFERENCES contributor (id),
        -- linked: the two look like one.
        cause text NOT NULL CHECK (cause IN ('linked', 'operator')),
        state text NOT NULL CHECK (state IN ('held', 'released', 'colluding')),
        -- What had not left then is held.
        held_at timestamptz NOT NULL,
        released_at timestamptz,
        -- Micros that went to the loss reserve.
        taken bigint NOT NULL DEFAULT 0 CHECK (taken >= 0),
        reason text CHECK (length(reason) BETWEEN 1 AND 500),
        created_at timestamptz NOT NULL,
        CHECK ((state = 'released') = (released_at IS NOT NULL)),
        UNIQUE (mode, contributor_id, agent_id)
      );
      CREATE INDEX earnings_hold_listed ON earnings_hold (mode, created_at DESC);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
