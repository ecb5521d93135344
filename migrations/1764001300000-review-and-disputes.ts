import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reviews that begin with the requester, disputes of both sides, the linkage of parties, and what a closing bounty waits for. */
export class ReviewAndDisputes1764001300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE capture
        -- Who answers for a capture in review; null when it never was in review.
        ADD COLUMN review_route text CHECK (review_route IN ('requester', 'operator', 'objected')),
        -- Storage key of the redacted picture; null while there is none, or when it is withheld.
        ADD COLUMN derivative_key text UNIQUE,
        -- Until when the newest outcome can be disputed.
        ADD COLUMN disputable_until timestamptz,
        -- Micros of platform fee that its settlement took.
        ADD COLUMN fee bigint CHECK (fee >= 0);
      UPDATE capture SET review_route = 'operator' WHERE state = 'review';
      ALTER TABLE capture ADD CHECK (state <> 'review' OR review_route IS NOT NULL);

      ALTER TABLE review_decision
        ADD COLUMN basis text NOT NULL DEFAULT 'review' CHECK (basis IN ('review', 'silence')),
        -- Which party decided; null for the operator and for deadlines.
        ADD COLUMN agent_id text REFERENCES agent,
        ADD CHECK (basis <> 'silence' OR (decision = 'accept' AND operator_id IS NULL AND agent_id IS NULL)),
        ADD CHECK (operator_id IS NULL OR agent_id IS NULL);
      CREATE TABLE review_objection (
        capture_id text PRIMARY KEY REFERENCES capture,
        agent_id text NOT NULL REFERENCES agent,
        reason_code text NOT NULL,
        objected_at timestamptz NOT NULL
      );

      ALTER TABLE bounty
        -- Appeals that are undecided, or upheld and not yet paid.
        ADD COLUMN appeals integer NOT NULL DEFAULT 0 CHECK (appeals >= 0),
        -- End of the last appeal window of its rejected captures.
        ADD COLUMN appealable_until timestamptz;

      CREATE TABLE dispute (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        capture_id text NOT NULL REFERENCES capture,
        bounty_id text NOT NULL REFERENCES bounty,
        side text NOT NULL CHECK (side IN ('contributor', 'requester')),
        opened_by text NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'upheld', 'denied', 'upheld_unfunded')),
        reason_code text NOT NULL,
        text text NOT NULL,
        decide_by timestamptz NOT NULL,
        finding text CHECK (finding IN ('present', 'absent')),
        -- Where an upheld appeal is paid from.
        funding text CHECK (funding IN ('slot', 'loss_reserve')),
        -- Micros an upheld dispute of a requester was paid.
        paid bigint CHECK (paid > 0),
        decision_reason text,
        -- Null: the deadline decided.
        operator_id text,
        created_at timestamptz NOT NULL,
        decided_at timestamptz,
        UNIQUE (capture_id, side),
        CHECK ((state = 'open') = (decided_at IS NULL) AND (state = 'open') = (decision_reason IS NULL)),
        CHECK (funding IS NULL OR (side = 'contributor' AND state = 'upheld')),
        CHECK (side = 'requester' OR state <> 'upheld' OR (funding IS NOT NULL AND finding IS NOT NULL)),
        CHECK ((paid IS NOT NULL) = (side = 'requester' AND state = 'upheld'))
      );
      CREATE INDEX dispute_open ON dispute (decide_by) WHERE state = 'open';
      CREATE INDEX dispute_by_opener ON dispute (opened_by, id);
      CREATE INDEX capture_of_contributor ON capture (contributor_id);

      -- The verdict that ends a capture is one, and an upheld appeal adds one.
      DROP INDEX verdict_final;
      CREATE UNIQUE INDEX verdict_final ON verdict (capture_id) WHERE outcome <> 'review' AND basis <> 'appeal';
      CREATE UNIQUE INDEX verdict_appeal ON verdict (capture_id) WHERE basis = 'appeal';

      -- What tells that two parties are one: values are hashes of the place a registration came from, never addresses.
      CREATE TABLE party_trait (
        party_id text NOT NULL,
        trait text NOT NULL CHECK (trait ~ '^[a-z_]+:'),
        seen_at timestamptz NOT NULL,
        PRIMARY KEY (party_id, trait)
      );
      CREATE INDEX party_trait_by_trait ON party_trait (trait);
      CREATE INDEX device_by_trait ON device (('device:' || thumbprint));

      ALTER TABLE observation ADD COLUMN disputed_at timestamptz;
    `);
    await runner.query(`
      -- What was recorded for a capture and waits for its verdict: an upheld appeal, or what was decided in review. With what the verdict
      -- names, because a rejected capture has no context any more.
      CREATE OR REPLACE FUNCTION verifier_api.recorded_decision(of_capture text) RETURNS jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT jsonb_build_object(
                 'capture_id', c.id, 'mode', c.mode, 'bounty_id', c.bounty_id, 'criteria', b.terms -> 'criteria',
                 'declared', c.sealed -> 'manifest' ->> 'finding', 'seal', c.seal, 'salt', c.salt, 'attempt', c.attempt,
                 'basis', d.basis, 'decision', d.decision, 'finding', d.finding, 'reason', d.reason,
                 'decided_at', verifier_api.ms(d.decided_at), 'checks', v.body -> 'checks', 'tier', v.body ->> 'tier', 'c2pa', v.body ->> 'c2pa')
          FROM capture c
          JOIN bounty b ON b.id = c.bounty_id
          JOIN LATERAL (
            SELECT 'appeal' AS basis, 'accept' AS decision, p.finding, p.decision_reason AS reason, p.decided_at, 'rejected' AS of_outcome
              FROM dispute p WHERE p.capture_id = c.id AND p.side = 'contributor' AND p.state = 'upheld' AND c.state = 'rejected'
            UNION ALL
            SELECT r.basis, r.decision, r.finding, r.reason, r.decided_at, 'review'
              FROM review_decision r WHERE r.capture_id = c.id AND c.state = 'review') d ON true
          JOIN LATERAL (
            SELECT body FROM verdict WHERE capture_id = c.id AND outcome = d.of_outcome ORDER BY created_at DESC LIMIT 1) v ON true
         WHERE c.id = of_capture $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
