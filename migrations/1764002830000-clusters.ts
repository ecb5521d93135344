import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What ties parties, in one place; address blocks hashed without a key are forgotten, for such a hash can be undone by trying all. */
export class Clusters1764002830000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM party_trait WHERE trait LIKE 'address_block:%';
      CREATE INDEX device_by_contributor ON device (contributor_id);
      -- Every trait of every party: what was remembered of it, and the keys of its devices.
      CREATE VIEW party_tie AS
        SELECT party_id, trait FROM party_trait
        UNION ALL SELECT contributor_id, 'device:' || thumbprint FROM device;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
