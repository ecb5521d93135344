import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A picture resembles an earlier one when at most this many of the 256 bits of their embedding hashes differ …
 * Measured (docs/models/mobilenet-v2-nsfw.md): crops of 5 % at most 50, cards pasted on 50, pictures of different scenes 65 and more.
 */
export const EMBEDDING_BITS_MAX = 60;
/**
 * … and at most this many of their perceptual hashes. The embedding alone also finds two honest photos of one scene; a shifted
 * frame scatters the perceptual hash (128 is chance), while a small crop leaves it this close …
 */
export const PERCEPTUAL_BITS_MAX = 112;
/**
 * … or when their embeddings are as near as this, or one picture is too flat for a perceptual hash: of a smooth picture, such as a night
 * sky, the perceptual hash is mostly noise, and any crop scatters it.
 */
export const EMBEDDING_BITS_SAME = 24;

/** Reference pictures that were uploaded, and what is remembered of pictures for the question whether another resembles them. */
export class Resemblance1764001100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- When its bytes were confirmed; null until then, and no criteria can name it.
      ALTER TABLE media_reference ADD COLUMN uploaded_at timestamptz;

      CREATE TABLE capture_likeness (
        capture_id text PRIMARY KEY REFERENCES capture,
        mode text NOT NULL,
        embedding bit(256) NOT NULL
      );

      CREATE FUNCTION verifier_api.remember_likeness(of_capture text, embedding_hex text) RETURNS boolean
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          this capture%ROWTYPE;
        BEGIN
          SELECT * INTO STRICT this FROM capture WHERE id = of_capture AND state IN ('submitted', 'verifying', 'review');
          INSERT INTO capture_likeness VALUES (this.id, this.mode, ('x' || embedding_hex)::bit(256))
            ON CONFLICT (capture_id) DO UPDATE SET embedding = EXCLUDED.embedding;
          RETURN true;
        END $$;

      -- One bit: does this picture, or its mirror image, resemble one that was accepted, or one with an earlier seal that is in
      -- flight or was rejected? Asked after the own likeness is remembered and committed: of two captures asked about at once, the one
      -- that asks last sees the other, and only the one with the later seal is held for it.
      CREATE FUNCTION verifier_api.resembles(of_capture text, embedding_hex text, upright_hex text, mirror_hex text) RETURNS boolean
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
          this capture%ROWTYPE;
          embedding_bits bit(256) := ('x' || embedding_hex)::bit(256);
          upright_bits bit(256) := ('x' || upright_hex)::bit(256);
          mirror_bits bit(256) := ('x' || mirror_hex)::bit(256);
        BEGIN
          SELECT * INTO STRICT this FROM capture WHERE id = of_capture AND state IN ('submitted', 'verifying', 'review');
          RETURN EXISTS (
            SELECT 1 FROM capture_likeness l
              JOIN capture c ON c.id = l.capture_id
              LEFT JOIN capture_hash h ON h.capture_id = l.capture_id
             WHERE l.mode = this.mode AND bit_count(l.embedding # embedding_bits) <= ${EMBEDDING_BITS_MAX}
               AND c.id <> this.id AND c.reservation_id <> this.reservation_id
               AND (c.state IN ('accepted', 'settled')
                    OR (c.state IN ('submitted', 'verifying', 'review', 'rejected') AND (c.t1, c.id) < (this.t1, this.id)))
               AND (bit_count(l.embedding # embedding_bits) <= ${EMBEDDING_BITS_SAME}
                    OR coalesce(least(bit_count(h.upright # upright_bits), bit_count(h.upright # mirror_bits)), 0) <= ${PERCEPTUAL_BITS_MAX}));
        END $$;

      REVOKE ALL ON FUNCTION verifier_api.remember_likeness, verifier_api.resembles FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION verifier_api.remember_likeness, verifier_api.resembles TO verifier;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
