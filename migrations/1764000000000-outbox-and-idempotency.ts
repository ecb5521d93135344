import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The outbox of every domain, and the first answers of idempotent commands. */
export class OutboxAndIdempotency1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id uuid PRIMARY KEY,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        type text NOT NULL,
        payload jsonb NOT NULL,
        available_at timestamptz NOT NULL,
        sent_at timestamptz,
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        created_at timestamptz NOT NULL
      );
      COMMENT ON COLUMN outbox.payload IS 'Ids only: handlers read the rest again.';
      COMMENT ON COLUMN outbox.sent_at IS 'Null until every subscriber has handled the row.';
      CREATE INDEX outbox_unsent ON outbox (available_at, seq) WHERE sent_at IS NULL;
      CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;

      CREATE TABLE idempotency_keys (
        principal text NOT NULL,
        key text NOT NULL,
        operation text NOT NULL,
        fields jsonb NOT NULL,
        result json,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (principal, key)
      );
      COMMENT ON COLUMN idempotency_keys.fields IS 'SHA-256 of each top-level field of the request: tells which one differs without keeping the body.';
      COMMENT ON COLUMN idempotency_keys.result IS 'The first answer, as text, so that a replay has the same bytes. Null only inside the transaction that is making it.';
      CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
