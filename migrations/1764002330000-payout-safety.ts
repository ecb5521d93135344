import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is behind a Stripe account, payouts that take from a bank, and what operators said about rows that nobody could explain. */
export class PayoutSafety1764002330000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Whom Stripe verified: kept to be screened, shown to nobody.
      ALTER TABLE card_recipient ADD COLUMN legal_name text, ADD COLUMN legal_country text CHECK (legal_country ~ '^[A-Z]{2}$');

      -- A negative one takes from a bank what its account owes.
      ALTER TABLE bank_payout DROP CONSTRAINT bank_payout_amount_check, ADD CONSTRAINT bank_payout_amount_check CHECK (amount <> 0);

      -- An operator's words about a row that did not match, and the transfer that corrects the ledger by it.
      CREATE TABLE reconciliation_explanation (
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        -- The balance transaction at Stripe, or the reference of the ledger row.
        reference text NOT NULL,
        transfer_id text NOT NULL UNIQUE,
        -- Micros by which our balance in the ledger changed.
        change bigint NOT NULL CHECK (change <> 0),
        kind text NOT NULL CHECK (kind IN ('owner', 'cost', 'loss')),
        words text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (mode, reference)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
