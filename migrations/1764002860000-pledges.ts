import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Several agents pay for one bounty, read what it brings, and share what it earns. */
export class Pledges1764002860000 implements MigrationInterface {
  name = 'Pledges1764002860000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE pledge (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        bounty_id text NOT NULL REFERENCES bounty,
        agent_id text NOT NULL REFERENCES agent,
        state text NOT NULL CHECK (state IN ('held', 'withdrawn', 'returned', 'spent')),
        amount bigint NOT NULL CHECK (amount > 0),
        -- What came back of it; null while it is held.
        returned bigint CHECK (returned BETWEEN 0 AND amount),
        created_at timestamptz NOT NULL,
        CHECK ((state = 'held') = (returned IS NULL)),
        CHECK (state NOT IN ('withdrawn', 'returned') OR returned = amount),
        CHECK (state <> 'spent' OR returned < amount)
      );
      CREATE INDEX pledge_of_bounty ON pledge (bounty_id, agent_id);
      CREATE INDEX bounty_gathering ON bounty (id) WHERE state = 'draft' AND terms ? 'pledges';
      -- Micros that each gave, as text, by agent; null: its requester alone paid for it.
      ALTER TABLE observation ADD COLUMN funders jsonb CHECK (jsonb_typeof(funders) = 'object');
      CREATE INDEX observation_by_funders ON observation USING gin (funders) WHERE funders IS NOT NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
