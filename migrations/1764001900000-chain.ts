import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What we send to chains, nonce by nonce, and what their logs tell us. Addresses and hashes are lower-case hex. */
export class Chain1764001900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE chain_operation (
        id text PRIMARY KEY,
        -- The order in which operations of one signer are sent.
        seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        chain_id bigint NOT NULL CHECK (chain_id > 0),
        signer text NOT NULL CHECK (signer ~ '^0x[0-9a-f]{40}$'),
        to_addr text NOT NULL CHECK (to_addr ~ '^0x[0-9a-f]{40}$'),
        data bytea NOT NULL,
        -- Wei sent along.
        value numeric(78, 0) NOT NULL CHECK (value >= 0),
        purpose text NOT NULL,
        confirmations text NOT NULL CHECK (confirmations IN ('latest+1', 'safe', 'finalized')),
        state text NOT NULL CHECK (state IN ('queued', 'sent', 'mined', 'done', 'failed', 'refused')),
        -- Why it failed or was refused.
        reason text,
        -- What it waits for that somebody may have to bring, e.g. lower fees; null when nothing is out of the ordinary.
        held text,
        -- Where it was mined, as last seen.
        mined_block bigint,
        mined_block_hash text,
        mined_hash text,
        -- Wei the signer paid for it; known once it is mined, also when it failed.
        fee_paid numeric(78, 0),
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        CHECK ((state IN ('failed', 'refused')) = (reason IS NOT NULL)),
        CHECK ((state IN ('done', 'failed', 'refused')) = (ended_at IS NOT NULL)),
        CHECK ((state IN ('mined', 'done', 'failed')) = (mined_block IS NOT NULL)),
        CHECK ((mined_block IS NULL) = (mined_hash IS NULL) AND (mined_block IS NULL) = (mined_block_hash IS NULL)
          AND (mined_block IS NULL) = (fee_paid IS NULL))
      );
      CREATE INDEX chain_operation_queued ON chain_operation (chain_id, signer, seq) WHERE state = 'queued';

      -- One row a nonce we have used; its transaction may exist in several attempts, of which the chain takes at most one.
      CREATE TABLE chain_tx (
        chain_id bigint NOT NULL,
        from_addr text NOT NULL CHECK (from_addr ~ '^0x[0-9a-f]{40}$'),
        nonce bigint NOT NULL CHECK (nonce >= 0),
        -- Null: a transaction to ourselves that fills a hole.
        operation_id text REFERENCES chain_operation,
        gas bigint NOT NULL CHECK (gas > 0),
        state text NOT NULL CHECK (state IN ('open', 'mined', 'final', 'displaced')),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (chain_id, from_addr, nonce)
      );
      CREATE INDEX chain_tx_unsettled ON chain_tx (chain_id, from_addr, nonce) WHERE state IN ('open', 'mined');
      -- An operation is under way in one nonce at most; only after that nonce went to somebody else it gets another one.
      CREATE UNIQUE INDEX chain_tx_of_operation ON chain_tx (operation_id) WHERE state <> 'displaced';

      -- Signed bytes, stored before they leave us and never changed.
      CREATE TABLE chain_attempt (
        chain_id bigint NOT NULL,
        from_addr text NOT NULL,
        nonce bigint NOT NULL,
        attempt integer NOT NULL CHECK (attempt >= 0),
        hash text NOT NULL CHECK (hash ~ '^0x[0-9a-f]{64}$'),
        raw bytea NOT NULL,
        -- Wei a unit of gas.
        max_fee numeric(78, 0) NOT NULL,
        max_priority_fee numeric(78, 0) NOT NULL CHECK (max_priority_fee <= max_fee),
        -- The newest block when it was signed.
        at_block bigint NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (chain_id, from_addr, nonce, attempt),
        UNIQUE (chain_id, hash),
        FOREIGN KEY (chain_id, from_addr, nonce) REFERENCES chain_tx
      );

      CREATE TABLE chain_cursor (
        chain_id bigint NOT NULL,
        watch text NOT NULL,
        addresses text[] NOT NULL,
        -- The first block that was not read yet.
        next_block bigint NOT NULL CHECK (next_block >= 0),
        PRIMARY KEY (chain_id, watch)
      );
      -- The newest blocks read: every one that can still be abandoned, and some older.
      CREATE TABLE chain_block (
        chain_id bigint NOT NULL,
        watch text NOT NULL,
        number bigint NOT NULL,
        hash text NOT NULL CHECK (hash ~ '^0x[0-9a-f]{64}$'),
        PRIMARY KEY (chain_id, watch, number),
        FOREIGN KEY (chain_id, watch) REFERENCES chain_cursor
      );
      CREATE TABLE chain_log (
        chain_id bigint NOT NULL,
        block_hash text NOT NULL CHECK (block_hash ~ '^0x[0-9a-f]{64}$'),
        log_index integer NOT NULL CHECK (log_index >= 0),
        watch text NOT NULL,
        block_number bigint NOT NULL,
        tx_hash text NOT NULL,
        address text NOT NULL CHECK (address ~ '^0x[0-9a-f]{40}$'),
        topics text[] NOT NULL,
        data bytea NOT NULL,
        state text NOT NULL CHECK (state IN ('seen', 'applied', 'dropped', 'reversed')),
        -- How often its block came back after it had been abandoned.
        round integer NOT NULL DEFAULT 0 CHECK (round >= 0),
        seen_at timestamptz NOT NULL,
        PRIMARY KEY (chain_id, block_hash, log_index),
        FOREIGN KEY (chain_id, watch) REFERENCES chain_cursor
      );
      CREATE INDEX chain_log_seen ON chain_log (chain_id, watch, block_number, log_index) WHERE state = 'seen';
      CREATE INDEX chain_log_by_block ON chain_log (chain_id, watch, block_number);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
