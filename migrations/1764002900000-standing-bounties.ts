import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bounties that are posted again and again, and what became of each time. */
export class StandingBounties1764002900000 implements MigrationInterface {
  name = 'StandingBounties1764002900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE standing_bounty (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        agent_id text NOT NULL REFERENCES agent,
        -- The key that made it: its spend caps hold for whatever is posted.
        key_id text NOT NULL REFERENCES api_key,
        state text NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
        end_reason text CHECK (end_reason IN ('requester', 'ends_at', 'policy', 'key_revoked')),
        template jsonb NOT NULL,
        trigger jsonb NOT NULL,
        budget_per_day bigint NOT NULL CHECK (budget_per_day > 0),
        max_open int NOT NULL CHECK (max_open BETWEEN 1 AND 100),
        -- Recurring: the next slot.
        next_due_at timestamptz,
        -- By observations: which cards, how far the feed and the own reads were looked at, and since when.
        cards jsonb,
        seen_seq bigint,
        reads_seen bigint,
        watching_since timestamptz,
        -- Runs in a row that policy did not let pass.
        refusals int NOT NULL DEFAULT 0,
        ends_at timestamptz,
        created_at timestamptz NOT NULL,
        CHECK ((state = 'ended') = (end_reason IS NOT NULL)),
        CHECK ((next_due_at IS NULL) <> (cards IS NULL)),
        CHECK ((cards IS NULL) = (seen_seq IS NULL) AND (cards IS NULL) = (reads_seen IS NULL) AND (cards IS NULL) = (watching_since IS NULL))
      );
      CREATE INDEX standing_of_agent ON standing_bounty (agent_id, id);
      CREATE INDEX standing_due ON standing_bounty (next_due_at) WHERE state = 'active' AND next_due_at IS NOT NULL;
      CREATE INDEX standing_watching ON standing_bounty (mode, seen_seq) WHERE state = 'active' AND cards IS NOT NULL;
      CREATE INDEX standing_ending ON standing_bounty (ends_at) WHERE state <> 'ended' AND ends_at IS NOT NULL;
      CREATE TABLE standing_run (
        id text PRIMARY KEY,
        standing_id text NOT NULL REFERENCES standing_bounty,
        -- The due slot, or the first of the observation's chain: one run each, whoever comes first.
        slot text NOT NULL,
        due_at timestamptz NOT NULL,
        observation_id text,
        outcome text NOT NULL CHECK (outcome IN ('posted', 'skipped')),
        reason text CHECK (reason IN ('missed', 'cooldown', 'max_open', 'budget', 'policy', 'quote_unreachable', 'spend_cap', 'insufficient_funds', 'account_frozen')),
        bounty_id text UNIQUE REFERENCES bounty,
        slots int NOT NULL DEFAULT 1 CHECK (slots >= 1),
        at timestamptz NOT NULL,
        UNIQUE (standing_id, slot),
        CHECK ((outcome = 'posted') = (bounty_id IS NOT NULL)),
        CHECK ((outcome = 'skipped') = (reason IS NOT NULL)),
        CHECK (slots = 1 OR reason = 'missed')
      );
      CREATE INDEX standing_run_newest ON standing_run (standing_id, at DESC, id DESC);
      CREATE INDEX standing_run_posted ON standing_run (standing_id, at) WHERE outcome = 'posted';
      CREATE INDEX standing_run_skipped ON standing_run (at) WHERE outcome = 'skipped';
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
