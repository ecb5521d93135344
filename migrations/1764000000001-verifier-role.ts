import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The login role of the verifier and the schema of its queues. The role may read and write the rows of the queues and nothing else: it
 * owns nothing and cannot enter `public`. It has no password until one is set at start (src/platform/queue/verifier-role.ts).
 */
export class VerifierRole1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Roles belong to the server, not to the database: another database may have made it, even this instant.
      DO $$ BEGIN
        CREATE ROLE verifier LOGIN NOINHERIT;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$;

      -- Before Postgres 15 every role may create tables in public, and in all versions every role may enter it.
      GRANT USAGE, CREATE ON SCHEMA public TO CURRENT_USER;
      REVOKE ALL ON SCHEMA public FROM PUBLIC;

      CREATE SCHEMA verifier_queue;
      GRANT USAGE ON SCHEMA verifier_queue TO verifier;
      ALTER DEFAULT PRIVILEGES IN SCHEMA verifier_queue GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO verifier;
      ALTER DEFAULT PRIVILEGES IN SCHEMA verifier_queue GRANT USAGE, SELECT ON SEQUENCES TO verifier;
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
