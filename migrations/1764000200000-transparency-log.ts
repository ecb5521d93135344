import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The append-only log of each mode: leaves, tiles of hashes, signed checkpoints, and the head that serialises appending. */
export class TransparencyLog1764000200000 implements MigrationInterface {
  name = 'TransparencyLog1764000200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE log_head (
        mode      text PRIMARY KEY CHECK (mode IN ('test', 'live')),
        -- Null until the first checkpoint; fixed from then on, because it is the identity of the log.
        origin    text,
        size      bigint NOT NULL CHECK (size >= 0 AND size < 9007199254740992),
        -- Roots of the complete subtrees at the right edge, largest first: one hash per one-bit of size.
        frontier  bytea NOT NULL CHECK (octet_length(frontier) % 32 = 0)
      );
      INSERT INTO log_head (mode, size, frontier) VALUES ('test', 0, ''), ('live', 0, '');

      -- No foreign key to log_head: its checks would make appends wait for the sequencer, which holds that row.
      CREATE TABLE log_leaf (
        mode        text NOT NULL CHECK (mode IN ('test', 'live')),
        id          text NOT NULL,
        -- Order of arrival. Has gaps and commits out of order, so it never becomes the index.
        seq         bigint GENERATED ALWAYS AS IDENTITY,
        -- Position in the tree, from 0; null until the sequencer takes the leaf.
        leaf_index  bigint CHECK (leaf_index >= 0),
        -- The exact bytes that were hashed.
        entry       bytea NOT NULL CHECK (octet_length(entry) BETWEEN 1 AND 65535),
        appended_at timestamptz NOT NULL,
        PRIMARY KEY (mode, id)
      );
      CREATE UNIQUE INDEX log_leaf_index ON log_leaf (mode, leaf_index);
      CREATE INDEX log_leaf_pending ON log_leaf (mode, seq) WHERE leaf_index IS NULL;

      CREATE TABLE log_tile (
        mode   text NOT NULL CHECK (mode IN ('test', 'live')),
        level  smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
        n      bigint NOT NULL CHECK (n >= 0),
        -- 1 to 256 hashes. A partial tile is a prefix of the full one, so old checkpoints stay servable.
        hashes bytea NOT NULL CHECK (octet_length(hashes) % 32 = 0 AND octet_length(hashes) BETWEEN 32 AND 8192),
        PRIMARY KEY (mode, level, n)
      );
      -- Hashes do not compress, and a prefix of an uncompressed value is read without the rest.
      ALTER TABLE log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

      CREATE TABLE log_checkpoint (
        mode           text NOT NULL CHECK (mode IN ('test', 'live')),
        size           bigint NOT NULL CHECK (size > 0),
        note           text NOT NULL,
        root           bytea NOT NULL CHECK (octet_length(root) = 32),
        root_signature bytea NOT NULL CHECK (octet_length(root_signature) = 65),
        signed_at      timestamptz NOT NULL,
        PRIMARY KEY (mode, size)
      );
    `);
    await queryRunner.query(APPEND_ONLY);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}

/** What was published cannot be unpublished: no row goes away, and each changes only in the one way it may. */
const APPEND_ONLY = `
  CREATE FUNCTION log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the log is append-only: % on %', TG_OP, TG_TABLE_NAME;
  END $$;

  CREATE TRIGGER log_head_stays BEFORE DELETE ON log_head FOR EACH ROW EXECUTE FUNCTION log_refuse();
  CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head FOR EACH ROW
    WHEN (NEW.size <= OLD.size OR NEW.mode <> OLD.mode OR NEW.origin IS DISTINCT FROM coalesce(OLD.origin, NEW.origin))
    EXECUTE FUNCTION log_refuse();

  CREATE TRIGGER log_leaf_stays BEFORE DELETE ON log_leaf FOR EACH ROW EXECUTE FUNCTION log_refuse();
  CREATE TRIGGER log_leaf_is_indexed_once BEFORE UPDATE ON log_leaf FOR EACH ROW
    WHEN (OLD.leaf_index IS NOT NULL OR (NEW.mode, NEW.id, NEW.entry) <> (OLD.mode, OLD.id, OLD.entry))
    EXECUTE FUNCTION log_refuse();

  CREATE TRIGGER log_tile_stays BEFORE DELETE ON log_tile FOR EACH ROW EXECUTE FUNCTION log_refuse();
  CREATE TRIGGER log_tile_extends BEFORE UPDATE ON log_tile FOR EACH ROW
    WHEN (substring(NEW.hashes FOR octet_length(OLD.hashes)) <> OLD.hashes
      OR (NEW.mode, NEW.level, NEW.n) <> (OLD.mode, OLD.level, OLD.n))
    EXECUTE FUNCTION log_refuse();

  CREATE TRIGGER log_checkpoint_stays BEFORE UPDATE OR DELETE ON log_checkpoint
    FOR EACH ROW EXECUTE FUNCTION log_refuse();
`;
