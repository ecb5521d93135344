import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Races: a challenge holds no slot; captures wait in line, in the order of their seals. */
export class Races1764002851000 implements MigrationInterface {
  name = 'Races1764002851000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE reservation
        ADD COLUMN holds_slot boolean NOT NULL DEFAULT true,
        -- When a race fixed its price: at its first seal. Null before that, and where a slot is held.
        ADD COLUMN priced_at timestamptz;
      -- Captures of a race that hold no slot yet: still uploading, or handed in.
      ALTER TABLE bounty ADD COLUMN waiting integer NOT NULL DEFAULT 0 CHECK (waiting >= 0);
      CREATE INDEX capture_in_line ON capture (bounty_id, t1, id) WHERE state IN ('uploading', 'submitted');
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
