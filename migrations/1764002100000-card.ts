import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The card processor: effects on their way to it, and the events that come back. */
export class Card1764002100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ext_op (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        kind text NOT NULL,
        subject text NOT NULL,
        -- As it is sent each time: under one key Stripe takes one request.
        request jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('queued', 'sent', 'unknown', 'done', 'refused')),
        attempts integer NOT NULL DEFAULT 0,
        keys_spent integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        object_id text,
        reason text,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX ext_op_due ON ext_op (due_at) WHERE state IN ('queued', 'sent', 'unknown');
      CREATE INDEX ext_op_subject ON ext_op (subject);

      CREATE TABLE inbox_event (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        type text NOT NULL,
        object_id text,
        account text,
        state text NOT NULL CHECK (state IN ('waiting', 'done', 'ignored')),
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        due_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL
      );
      CREATE INDEX inbox_event_due ON inbox_event (due_at) WHERE state = 'waiting';

      -- Up to when the events that Stripe lists were looked through.
      CREATE TABLE stripe_sweep (mode text PRIMARY KEY, upto timestamptz NOT NULL, due_at timestamptz NOT NULL);

      -- What the balance rail holds for a bounty; null before that, and on other rails.
      ALTER TABLE bounty ADD COLUMN fund text CHECK (fund IN ('sandbox', 'card'));
      UPDATE bounty SET fund = CASE mode WHEN 'test' THEN 'sandbox' ELSE 'card' END
       WHERE terms->>'rail' = 'balance' AND EXISTS (SELECT FROM state_history h WHERE h.resource_id = bounty.id AND h.event = 'fund');

      -- An agent that has a card: its customer at Stripe, and how it tops itself up. Amounts are micros.
      CREATE TABLE card_customer (
        agent_id text PRIMARY KEY REFERENCES agent (id),
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        customer text NOT NULL UNIQUE,
        auto_below bigint, auto_amount bigint, auto_day_max bigint, auto_method text,
        -- Why it stopped topping itself up; null while it does.
        auto_stopped text,
        created_at timestamptz NOT NULL,
        CHECK ((auto_below IS NULL) = (auto_amount IS NULL) AND (auto_below IS NULL) = (auto_day_max IS NULL) AND (auto_below IS NULL) = (auto_method IS NULL))
      );

      CREATE TABLE top_up (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        agent_id text NOT NULL REFERENCES agent (id),
        amount bigint NOT NULL CHECK (amount > 0),
        state text NOT NULL CHECK (state IN ('created', 'requires_action', 'processing', 'succeeded', 'failed', 'refunded', 'disputed', 'lost')),
        is_automatic boolean NOT NULL,
        payment_method text NOT NULL,
        payment_intent text UNIQUE,
        charge text UNIQUE,
        client_secret text,
        action_url text,
        -- A code of the error catalogue, and what Stripe called it.
        failure text, reason text,
        -- What Stripe took for it; null until that is known.
        fee bigint,
        refunded bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        -- Since when it is money that can be spent: with its charge the age of that money.
        succeeded_at timestamptz,
        CHECK (refunded BETWEEN 0 AND amount)
      );
      CREATE INDEX top_up_of_agent ON top_up (agent_id, id DESC);
      CREATE INDEX top_up_automatic ON top_up (agent_id, created_at) WHERE is_automatic;

      -- Money on its way back to a card.
      CREATE TABLE card_refund (
        id text PRIMARY KEY,
        top_up_id text NOT NULL REFERENCES top_up (id),
        amount bigint NOT NULL CHECK (amount > 0),
        state text NOT NULL CHECK (state IN ('requested', 'made', 'refused', 'failed')),
        cause text NOT NULL CHECK (cause IN ('request', 'fraud_warning', 'elsewhere')),
        refund text UNIQUE,
        -- Who bore it when it was made elsewhere than here.
        from_agent bigint, from_reserve bigint, from_losses bigint,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX card_refund_of_top_up ON card_refund (top_up_id);

      -- What a cardholder's bank takes back, by the dispute's id at Stripe, and who bore it.
      CREATE TABLE card_dispute (
        id text PRIMARY KEY,
        mode text NOT NULL,
        top_up_id text NOT NULL REFERENCES top_up (id),
        agent_id text NOT NULL,
        amount bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'withdrawn', 'won', 'lost', 'closed')),
        from_agent bigint NOT NULL DEFAULT 0, from_reserve bigint NOT NULL DEFAULT 0, from_losses bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX card_dispute_of_top_up ON card_dispute (top_up_id);

      -- Why an agent may not spend card money. By the id at Stripe of what froze it.
      CREATE TABLE card_freeze (
        id text PRIMARY KEY,
        agent_id text NOT NULL,
        top_up_id text NOT NULL REFERENCES top_up (id),
        cause text NOT NULL CHECK (cause IN ('dispute', 'fraud_warning')),
        created_at timestamptz NOT NULL,
        lifted_at timestamptz
      );
      CREATE INDEX card_freeze_of_agent ON card_freeze (agent_id) WHERE lifted_at IS NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
