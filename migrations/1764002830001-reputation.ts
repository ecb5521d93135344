import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What parties are known by: one row a cause, and the one view from which all of them can be made again. */
export class Reputation1764002830001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reputation_event (
        cause text PRIMARY KEY,
        -- The capture, reservation or bounty that it follows from.
        about text NOT NULL,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        subject_id text NOT NULL,
        -- With whom it was; null when with nobody in particular.
        counterpart_id text,
        kind text NOT NULL,
        at timestamptz NOT NULL,
        -- Coarse H3 cell of where it was; null where place says nothing.
        cell text,
        -- Whether the two were seen to be one, then or at any later look.
        linked boolean NOT NULL
      );
      CREATE INDEX reputation_event_by_subject ON reputation_event (subject_id, at);
      CREATE INDEX reputation_event_by_cell ON reputation_event (cell, at) WHERE cell IS NOT NULL;
      CREATE INDEX reputation_event_about ON reputation_event (about);
      CREATE INDEX state_history_of_cancels ON state_history (resource_id) WHERE event = 'cancel';
      CREATE TABLE leaderboard_entry (
        contributor_id text PRIMARY KEY REFERENCES contributor,
        -- What it chose to be called; null: a pseudonym that changes.
        display_name text,
        joined_at timestamptz NOT NULL
      );
    `);
    await runner.query(`
      -- Who has worked for whom, or is about to.
      CREATE VIEW reputation_dealing AS
        SELECT r.contributor_id, b.agent_id FROM reservation r JOIN bounty b ON b.id = r.bounty_id;

      -- Whose bounty it is, of those that others may see.
      CREATE VIEW reputation_requester AS
        SELECT id AS bounty_id, mode, agent_id FROM bounty WHERE state <> 'draft';

      -- Everything that counts for or against a party, as the other tables have it now. What silence or a deadline decided is not here:
      -- nobody looked, so it says nothing.
      CREATE VIEW reputation_cause AS
        SELECT 'capture:' || c.id AS cause, c.id AS about, c.mode, c.contributor_id AS subject_id, b.agent_id AS counterpart_id,
               CASE WHEN EXISTS (SELECT FROM dispute d WHERE d.capture_id = c.id AND d.side = 'requester' AND d.state IN ('upheld', 'upheld_unfunded'))
                    THEN 'overturned' ELSE 'accepted' END AS kind,
               NULL AS detail, c.settled_at AS at, b.lat, b.lng
          FROM capture c JOIN bounty b ON b.id = c.bounty_id JOIN verdict v ON v.id = c.verdict_id
         WHERE c.state = 'settled' AND v.basis <> 'silence'
        UNION ALL
        SELECT 'capture:' || c.id, c.id, c.mode, c.contributor_id, b.agent_id, 'rejected', c.failed_check, v.created_at, b.lat, b.lng
          FROM capture c JOIN bounty b ON b.id = c.bounty_id JOIN verdict v ON v.id = c.verdict_id
         WHERE c.state = 'rejected'
           AND (v.basis = 'checks' OR EXISTS (SELECT FROM review_decision r WHERE r.capture_id = c.id AND r.operator_id IS NOT NULL))
        UNION ALL
        SELECT 'reservation:' || r.id, r.id, r.mode, r.contributor_id, b.agent_id,
               CASE r.state WHEN 'submitted' THEN 'kept' WHEN 'lapsed' THEN 'lapsed' ELSE 'released_late' END,
               NULL, r.ended_at, b.lat, b.lng
          FROM reservation r JOIN bounty b ON b.id = r.bounty_id
         WHERE r.ended_at IS NOT NULL AND (r.state IN ('submitted', 'lapsed') OR (r.state = 'released' AND r.late))
        UNION ALL
        SELECT 'dispute:' || d.id || ':contributor', d.capture_id, d.mode, c.contributor_id, b.agent_id,
               CASE WHEN d.side = 'contributor' THEN CASE d.state WHEN 'denied' THEN 'appeal_lost' ELSE 'appeal_won' END
                    ELSE CASE d.state WHEN 'denied' THEN 'dispute_won' ELSE 'dispute_lost' END END,
               NULL, d.decided_at, NULL, NULL
          FROM dispute d JOIN capture c ON c.id = d.capture_id JOIN bounty b ON b.id = d.bounty_id
         WHERE d.state <> 'open' AND d.operator_id IS NOT NULL
        UNION ALL
        SELECT 'dispute:' || d.id || ':agent', d.capture_id, d.mode, d.opened_by, c.contributor_id,
               CASE d.state WHEN 'denied' THEN 'dispute_lost' ELSE 'dispute_won' END, NULL, d.decided_at, NULL, NULL
          FROM dispute d JOIN capture c ON c.id = d.capture_id
         WHERE d.side = 'requester' AND d.state <> 'open' AND d.operator_id IS NOT NULL
        UNION ALL
        SELECT 'review:' || c.id, c.id, c.mode, b.agent_id, c.contributor_id,
               CASE WHEN o.capture_id IS NULL THEN 'review_answered' WHEN r.decision = 'reject' THEN 'objection_upheld' ELSE 'objection_overturned' END,
               NULL, r.decided_at, NULL, NULL
          FROM review_decision r JOIN capture c ON c.id = r.capture_id JOIN bounty b ON b.id = c.bounty_id
          LEFT JOIN review_objection o ON o.capture_id = c.id
         WHERE (o.capture_id IS NULL AND r.agent_id IS NOT NULL) OR (o.capture_id IS NOT NULL AND r.operator_id IS NOT NULL)
        UNION ALL
        SELECT 'paid:' || c.id, c.id, c.mode, b.agent_id, c.contributor_id, 'paid', NULL, c.settled_at, NULL, NULL
          FROM capture c JOIN bounty b ON b.id = c.bounty_id JOIN verdict v ON v.id = c.verdict_id
         WHERE c.state = 'settled' AND v.basis <> 'silence'
        UNION ALL
        SELECT 'cancel:' || b.id, b.id, b.mode, b.agent_id, NULL, 'cancelled_under_way', NULL, h.at, NULL, NULL
          FROM bounty b JOIN state_history h ON h.resource_id = b.id AND h.event = 'cancel'
         WHERE EXISTS (SELECT FROM reservation r WHERE r.bounty_id = b.id AND r.issued_at <= h.at AND (r.ended_at IS NULL OR r.ended_at > h.at));
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
