import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a verdict was made from, kept with it, so that its parties can run every check again. Null for verdicts made before. */
export class VerdictInputs1764001600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE verdict ADD COLUMN inputs jsonb');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
