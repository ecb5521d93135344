import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Nothing good is earned of anybody whose money is in it, not of its requester alone. */
export class ReputationBackers1764003100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Who pledged money for what a contributor did; a pledge is withdrawn only before anybody can do anything.
      CREATE VIEW reputation_backer AS
        SELECT c.id AS about, c.contributor_id, p.agent_id
          FROM capture c JOIN pledge p ON p.bounty_id = c.bounty_id WHERE p.state <> 'withdrawn'
        UNION
        SELECT r.id, r.contributor_id, p.agent_id
          FROM reservation r JOIN pledge p ON p.bounty_id = r.bounty_id WHERE p.state <> 'withdrawn';

      -- Of what a contributor did: whoever pledged for it, also the requester when it did.
      ALTER TABLE reputation_event ADD COLUMN backers text[] NOT NULL DEFAULT '{}';
      UPDATE reputation_event e SET backers = b.ids
        FROM (SELECT about, contributor_id, array_agg(agent_id ORDER BY agent_id) AS ids FROM reputation_backer GROUP BY 1, 2) b
       WHERE b.about = e.about AND b.contributor_id = e.subject_id;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
