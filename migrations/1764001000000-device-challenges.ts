import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Challenges that a device attestation must be made for: kept as hashes, each good once. */
export class DeviceChallenges1764001000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE device_challenge (
        hash bytea PRIMARY KEY CHECK (length(hash) = 32),
        contributor_id text NOT NULL REFERENCES contributor,
        issued_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
        used_at timestamptz
      );
      CREATE INDEX device_challenge_by_contributor ON device_challenge (contributor_id, expires_at);
      ALTER TABLE device ADD CHECK ((attestation IS NULL) = (attested_at IS NULL));
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
