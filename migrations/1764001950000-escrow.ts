import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Entries of the escrow, releases, and the role of the process that signs them. Hashes and addresses are text: 0x and lower case. */
export class Escrow1764001950000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Where a contributor is paid on chain: a wallet of theirs at once, or by their share in the Distributor.
      CREATE TABLE payout_account (
        contributor_id text PRIMARY KEY REFERENCES contributor,
        address text NOT NULL CHECK (address ~ '^0x[0-9a-f]{40}$'),
        direct boolean NOT NULL,
        created_at timestamptz NOT NULL
      );
      -- Fixed when the slot is taken: whatever the contributor changes later, this capture is paid there. Null on the balance rail.
      ALTER TABLE reservation ADD COLUMN payout_to text CHECK (payout_to ~ '^0x[0-9a-f]{40}$');
      ALTER TABLE reservation ADD COLUMN payout_for text CHECK (payout_for ~ '^0x[0-9a-f]{40}$');

      -- One funder's money for one bounty.
      CREATE TABLE escrow_entry (
        id text PRIMARY KEY CHECK (id ~ '^0x[0-9a-f]{64}$'),
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        bounty_id text NOT NULL UNIQUE REFERENCES bounty,
        agent_id text NOT NULL REFERENCES agent,
        chain jsonb NOT NULL,
        terms jsonb NOT NULL,
        amount bigint NOT NULL CHECK (amount > 0),
        valid_before timestamptz NOT NULL,
        -- The funder's authorization; null until it is given.
        signature text,
        state text NOT NULL CHECK (state IN ('offered', 'submitted', 'funded', 'failed', 'closing', 'closed')),
        transaction text,
        reason text,
        -- What releases order to be paid, fees included, whether or not they have landed.
        ordered bigint NOT NULL DEFAULT 0,
        -- What the chain has paid, fees included.
        paid bigint NOT NULL DEFAULT 0,
        -- The closing statement: all that will ever be paid. Null while the bounty is not closed.
        owed_total bigint,
        closing_signature text,
        -- The log that showed it closed or reclaimed; null until then.
        closed_by text,
        -- How many transactions that were to close it came to nothing.
        closing_attempt integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        CHECK (0 <= paid AND paid <= ordered AND ordered <= amount),
        CHECK (owed_total IS NULL OR owed_total = ordered)
      );
      CREATE INDEX escrow_entry_open ON escrow_entry (state) WHERE state NOT IN ('closed', 'failed');

      -- One for every settled capture of an entry, in the order of their settlement.
      CREATE TABLE release (
        capture_id text PRIMARY KEY REFERENCES capture,
        entry text NOT NULL REFERENCES escrow_entry,
        seq integer NOT NULL CHECK (seq >= 0),
        commitment text NOT NULL CHECK (commitment ~ '^0x[0-9a-f]{64}$'),
        pay_to text NOT NULL CHECK (pay_to ~ '^0x[0-9a-f]{40}$'),
        amount bigint NOT NULL CHECK (amount > 0),
        fee bigint NOT NULL CHECK (fee >= 0),
        paid_before bigint NOT NULL CHECK (paid_before >= 0),
        -- The releaser's; null until it has signed.
        signature text,
        -- The log that showed it paid; null until then.
        paid_by text,
        transaction text,
        -- How many transactions that began with it came to nothing.
        attempt integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        UNIQUE (entry, seq),
        UNIQUE (entry, paid_before)
      );
      CREATE INDEX release_unsigned ON release (entry, seq) WHERE signature IS NULL;
      CREATE INDEX release_unpaid ON release (entry, seq) WHERE paid_by IS NULL;

      -- Releases first_seq to last_seq of an entry in one transaction, under one signature.
      CREATE TABLE release_batch (
        entry text NOT NULL REFERENCES escrow_entry,
        first_seq integer NOT NULL,
        last_seq integer NOT NULL CHECK (last_seq > first_seq),
        signature text,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (entry, first_seq, last_seq)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
