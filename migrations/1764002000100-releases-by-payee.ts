import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The releaser asks of each leaf of a root what backs it: without this, every time of all releases there ever were. */
export class ReleasesByPayee1764002000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE distributor_root DROP CONSTRAINT distributor_root_total_check, ADD CHECK (total >= 0)',
    );
    await runner.query('CREATE INDEX release_pay_for ON release (pay_for) WHERE pay_for IS NOT NULL');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
