import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the verifier asks about besides photos of enrolled devices: attested devices, reference pictures, the kind of a bounty. */
export class VerificationInputs1764000800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Proof that the key is bound to hardware in an unmodified app; null when none was given.
      ALTER TABLE device ADD COLUMN attestation jsonb, ADD COLUMN attested_at timestamptz;

      -- A picture an agent uploads for captures to be compared with.
      CREATE TABLE media_reference (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        agent_id text NOT NULL REFERENCES agent,
        storage_key text NOT NULL UNIQUE,
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        media_type text NOT NULL,
        bytes bigint NOT NULL CHECK (bytes > 0),
        created_at timestamptz NOT NULL
      );
      CREATE INDEX media_reference_by_agent ON media_reference (agent_id, id);

      CREATE OR REPLACE FUNCTION verifier_api.capture_context(of_capture text) RETURNS jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT jsonb_build_object(
          'capture_id', c.id, 'mode', c.mode, 'bounty_id', c.bounty_id, 'reservation_id', c.reservation_id,
          'kind', b.terms ->> 'kind', 'criteria', b.terms -> 'criteria', 'area', b.terms -> 'area',
          'window', jsonb_build_object('opens_at', verifier_api.ms(b.opens_at), 'closes_at', verifier_api.ms(b.closes_at)),
          'late_upload_s', (b.terms ->> 'late_upload_s')::int,
          'declared', c.sealed -> 'manifest' ->> 'finding', 'seal', c.seal, 'salt', c.salt, 'sealed', c.sealed,
          'device', (SELECT jsonb_build_object('id', d.id, 'public_key', d.public_key, 'attested_at', verifier_api.ms(d.attested_at),
                            'certificate_from', verifier_api.ms(k.valid_from), 'certificate_until', verifier_api.ms(k.valid_until))
                       FROM device d JOIN device_certificate k ON k.device_id = d.id
                      WHERE d.id = c.sealed -> 'manifest' ->> 'device_id' AND d.contributor_id = c.contributor_id AND d.mode = c.mode
                      ORDER BY (k.valid_from <= c.t1 AND k.valid_until > c.t1) DESC, k.valid_until DESC LIMIT 1),
          'references', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'sha256', m.sha256, 'media_type', m.media_type, 'bytes', m.bytes)), '[]')
                           FROM media_reference m
                          WHERE m.id IN (SELECT criterion -> 'similar_to' ->> 'reference' FROM jsonb_array_elements(b.terms -> 'criteria' -> 'all') criterion)),
          'challenge', jsonb_build_object('nonce', r.nonce, 'code', r.code, 'issued_at', verifier_api.ms(r.issued_at)),
          't0', verifier_api.ms(c.t0), 't1', verifier_api.ms(c.t1), 'submitted_at', verifier_api.ms(c.submitted_at), 'attempt', c.attempt)
          FROM capture c JOIN bounty b ON b.id = c.bounty_id JOIN reservation r ON r.id = c.reservation_id
         WHERE c.id = of_capture AND c.state IN ('submitted', 'verifying', 'review') $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
