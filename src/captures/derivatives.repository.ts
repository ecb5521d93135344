import { Injectable } from '@nestjs/common';
import type { CheckResult, Derivative, DerivativeMedia, Id, WithheldReason } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sqlCount, sqlOne, type Tx } from '../platform/database/index.js';

/** How a derivative's row looks: withheld with a reason, or stored with everything else. */
export type DerivativeRow = { capture_id: Id<'capture'>; created_at: Instant } & (
  | ({ withheld_reason: null; storage_key: string; checks: CheckResult[] } & Omit<DerivativeMedia, 'checks'>)
  | { withheld_reason: WithheldReason; storage_key: null }
);

@Injectable()
export class DerivativesRepository {
  /** False when the capture has one, or is known to have none, already. */
  async insert(
    tx: Tx,
    row: { capture_id: string; storage_key: string | null; derivative: Derivative; at: Instant },
  ): Promise<boolean> {
    const { media, withheld } = row.derivative;
    const count = await sqlCount(
      tx,
      `INSERT INTO capture_derivative (capture_id, storage_key, sha256, media_type, bytes, width, height, regions, checks, withheld_reason, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (capture_id) DO NOTHING`,
      [
        row.capture_id,
        row.storage_key,
        media?.sha256 ?? null,
        media?.media_type ?? null,
        media?.bytes ?? null,
        media?.width ?? null,
        media?.height ?? null,
        media?.regions ?? null,
        media ? JSON.stringify(media.checks) : null,
        withheld,
        new Date(row.at),
      ],
    );
    return count === 1;
  }

  /** Null while none has been made. */
  async get(tx: Tx, captureId: string): Promise<DerivativeRow | null> {
    return sqlOne<DerivativeRow>(tx, 'SELECT * FROM capture_derivative WHERE capture_id = $1', [captureId]);
  }
}

/** What is known of the stored bytes; null when they are withheld. */
export function mediaOf(row: DerivativeRow | null): DerivativeMedia | null {
  if (!row || row.withheld_reason !== null) return null;
  const { sha256, media_type, bytes, width, height, regions, checks } = row;
  return { sha256, media_type, bytes, width, height, regions, checks };
}
