import { Injectable } from '@nestjs/common';
import type { Id, Mode, Reference } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';

/** How a reference picture's row looks. */
export interface ReferenceRow {
  id: Id<'reference'>;
  mode: Mode;
  agent_id: Id<'agent'>;
  storage_key: string;
  sha256: string;
  media_type: Reference['media_type'];
  bytes: bigint;
  created_at: Instant;
  /** When its bytes were confirmed; null until then. */
  uploaded_at: Instant | null;
}

@Injectable()
export class ReferencesRepository {
  async insert(tx: Tx, row: Omit<ReferenceRow, 'uploaded_at'>): Promise<void> {
    const { id, mode, agent_id, storage_key, sha256, media_type, bytes, created_at } = row;
    await sql(
      tx,
      `INSERT INTO media_reference (id, mode, agent_id, storage_key, sha256, media_type, bytes, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, mode, agent_id, storage_key, sha256, media_type, bytes, new Date(created_at)],
    );
  }

  async get(tx: Tx, id: string): Promise<ReferenceRow | null> {
    return sqlOne<ReferenceRow>(tx, 'SELECT * FROM media_reference WHERE id = $1', [id]);
  }

  /** Repeatable: the first moment stands. */
  async markUploaded(tx: Tx, id: string, at: Instant): Promise<void> {
    await sql(tx, 'UPDATE media_reference SET uploaded_at = $2 WHERE id = $1 AND uploaded_at IS NULL', [
      id,
      new Date(at),
    ]);
  }

  /** Those that the criteria of a bounty name. */
  async ofBounty(tx: Tx, bountyId: string): Promise<Pick<ReferenceRow, 'id' | 'storage_key'>[]> {
    return sql(
      tx,
      `SELECT m.id, m.storage_key FROM media_reference m
        WHERE m.id IN (SELECT criterion -> 'similar_to' ->> 'reference'
                         FROM bounty b, jsonb_array_elements(b.terms -> 'criteria' -> 'all') criterion WHERE b.id = $1)
        ORDER BY m.id`,
      [bountyId],
    );
  }
}
