import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every read that was sold, by whatever it was paid with. Nothing in it is ever changed, so what was earned can be counted from it alone. */
export class Usage1764002400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE usage_event (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        observation_id text NOT NULL,
        -- An account of ours, or the address that paid, in lower case.
        reader text NOT NULL,
        how text NOT NULL CHECK (how IN ('balance', 'exact', 'batch')),
        -- What names this one payment for ever: the same payment is one row.
        payment text NOT NULL UNIQUE,
        -- The channel of a voucher, and what it had been charged in all after this read.
        channel_id text,
        charged bigint,
        price bigint NOT NULL CHECK (price >= 0),
        currency text NOT NULL CHECK (currency IN ('USD', 'USDC')),
        at timestamptz NOT NULL,
        CHECK ((how = 'batch') = (channel_id IS NOT NULL AND charged IS NOT NULL)),
        UNIQUE (channel_id, charged)
      );
      CREATE UNIQUE INDEX usage_by_account ON usage_event (observation_id, reader) WHERE how = 'balance';
      CREATE INDEX usage_by_reader ON usage_event (reader, seq);
      INSERT INTO usage_event (mode, observation_id, reader, how, payment, price, currency, at)
        SELECT o.mode, o.id, r.reader_id, 'balance', 'balance:' || o.id || ':' || r.reader_id, r.price, 'USD', r.at
          FROM observation_read r JOIN observation o ON o.id = r.observation_id ORDER BY r.at;
      DROP TABLE observation_read;
      CREATE FUNCTION usage_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'usage is append-only: % is refused', TG_OP USING ERRCODE = 'integrity_constraint_violation'; END $$;
      CREATE TRIGGER usage_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON usage_event
        FOR EACH STATEMENT EXECUTE FUNCTION usage_refuse_change();
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
