import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ledger's tables: assets, accounts, append-only transfers, the state of pending transfers, and the batches of the hash chain. */
export class LedgerTables1764000100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TABLES);
    await queryRunner.query(GUARDS);
    await queryRunner.query(OPEN_ACCOUNTS);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}

const TABLES = `
-- One ledger per mode, rail and asset. Accounts of different ledgers never trade.
CREATE TABLE ledger_asset (
  ledger smallint PRIMARY KEY,
  mode text NOT NULL CHECK (mode IN ('test', 'live')),
  fund text NOT NULL,
  currency text NOT NULL CHECK (currency IN ('USD', 'USDC')),
  scale smallint NOT NULL CHECK (scale = 6),
  UNIQUE (mode, fund)
);
INSERT INTO ledger_asset (ledger, mode, fund, currency, scale) VALUES
  (1, 'test', 'sandbox', 'USD', 6),
  (2, 'test', 'card', 'USD', 6),
  (3, 'test', 'test_usd', 'USDC', 6),
  (11, 'live', 'card', 'USD', 6),
  (12, 'live', 'usdc', 'USDC', 6);

-- Counters only grow, except that a resolved pending amount leaves its pending counter.
-- flags: 1 debits may not exceed credits, 2 credits may not exceed debits, 4 keeps history, 8 closed.
-- Half-filled pages and no index on a counter keep every balance change a heap-only update.
CREATE TABLE ledger_account (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ledger smallint NOT NULL REFERENCES ledger_asset,
  code smallint NOT NULL,
  flags smallint NOT NULL CHECK (flags BETWEEN 0 AND 15),
  owner text NOT NULL,
  debits_pending bigint NOT NULL DEFAULT 0,
  debits_posted bigint NOT NULL DEFAULT 0,
  credits_pending bigint NOT NULL DEFAULT 0,
  credits_posted bigint NOT NULL DEFAULT 0,
  UNIQUE (owner, code, ledger),
  CONSTRAINT never_negative CHECK (debits_pending >= 0 AND debits_posted >= 0 AND credits_pending >= 0 AND credits_posted >= 0),
  CONSTRAINT debits_within_credits CHECK (flags & 1 = 0 OR debits_pending + debits_posted <= credits_posted),
  CONSTRAINT credits_within_debits CHECK (flags & 2 = 0 OR credits_pending + credits_posted <= debits_posted)
) WITH (fillfactor = 50);

-- One link of the hash chain. content covers the transfers of the batch and is written with them; position and hash are
-- filled in once, by ledger_seal, which puts committed batches in a row without making them wait for one another.
CREATE SEQUENCE ledger_batch_id AS bigint;
CREATE TABLE ledger_batch (
  id bigint PRIMARY KEY,
  created_at timestamptz NOT NULL,
  transfers integer NOT NULL CHECK (transfers > 0),
  position bigint UNIQUE,
  content bytea NOT NULL CHECK (length(content) = 32),
  hash bytea CHECK (length(hash) = 32),
  CHECK ((position IS NULL) = (hash IS NULL))
);
CREATE INDEX ledger_batch_unsealed ON ledger_batch (id) WHERE position IS NULL;

-- kind: 0 single, 1 pending, 2 post, 3 void, 4 expire. One row is its own pair of entries.
-- No foreign keys: ledger_post has locked and read both accounts, and a trigger per row would halve the throughput;
-- ledger_audit reports any row whose account, pending transfer or batch is missing.
CREATE TABLE ledger_transfer (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  debit bigint NOT NULL,
  credit bigint NOT NULL CHECK (credit <> debit),
  amount bigint NOT NULL CHECK (amount > 0),
  batch_id bigint NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz CHECK (expires_at IS NULL OR kind = 1),
  pending_id uuid CHECK ((pending_id IS NOT NULL) = (kind IN (2, 3, 4))),
  ledger smallint NOT NULL,
  code smallint NOT NULL,
  kind smallint NOT NULL CHECK (kind BETWEEN 0 AND 4),
  reference text,
  correlation text
);
CREATE INDEX ledger_transfer_by_debit ON ledger_transfer (debit, seq);
CREATE INDEX ledger_transfer_by_credit ON ledger_transfer (credit, seq);
CREATE UNIQUE INDEX ledger_transfer_resolves_once ON ledger_transfer (pending_id) WHERE pending_id IS NOT NULL;
CREATE INDEX ledger_transfer_by_batch ON ledger_transfer USING brin (batch_id);

-- The one mutable companion of a transfer: whether a pending amount is still held.
CREATE TABLE ledger_pending (
  id uuid PRIMARY KEY,
  amount bigint NOT NULL,
  expires_at timestamptz,
  state text NOT NULL CHECK (state IN ('pending', 'posted', 'voided', 'expired'))
) WITH (fillfactor = 80);
CREATE INDEX ledger_pending_due ON ledger_pending (expires_at) WHERE state = 'pending' AND expires_at IS NOT NULL;

-- Counters of a history account after each batch that changed them: what a reconciliation compares with the bank or the chain.
CREATE TABLE ledger_history (
  account bigint NOT NULL,
  batch_id bigint NOT NULL,
  created_at timestamptz NOT NULL,
  debits_pending bigint NOT NULL,
  debits_posted bigint NOT NULL,
  credits_pending bigint NOT NULL,
  credits_posted bigint NOT NULL,
  PRIMARY KEY (account, batch_id)
);
`;

/** Triggers, because a REVOKE does not bind the owner. ALWAYS, so that session_replication_role does not switch them off. */
const GUARDS = `
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the ledger is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_history FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_asset FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON ledger_batch FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON ledger_pending FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();

-- A batch is sealed once; a pending transfer is resolved once; an account keeps what it is.
CREATE TRIGGER seals_once BEFORE UPDATE ON ledger_batch FOR EACH ROW
  WHEN (OLD.position IS NOT NULL OR (NEW.id, NEW.created_at, NEW.transfers, NEW.content) IS DISTINCT FROM (OLD.id, OLD.created_at, OLD.transfers, OLD.content))
  EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER resolves_once BEFORE UPDATE ON ledger_pending FOR EACH ROW
  WHEN (OLD.state <> 'pending' OR NEW.id <> OLD.id OR NEW.amount <> OLD.amount OR NEW.expires_at IS DISTINCT FROM OLD.expires_at)
  EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER keeps_identity BEFORE UPDATE OF id, ledger, code, owner, flags ON ledger_account FOR EACH ROW
  WHEN (NEW.id <> OLD.id OR NEW.ledger <> OLD.ledger OR NEW.code <> OLD.code OR NEW.owner <> OLD.owner OR NEW.flags & 7 <> OLD.flags & 7)
  EXECUTE FUNCTION ledger_refuse();

ALTER TABLE ledger_transfer ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger_history ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger_asset ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger_batch ENABLE ALWAYS TRIGGER no_removal, ENABLE ALWAYS TRIGGER seals_once;
ALTER TABLE ledger_pending ENABLE ALWAYS TRIGGER no_removal, ENABLE ALWAYS TRIGGER resolves_once;
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER no_removal, ENABLE ALWAYS TRIGGER keeps_identity;
`;

const OPEN_ACCOUNTS = `
-- Ids of the accounts with these keys, in the order asked; missing ones are opened. Repeatable; keys are opened in sorted order,
-- so that two callers opening the same accounts cannot deadlock.
CREATE FUNCTION ledger_open_accounts(p_ledgers smallint[], p_codes smallint[], p_owners text[], p_flags smallint[])
RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_account (ledger, code, owner, flags)
    SELECT DISTINCT ON (k.owner, k.code, k.ledger) k.ledger, k.code, k.owner, k.flags
    FROM unnest(p_ledgers, p_codes, p_owners, p_flags) AS k (ledger, code, owner, flags)
    WHERE NOT EXISTS (SELECT FROM ledger_account a WHERE (a.owner, a.code, a.ledger) = (k.owner, k.code, k.ledger))
    ORDER BY k.owner, k.code, k.ledger
  ON CONFLICT DO NOTHING;
  RETURN (
    SELECT array_agg(a.id ORDER BY k.ord)
    FROM unnest(p_ledgers, p_codes, p_owners) WITH ORDINALITY AS k (ledger, code, owner, ord)
    JOIN ledger_account a ON (a.owner, a.code, a.ledger) = (k.owner, k.code, k.ledger));
END $$;
`;
