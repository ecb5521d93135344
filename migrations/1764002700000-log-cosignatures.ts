import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What witnesses said of checkpoints: lines of the signed note, beside the log's own. */
export class LogCosignatures1764002700000 implements MigrationInterface {
  name = 'LogCosignatures1764002700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE log_cosignature (
        mode    text NOT NULL,
        size    bigint NOT NULL,
        -- Name of the witness's key.
        witness text NOT NULL,
        -- One signature line of the note, its newline included, checked before it came here.
        line    text NOT NULL CHECK (line LIKE '— %' AND octet_length(line) <= 1000),
        at      timestamptz NOT NULL,
        PRIMARY KEY (mode, size, witness),
        FOREIGN KEY (mode, size) REFERENCES log_checkpoint (mode, size)
      );
      CREATE TRIGGER log_cosignature_stays BEFORE UPDATE OR DELETE ON log_cosignature
        FOR EACH ROW EXECUTE FUNCTION log_refuse();
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
