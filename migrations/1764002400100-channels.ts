import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Payment channels as this market has them, single payments on chain, and the keys by which a lost reply is asked for again. Amounts are
 * token base units, which are micros.
 */
export class Channels1764002400100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE channel (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        chain_id bigint NOT NULL,
        payer text NOT NULL,
        -- Whose key signs its vouchers.
        signer text NOT NULL,
        config jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'refunding', 'frozen')),
        -- What was charged of it before we knew it: the chain had it claimed.
        began bigint NOT NULL CHECK (began >= 0),
        charged bigint NOT NULL,
        -- The largest voucher, and its signature; null before the first.
        signed bigint NOT NULL,
        signature text,
        -- As the chain said when it was asked last: what is in it, claimed or not, and what was claimed.
        balance bigint NOT NULL CHECK (balance >= 0),
        claimed bigint NOT NULL CHECK (claimed >= 0),
        refund_nonce numeric(78) NOT NULL,
        -- When a withdrawal that was announced can be taken; null without one.
        withdraw_at timestamptz,
        -- What was charged and left the channel before it was claimed; given up, and counted in the ledger as often as it changed.
        lost bigint NOT NULL DEFAULT 0 CHECK (lost >= 0),
        losses int NOT NULL DEFAULT 0,
        -- The operation that claims or refunds it now; null when none does.
        operation text,
        -- Not to be claimed before: claiming it alone would fail, though nothing that we know speaks against it.
        claim_after timestamptz,
        -- Something happened to it on chain that we have not asked about: more than refreshed.
        refresh int NOT NULL DEFAULT 0,
        refreshed int NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        CHECK (began <= charged AND claimed <= charged AND charged <= signed),
        CHECK (signed = began OR signature IS NOT NULL)
      );
      CREATE INDEX channel_unclaimed ON channel (mode, id) WHERE charged > claimed;
      CREATE INDEX channel_stale ON channel (mode, id) WHERE refresh > refreshed;
      CREATE INDEX channel_by_operation ON channel (operation) WHERE operation IS NOT NULL;
      CREATE TABLE exact_payment (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        observation_id text NOT NULL,
        payer text NOT NULL,
        amount bigint NOT NULL CHECK (amount > 0),
        state text NOT NULL CHECK (state IN ('submitted', 'settled', 'failed', 'lost')),
        payload jsonb NOT NULL,
        -- The transaction that moved the money, once it was seen; why there is none.
        transaction text,
        reason text,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX exact_payment_open ON exact_payment (mode, created_at) WHERE state = 'submitted';
      -- A reader's own key for a read, hashed with the observation, and what paid for it.
      CREATE TABLE read_key (
        hash text PRIMARY KEY,
        payment text NOT NULL,
        created_at timestamptz NOT NULL
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
