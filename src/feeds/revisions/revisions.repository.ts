import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import type { Statement } from './statement.js';

export type NewObservation = Omit<
  ObservationRow,
  'log_index' | 'funder_seq' | 'public_seq' | 'published_at' | 'public_at' | 'superseded_by' | 'superseded_at' | 'disputed_at'
>; // prettier-ignore

/** A capture that an observation rests on, and what it says. */
export interface StatedCapture {
  readonly capture_id: Id<'capture'>;
  readonly chain_id: Id<'observation'>;
  readonly contributor_id: Id<'contributor'>;
  readonly statement: Statement;
}

/** Chains of observations: each row is written once, a correction is the next row. */
@Injectable()
export class RevisionsRepository {
  async insert(tx: Tx, row: NewObservation): Promise<void> {
    const columns = Object.keys(row);
    const values = Object.values(row).map((value, index) => (INSTANTS.has(columns[index]!) ? new Date(value as Instant) : value)); // prettier-ignore
    await sql(
      tx,
      `INSERT INTO observation (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
      values,
    );
  }

  async state(tx: Tx, { capture_id, chain_id, contributor_id, statement }: StatedCapture): Promise<void> {
    await sql(
      tx,
      'INSERT INTO observation_capture (capture_id, chain_id, contributor_id, statement) VALUES ($1, $2, $3, $4)',
      [capture_id, chain_id, contributor_id, statement],
    );
  }

  /** What stands of each chain of a bounty, in the order in which captures were paid; chains that were retracted are not in it. */
  async ofBounty(tx: Tx, bountyId: string): Promise<StatedCapture[]> {
    return sql(
      tx,
      `SELECT c.* FROM observation_capture c JOIN observation o ON o.id = c.chain_id
        WHERE o.bounty_id = $1 AND c.withdrawn_at IS NULL ORDER BY c.seq`,
      [bountyId],
    );
  }

  /** What stands of a chain, in order; nobody else revises it until the commit. */
  async lock(tx: Tx, chainId: string): Promise<StatedCapture[]> {
    await sql(tx, 'SELECT 1 FROM observation WHERE id = $1 FOR UPDATE', [chainId]);
    return sql(tx, 'SELECT * FROM observation_capture WHERE chain_id = $1 AND withdrawn_at IS NULL ORDER BY seq', [
      chainId,
    ]);
  }

  async newest(tx: Tx, chainId: string): Promise<ObservationRow> {
    const row = await sqlOne<ObservationRow>(
      tx,
      'SELECT * FROM observation WHERE chain_id = $1 ORDER BY revision DESC LIMIT 1',
      [chainId],
    );
    return row!;
  }

  /** The chain that a capture is part of; null when it is part of none, or was withdrawn. */
  async chainOf(tx: Tx, captureId: string): Promise<Id<'observation'> | null> {
    const row = await sqlOne<{ chain_id: Id<'observation'> }>(
      tx,
      'SELECT chain_id FROM observation_capture WHERE capture_id = $1 AND withdrawn_at IS NULL',
      [captureId],
    );
    return row?.chain_id ?? null;
  }

  /** Takes a capture out, and marks each observation that rests on it: the records themselves stay as they were signed. */
  async withdraw(tx: Tx, captureId: string, at: Instant): Promise<void> {
    const row = await sqlOne<{ chain_id: string; commitment: string }>(
      tx,
      `UPDATE observation_capture SET withdrawn_at = $2 WHERE capture_id = $1 AND withdrawn_at IS NULL
       RETURNING chain_id, statement ->> 'commitment' AS commitment`,
      [captureId, new Date(at)],
    );
    await sql(
      tx,
      `UPDATE observation SET disputed_at = $2 WHERE chain_id = $1 AND disputed_at IS NULL
         AND record -> 'capture_commitments' @> to_jsonb($3::text)`,
      [row!.chain_id, new Date(at), row!.commitment],
    );
  }
}

const INSTANTS = new Set(['hour', 'embargo_until', 'created_at']);
