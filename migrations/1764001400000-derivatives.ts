import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Redacted derivatives, looks at sealed originals, and when an original's bytes were removed. */
export class Derivatives1764001400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What a capture is shown as: the facts of stored bytes, or why there are none.
      CREATE TABLE capture_derivative (
        capture_id text PRIMARY KEY REFERENCES capture,
        storage_key text UNIQUE,
        sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        media_type text CHECK (media_type = 'image/jpeg'),
        bytes integer CHECK (bytes > 0),
        width integer CHECK (width > 0),
        height integer CHECK (height > 0),
        -- How many places were covered.
        regions integer CHECK (regions >= 0),
        -- The content checks run again on the derivative itself.
        checks jsonb,
        withheld_reason text,
        created_at timestamptz NOT NULL,
        CHECK (num_nonnulls(storage_key, sha256, media_type, bytes, width, height, regions, checks) =
               CASE WHEN withheld_reason IS NULL THEN 8 ELSE 0 END)
      );

      -- Every link to a sealed original that was given out.
      CREATE TABLE original_access (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        capture_id text NOT NULL REFERENCES capture,
        viewer_id text NOT NULL,
        role text NOT NULL CHECK (role IN ('contributor', 'operator')),
        reason text NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX original_access_by_capture ON original_access (capture_id, id);
      CREATE FUNCTION original_access_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'looks at originals are never changed or forgotten'; END $$;
      CREATE TRIGGER original_access_is_kept BEFORE UPDATE OR DELETE ON original_access
        FOR EACH ROW EXECUTE FUNCTION original_access_is_kept();

      -- Null while the bytes are kept. Hashes stay for ever.
      ALTER TABLE capture ADD COLUMN original_removed_at timestamptz;
      CREATE INDEX capture_original_kept ON capture (created_at) WHERE original_removed_at IS NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
