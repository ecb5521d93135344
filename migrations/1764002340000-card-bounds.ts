import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the code of card money keeps, kept by the database too. */
export class CardBounds1764002340000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE card_dispute
        ADD CONSTRAINT card_dispute_agent FOREIGN KEY (agent_id) REFERENCES agent (id),
        ADD CONSTRAINT card_dispute_amount CHECK (amount > 0),
        ADD CONSTRAINT card_dispute_moves CHECK (taken >= 0 AND returned >= 0 AND fee >= 0),
        -- Nobody bears what was not taken.
        ADD CONSTRAINT card_dispute_shares CHECK (
          from_agent >= 0 AND from_reserve >= 0 AND from_losses >= 0 AND from_agent + from_reserve + from_losses <= taken);
      ALTER TABLE card_freeze ADD CONSTRAINT card_freeze_agent FOREIGN KEY (agent_id) REFERENCES agent (id);
      ALTER TABLE card_recipient ADD CONSTRAINT card_recipient_contributor FOREIGN KEY (contributor_id) REFERENCES contributor (id);
      ALTER TABLE payout ADD CONSTRAINT payout_contributor FOREIGN KEY (contributor_id) REFERENCES contributor (id);
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
