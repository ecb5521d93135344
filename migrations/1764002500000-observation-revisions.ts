import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Observations are revised, never edited: a correction is a row of its own. What each capture says is kept beside them, and what a card shows
 * is in columns, so that a query over cards reads no record.
 */
export class ObservationRevisions1764002500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE observation
        DROP CONSTRAINT observation_capture_id_key,
        -- The first observation of the chain.
        ADD COLUMN chain_id text,
        ADD COLUMN revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
        -- One successor at most: a chain does not fork.
        ADD COLUMN revises text UNIQUE REFERENCES observation,
        ADD COLUMN revision_cause text CHECK (revision_cause IN ('agreement', 'correction', 'retraction')),
        -- Set when the successor is published.
        ADD COLUMN superseded_by text REFERENCES observation,
        ADD COLUMN superseded_at timestamptz,
        -- Since when everybody may know of it.
        ADD COLUMN public_at timestamptz,
        ADD COLUMN hour timestamptz,
        ADD COLUMN tier text,
        ADD COLUMN independent_captures integer,
        ADD CHECK ((revision = 1) = (revises IS NULL) AND (revises IS NULL) = (revision_cause IS NULL)),
        ADD CHECK ((superseded_by IS NULL) = (superseded_at IS NULL)),
        ADD CHECK ((public_seq IS NULL) = (public_at IS NULL));
    `);
    await runner.query(`
      UPDATE observation SET chain_id = id, tier = record ->> 'tier', independent_captures = (record ->> 'independent_captures')::integer,
        hour = date_trunc('hour', to_timestamp((record -> 'proven_interval' ->> 't0')::bigint / 1000), 'UTC'),
        public_at = CASE WHEN public_seq IS NOT NULL THEN greatest(published_at, embargo_until) END;
      ALTER TABLE observation
        ALTER COLUMN chain_id SET NOT NULL,
        ALTER COLUMN tier SET NOT NULL,
        ALTER COLUMN independent_captures SET NOT NULL,
        ALTER COLUMN hour SET NOT NULL;
      CREATE INDEX observation_of_chain ON observation (chain_id, revision);
      CREATE INDEX observation_of_bounty ON observation (bounty_id);
      CREATE INDEX observation_by_cell ON observation (mode, coarse_cell, public_seq);

      -- The newest moment at which something was published: places and moments rise together.
      ALTER TABLE feed_sequence ADD COLUMN last_at timestamptz NOT NULL DEFAULT to_timestamp(0);
      UPDATE feed_sequence SET last_at = coalesce((SELECT max(greatest(published_at, public_at)) FROM observation), last_at);

      -- What one capture says, for the observation it is part of.
      CREATE TABLE observation_capture (
        capture_id text PRIMARY KEY REFERENCES capture,
        chain_id text NOT NULL REFERENCES observation,
        contributor_id text NOT NULL,
        statement jsonb NOT NULL,
        -- A dispute of its requester was upheld; null for nearly all.
        withdrawn_at timestamptz,
        seq bigint GENERATED ALWAYS AS IDENTITY
      );
      CREATE INDEX observation_capture_of_chain ON observation_capture (chain_id, seq);
      INSERT INTO observation_capture (capture_id, chain_id, contributor_id, statement, withdrawn_at)
        SELECT capture_id, id, contributor_id,
               jsonb_build_object('finding', record -> 'finding', 'facts', record -> 'facts', 'cell', record -> 'cell',
                 't0', record -> 'proven_interval' -> 't0', 't1', record -> 'proven_interval' -> 't1', 'tier', record -> 'tier',
                 'basis', record -> 'basis', 'confidence', record -> 'confidence', 'verdict_id', record -> 'verdict_ids' -> 0,
                 'commitment', record -> 'capture_commitments' -> 0, 'pay', record -> 'value_at_risk_max'),
               disputed_at
          FROM observation ORDER BY created_at;

      -- A wallet ties those who are paid to it, or pay from it.
      INSERT INTO party_trait (party_id, trait, seen_at)
        SELECT contributor_id, 'wallet:' || lower(address), created_at FROM payout_account
        UNION SELECT agent_id, 'wallet:' || lower(terms ->> 'funder'), min(created_at) FROM escrow_entry
               WHERE signature IS NOT NULL GROUP BY 1, 2
        ON CONFLICT DO NOTHING;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
