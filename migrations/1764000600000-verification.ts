import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Two pictures count as one when at most this many of 256 bits differ: re-saves measured 2–14, the closest strangers 98. */
const NEAR_BITS = 60;

/**
 * Verdicts, operator decisions, perceptual hashes, and the fixed functions that are all a verifier may do in this database.
 * They run as their owner; the role `verifier` has no right on any table.
 */
export class Verification1764000600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE verdict (
        id text PRIMARY KEY,
        mode text NOT NULL,
        capture_id text NOT NULL REFERENCES capture,
        bounty_id text NOT NULL REFERENCES bounty,
        outcome text NOT NULL CHECK (outcome IN ('accepted', 'rejected', 'review')),
        basis text NOT NULL,
        body jsonb NOT NULL,
        -- Hides the verdict behind its commitment in the log.
        salt text NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX verdict_by_capture ON verdict (capture_id, created_at);
      -- The verdict that ends a capture is one.
      CREATE UNIQUE INDEX verdict_final ON verdict (capture_id) WHERE outcome <> 'review';
      CREATE TABLE review_decision (
        capture_id text PRIMARY KEY REFERENCES capture,
        decision text NOT NULL CHECK (decision IN ('accept', 'reject')),
        finding text NOT NULL CHECK (finding IN ('present', 'absent')),
        reason text NOT NULL,
        -- Null: the deadline decided.
        operator_id text,
        decided_at timestamptz NOT NULL
      );
      CREATE TABLE capture_hash (
        capture_id text PRIMARY KEY REFERENCES capture,
        mode text NOT NULL,
        upright bit(256) NOT NULL,
        mirror bit(256) NOT NULL
      );
      -- Which earlier capture made this one a duplicate. Never leaves this database.
      CREATE TABLE capture_match (
        capture_id text NOT NULL REFERENCES capture,
        earlier_id text NOT NULL REFERENCES capture,
        PRIMARY KEY (capture_id, earlier_id)
      );
      CREATE INDEX capture_match_by_earlier ON capture_match (earlier_id);
    `);
    await runner.query(`
      CREATE SCHEMA verifier_api;
      REVOKE ALL ON SCHEMA verifier_api FROM PUBLIC;

      CREATE FUNCTION verifier_api.ms(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE
        AS $$ SELECT floor(extract(epoch FROM at) * 1000)::bigint $$;

      CREATE FUNCTION verifier_api.capture_context(of_capture text) RETURNS jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT jsonb_build_object(
          'capture_id', c.id, 'mode', c.mode, 'bounty_id', c.bounty_id, 'reservation_id', c.reservation_id,
          'criteria', b.terms -> 'criteria', 'area', b.terms -> 'area',
          'window', jsonb_build_object('opens_at', verifier_api.ms(b.opens_at), 'closes_at', verifier_api.ms(b.closes_at)),
          'late_upload_s', (b.terms ->> 'late_upload_s')::int,
          'declared', c.sealed -> 'manifest' ->> 'finding', 'seal', c.seal, 'salt', c.salt, 'sealed', c.sealed,
          'device', (SELECT jsonb_build_object('id', d.id, 'public_key', d.public_key,
                            'certificate_from', verifier_api.ms(k.valid_from), 'certificate_until', verifier_api.ms(k.valid_until))
                       FROM device d JOIN device_certificate k ON k.device_id = d.id
                      WHERE d.id = c.sealed -> 'manifest' ->> 'device_id' AND d.contributor_id = c.contributor_id AND d.mode = c.mode
                      ORDER BY (k.valid_from <= c.t1 AND k.valid_until > c.t1) DESC, k.valid_until DESC LIMIT 1),
          'challenge', jsonb_build_object('nonce', r.nonce, 'code', r.code, 'issued_at', verifier_api.ms(r.issued_at)),
          't0', verifier_api.ms(c.t0), 't1', verifier_api.ms(c.t1), 'submitted_at', verifier_api.ms(c.submitted_at), 'attempt', c.attempt)
          FROM capture c JOIN bounty b ON b.id = c.bounty_id JOIN reservation r ON r.id = c.reservation_id
         WHERE c.id = of_capture AND c.state IN ('submitted', 'verifying', 'review') $$;

      -- One bit: is this picture, or its mirror image, one that was accepted or is in flight with an earlier seal?
      -- The lock makes two captures asked about at once see each other.
      CREATE FUNCTION verifier_api.near_hash(of_capture text, upright_hex text, mirror_hex text) RETURNS boolean
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          this capture%ROWTYPE;
          upright_bits bit(256) := ('x' || upright_hex)::bit(256);
          mirror_bits bit(256) := ('x' || mirror_hex)::bit(256);
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('verifier_api.near_hash'));
          SELECT * INTO STRICT this FROM capture WHERE id = of_capture AND state IN ('submitted', 'verifying', 'review');
          INSERT INTO capture_hash VALUES (this.id, this.mode, upright_bits, mirror_bits)
            ON CONFLICT (capture_id) DO UPDATE SET upright = EXCLUDED.upright, mirror = EXCLUDED.mirror;
          DELETE FROM capture_match WHERE capture_id = this.id;
          INSERT INTO capture_match (capture_id, earlier_id)
            SELECT this.id, h.capture_id FROM capture_hash h JOIN capture c ON c.id = h.capture_id
             WHERE h.mode = this.mode AND c.id <> this.id AND c.reservation_id <> this.reservation_id
               AND (c.state IN ('accepted', 'settled')
                    OR (c.state IN ('submitted', 'verifying', 'review') AND (c.t1, c.id) < (this.t1, this.id)))
               AND least(bit_count(h.upright # upright_bits), bit_count(h.upright # mirror_bits)) <= ${NEAR_BITS};
          RETURN EXISTS (SELECT 1 FROM capture_match WHERE capture_id = this.id);
        END $$;

      CREATE FUNCTION verifier_api.recorded_decision(of_capture text) RETURNS jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT jsonb_build_object('decision', d.decision, 'finding', d.finding, 'reason', d.reason,
                 'decided_at', verifier_api.ms(d.decided_at), 'checks', v.body -> 'checks', 'tier', v.body ->> 'tier', 'c2pa', v.body ->> 'c2pa')
          FROM review_decision d
          JOIN LATERAL (SELECT body FROM verdict WHERE capture_id = d.capture_id AND outcome = 'review' ORDER BY created_at DESC LIMIT 1) v ON true
         WHERE d.capture_id = of_capture $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA verifier_api FROM PUBLIC;
      GRANT USAGE ON SCHEMA verifier_api TO verifier;
      GRANT EXECUTE ON FUNCTION verifier_api.capture_context, verifier_api.near_hash, verifier_api.recorded_decision TO verifier;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
