import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Two pictures count as one when at most this many of 256 bits differ: re-saves measured 2–14, the closest strangers 98. */
const NEAR_BITS = 60;
/** A hash is cut into 16 words of 16 bits. */
const WORDS = Array.from({ length: 16 }, (_, i) => i);
const WORD_BITS = 16;

const word = (hash: string, i: number): string =>
  `substring(${hash} FROM ${i * WORD_BITS + 1} FOR ${WORD_BITS})::bit(${WORD_BITS})::int`;

/**
 * Multi-index hashing (Norouzi, Punjani, Fleet, CVPR 2012) in sixteen ordinary B-trees: of two hashes at most 31 bits apart, some word
 * differs in at most one bit (31 < 16 × 2), so looking up every word exactly and with each single bit flipped finds them all.
 * Farther ones, up to the limit, are found when their differences leave one word nearly alone: nearly always for a re-saved picture.
 * The words of the mirror image are looked up exactly only, which halves the work and is sure up to 15 bits; copies measured 2–14.
 */
export class NearHashIndex1764001700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The mirror image is looked for with the question, so only the upright hash is kept.
    await runner.query('ALTER TABLE capture_hash DROP COLUMN mirror');
    for (const i of WORDS)
      await runner.query(`CREATE INDEX capture_hash_word_${i} ON capture_hash ((${word('upright', i)}))`);
    await runner.query(`
      -- Row i: word i of the upright hash, as it is and with each single bit flipped, and that of the mirror image as it is.
      CREATE FUNCTION verifier_api.words_near(upright bit, mirror bit) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array_agg(keys ORDER BY i) FROM (
          SELECT i, array_agg(substring(hash FROM i * ${WORD_BITS} + 1 FOR ${WORD_BITS})::bit(${WORD_BITS})::int # flip) AS keys
            FROM generate_series(0, ${WORDS.length - 1}) i,
                 (SELECT upright AS hash, flip FROM unnest(ARRAY[0, ${WORDS.map((bit) => 1 << bit).join(', ')}]) flip
                  UNION ALL SELECT mirror, 0) asked
           GROUP BY i) rows $$;
      REVOKE ALL ON FUNCTION verifier_api.words_near FROM PUBLIC;

      -- One bit: is this picture, or its mirror image, one that was accepted or is in flight with an earlier seal?
      -- The lock makes two captures asked about at once see each other. Sequential scans are off because the planner cannot know
      -- how few hashes share a word.
      CREATE OR REPLACE FUNCTION verifier_api.near_hash(of_capture text, upright_hex text, mirror_hex text) RETURNS boolean
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
        DECLARE
          this capture%ROWTYPE;
          upright_bits bit(256) := ('x' || upright_hex)::bit(256);
          mirror_bits bit(256) := ('x' || mirror_hex)::bit(256);
          near int[] := verifier_api.words_near(upright_bits, mirror_bits);
        BEGIN
          PERFORM pg_advisory_xact_lock(hashtext('verifier_api.near_hash'));
          SELECT * INTO STRICT this FROM capture WHERE id = of_capture AND state IN ('submitted', 'verifying', 'review');
          INSERT INTO capture_hash (capture_id, mode, upright) VALUES (this.id, this.mode, upright_bits)
            ON CONFLICT (capture_id) DO UPDATE SET upright = EXCLUDED.upright;
          DELETE FROM capture_match WHERE capture_id = this.id;
          INSERT INTO capture_match (capture_id, earlier_id)
            WITH alike AS MATERIALIZED (
              SELECT h.capture_id FROM capture_hash h
               WHERE (${WORDS.map((i) => `${word('h.upright', i)} = ANY (near[${i + 1}:${i + 1}])`).join('\n                   OR ')})
                 AND h.mode = this.mode AND h.capture_id <> this.id
                 AND least(bit_count(h.upright # upright_bits), bit_count(h.upright # mirror_bits)) <= ${NEAR_BITS})
            SELECT this.id, c.id FROM alike JOIN capture c ON c.id = alike.capture_id
             WHERE c.reservation_id <> this.reservation_id
               AND (c.state IN ('accepted', 'settled')
                    OR (c.state IN ('submitted', 'verifying', 'review') AND (c.t1, c.id) < (this.t1, this.id)));
          RETURN EXISTS (SELECT 1 FROM capture_match WHERE capture_id = this.id);
        END $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
