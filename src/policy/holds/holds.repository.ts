import { Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import { seconds, type Instant } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import { plainOf, reviewDigestOf } from '../digests.js';
import type { Review } from '../facts.js';
import type { Hold, Stage, SubjectOf } from '../stages.js';
import { POLICY_HOLD_TRANSITIONS, type PolicyHoldEvent, type PolicyHoldState } from './hold.machine.js';

export interface PolicyHoldRow {
  readonly id: Id<'policy_hold'>;
  readonly mode: Mode;
  readonly state: PolicyHoldState;
  readonly stage: Stage;
  readonly subject_id: string;
  readonly rule: string;
  readonly about: string;
  readonly hint: string;
  readonly pack_version: string;
  /** What is judged, with strangers' text in it. */
  readonly subject: Record<string, unknown>;
  readonly created_at: Instant;
  /** When silence refuses; null when money is owed already: then it waits for as long as it takes. */
  readonly deadline_at: Instant | null;
  readonly decided_by: string | null;
  readonly reason: string | null;
  readonly ended_at: Instant | null;
  /** How long the answer counts; null while there is none. */
  readonly counts_until: Instant | null;
}

export type OpenHold = Pick<PolicyHoldRow, 'id' | 'rule' | 'deadline_at'>;

interface NewHold<S extends Stage> {
  readonly stage: S;
  readonly subject: SubjectOf[S];
  readonly hold: Hold;
  readonly pack_version: string;
  readonly now: Instant;
}

interface End {
  readonly at: Instant;
  readonly counts_until: Instant;
  readonly decided_by?: string;
  readonly reason?: string;
}

const COLUMNS =
  'id, mode, state, stage, subject_id, rule, about, hint, pack_version, subject, created_at, deadline_at, decided_by, reason, ended_at, counts_until';

@Injectable()
export class HoldsRepository {
  /** The hold that waits for this, made if there is none; null when it was answered at this moment: whoever asks again hears the answer. */
  async open<S extends Stage>(
    tx: Tx,
    { stage, subject, hold, pack_version, now }: NewHold<S>,
  ): Promise<OpenHold | null> {
    const { rule, about = '', hint, deadline_s } = hold;
    const digest = Buffer.from(reviewDigestOf(stage, subject));
    const deadline_at = deadline_s === null ? null : now + seconds(deadline_s);
    await sql(
      tx,
      `INSERT INTO policy_hold (id, mode, state, stage, subject_id, review_sha256, rule, about, hint, pack_version, subject, created_at, deadline_at)
       VALUES ($1, $2, 'waiting', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (review_sha256, rule, about, pack_version) WHERE state = 'waiting' DO NOTHING`,
      [
        mintId('policy_hold'),
        subject.mode,
        stage,
        subject.id,
        digest,
        rule,
        about,
        hint,
        pack_version,
        JSON.stringify(plainOf(subject)),
        new Date(now),
        deadline_at === null ? null : new Date(deadline_at),
      ],
    );
    const key = 'review_sha256 = $1 AND rule = $2 AND about = $3 AND pack_version = $4';
    return sqlOne<OpenHold>(tx, `SELECT id, rule, deadline_at FROM policy_hold WHERE ${key} AND state = 'waiting'`, [
      digest,
      rule,
      about,
      pack_version,
    ]);
  }

  /** What operators have answered about this and still counts; silence past its deadline is an answer before its row says so. */
  async reviews(tx: Tx, digest: Uint8Array, pack_version: string, now: Instant): Promise<Review[]> {
    return sql<Review>(
      tx,
      `SELECT DISTINCT ON (rule, about) rule, about, CASE WHEN state = 'allowed' THEN 'allow' ELSE 'refuse' END AS answer
         FROM policy_hold
        WHERE review_sha256 = $1 AND pack_version = $2
          AND ((state <> 'waiting' AND counts_until > $3) OR (state = 'waiting' AND deadline_at <= $3))
        ORDER BY rule, about, created_at DESC`,
      [Buffer.from(digest), pack_version, new Date(now)],
    );
  }

  /** Whether it waited until now. */
  async end(tx: Tx, id: string, event: PolicyHoldEvent, end: End): Promise<boolean> {
    const { at, counts_until, decided_by = null, reason = null } = end;
    const set = { ended_at: new Date(at), counts_until: new Date(counts_until), decided_by, reason };
    return (
      (await advance(tx, { table: 'policy_hold', transitions: POLICY_HOLD_TRANSITIONS, id, event, at, set })) !== null
    );
  }

  async get(tx: Tx, mode: Mode, id: string): Promise<PolicyHoldRow | null> {
    return sqlOne(tx, `SELECT ${COLUMNS} FROM policy_hold WHERE id = $1 AND mode = $2`, [id, mode]);
  }

  /** Newest first, before `after` when it is given. */
  async list(
    tx: Tx,
    { mode, state, after, limit }: { mode: Mode; state: PolicyHoldState | null; after: string | null; limit: number },
  ): Promise<PolicyHoldRow[]> {
    return sql(
      tx,
      `SELECT ${COLUMNS} FROM policy_hold
        WHERE mode = $1 AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
      [mode, state, after, limit],
    );
  }

  /** Those that nobody answered in time. */
  async due(tx: Tx, now: Instant, limit: number): Promise<Id<'policy_hold'>[]> {
    const rows = await sql<{ id: Id<'policy_hold'> }>(
      tx,
      `SELECT id FROM policy_hold WHERE state = 'waiting' AND deadline_at <= $1 ORDER BY deadline_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [new Date(now), limit],
    );
    return rows.map(({ id }) => id);
  }
}
