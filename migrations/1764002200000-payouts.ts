import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Card money on its way to banks: Stripe accounts of contributors, payouts, what their banks got, and what stops payouts. */
export class Payouts1764002200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of the account itself only its id is kept; names, addresses and banks stay at Stripe.
      CREATE TABLE card_recipient (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        contributor_id text NOT NULL,
        -- Null until Stripe has made it.
        account text UNIQUE,
        country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
        state text NOT NULL CHECK (state IN ('onboarding', 'enabled', 'restricted', 'closed')),
        -- What Stripe asks for: [{ what, due }].
        requirements jsonb NOT NULL DEFAULT '[]',
        bank_refused boolean NOT NULL DEFAULT false,
        -- When Stripe is asked again, should its events be lost.
        look_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        UNIQUE (mode, contributor_id)
      );
      CREATE INDEX card_recipient_look ON card_recipient (look_at) WHERE account IS NOT NULL AND state <> 'closed';

      CREATE TABLE payout (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        contributor_id text NOT NULL,
        recipient_id text NOT NULL REFERENCES card_recipient,
        account text NOT NULL,
        -- The day of its batch, in UTC.
        day text NOT NULL CHECK (day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
        amount bigint NOT NULL CHECK (amount > 0 AND amount % 10000 = 0),
        state text NOT NULL CHECK (state IN ('planned', 'sent', 'paid', 'returning', 'returned', 'refused')),
        -- Stripe's Transfer, and the payment by which the account received it; null until Stripe has shown it.
        transfer text UNIQUE,
        destination_payment text UNIQUE,
        -- What came back of it, and by which reversals.
        reversed bigint NOT NULL DEFAULT 0 CHECK (reversed BETWEEN 0 AND amount),
        reversals text[] NOT NULL DEFAULT '{}',
        -- Stripe's payout to the bank that carried it last.
        bank_payout text,
        -- Why it was refused or came back, as Stripe names it.
        reason text,
        created_at timestamptz NOT NULL,
        sent_at timestamptz,
        arrived_at timestamptz,
        CHECK ((transfer IS NULL) = (state IN ('planned', 'refused'))),
        -- One a day: the second of a day is the same.
        UNIQUE (mode, contributor_id, day)
      );
      CREATE INDEX payout_by_account ON payout (account);

      -- What Stripe sends from a contributor's account to its bank.
      CREATE TABLE bank_payout (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        account text NOT NULL,
        amount bigint NOT NULL CHECK (amount > 0),
        status text NOT NULL CHECK (status IN ('pending', 'in_transit', 'paid', 'failed', 'canceled')),
        -- Payments and earlier payouts that it carries.
        sources text[] NOT NULL,
        -- Whether the ledger has it as gone.
        is_booked boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX bank_payout_by_account ON bank_payout (account);

      -- What is done once a day: the batch, and the reconciliation.
      CREATE TABLE payout_run (
        job text NOT NULL CHECK (job IN ('batch', 'reconcile')),
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        day text NOT NULL,
        look_at timestamptz NOT NULL,
        finished_at timestamptz,
        PRIMARY KEY (job, mode, day)
      );

      CREATE TABLE payout_stop (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        cause text NOT NULL CHECK (cause IN ('operator', 'reconciliation')),
        detail text NOT NULL,
        created_at timestamptz NOT NULL,
        lifted_at timestamptz,
        lifted_by text
      );
      CREATE INDEX payout_stop_standing ON payout_stop (mode) WHERE lifted_at IS NULL;

      CREATE TABLE reconciliation (
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        day text NOT NULL,
        at timestamptz NOT NULL,
        matched integer NOT NULL,
        in_flight integer NOT NULL,
        findings jsonb NOT NULL,
        PRIMARY KEY (mode, day)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
