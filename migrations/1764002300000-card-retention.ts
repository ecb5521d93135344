import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is forgotten, or given up, by its age is found without reading all. */
export class CardRetention1764002300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX inbox_event_ended ON inbox_event (due_at) WHERE state <> 'waiting';
      CREATE INDEX ext_op_ended ON ext_op (due_at) WHERE state IN ('done', 'refused');
      CREATE INDEX top_up_waiting ON top_up (created_at) WHERE state = 'requires_action';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
