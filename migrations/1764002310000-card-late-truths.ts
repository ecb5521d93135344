import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What Stripe tells late: effects behind a kept failure, refunds after a refusal, second charges, and what each dispute has moved so far. */
export class CardLateTruths1764002310000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Since when the present key answers with a kept failure; null while it may still tell the truth.
      ALTER TABLE ext_op ADD COLUMN kept_at timestamptz;

      -- What a dispute has taken, given back and cost so far, in micros: each only grows.
      ALTER TABLE card_dispute ADD COLUMN taken bigint NOT NULL DEFAULT 0, ADD COLUMN returned bigint NOT NULL DEFAULT 0,
        ADD COLUMN fee bigint NOT NULL DEFAULT 0, ADD COLUMN lost_at timestamptz;
      UPDATE card_dispute SET taken = amount WHERE state IN ('withdrawn', 'won', 'lost');
      UPDATE card_dispute SET returned = amount, from_agent = 0, from_reserve = 0, from_losses = 0 WHERE state = 'won';
      UPDATE card_dispute d SET fee = coalesce((SELECT sum(t.amount) FROM ledger_transfer t WHERE t.reference = d.id AND t.code = 32), 0);
      UPDATE card_dispute d SET lost_at = (SELECT max(h.at) FROM state_history h WHERE h.resource_id = d.id AND h.event = 'lose') WHERE state = 'lost';

      -- Charges beside the one that was asked for: each is sent back.
      CREATE TABLE card_second_charge (
        payment_intent text PRIMARY KEY,
        charge text NOT NULL UNIQUE,
        top_up_id text NOT NULL REFERENCES top_up (id),
        -- What Stripe took for it; null until that is known.
        fee bigint,
        created_at timestamptz NOT NULL
      );
      ALTER TABLE card_refund DROP CONSTRAINT card_refund_cause_check;
      ALTER TABLE card_refund ADD CONSTRAINT card_refund_cause_check CHECK (cause IN ('request', 'fraud_warning', 'elsewhere', 'second_charge'));
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
