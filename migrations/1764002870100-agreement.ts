import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bounties whose captures are to agree offer no more slots at once than agreement still needs. */
export class Agreement1764002870100 implements MigrationInterface {
  name = 'Agreement1764002870100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE bounty
        -- How many slots may be in use or settled at once; null: all of them.
        ADD COLUMN offered integer CHECK (offered BETWEEN 1 AND quantity),
        -- Independent paid captures that say the same, and those that say otherwise.
        ADD COLUMN agreeing integer NOT NULL DEFAULT 0 CHECK (agreeing >= 0),
        ADD COLUMN differing integer NOT NULL DEFAULT 0 CHECK (differing >= 0);
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
