import { formatAmount, toWireTime, type DerivativeMedia, type ObservationCard } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import type { CardRow } from './observation.entity.js';
import { isFunder } from './observation.funders.js';

/** The free face of a published observation. `bounty_id` is shown to its funders alone: others learn nothing of who asked. */
export function cardOf(row: CardRow, viewerId: string): ObservationCard {
  return {
    id: row.id,
    mode: row.mode,
    bounty_id: isFunder(row, viewerId) ? row.bounty_id : null,
    kind: row.kind,
    cell: row.coarse_cell,
    hour: toWireTime(row.hour),
    tier: row.tier,
    independent_captures: row.independent_captures,
    price: formatAmount(isFunder(row, viewerId) ? 0n : row.price),
    currency: row.currency,
    commitment: row.commitment,
    log_index: row.log_index === null ? null : Number(row.log_index),
    published_at: toWireTime(row.published_at ?? row.created_at),
    disputed_at: row.disputed_at === null ? null : toWireTime(row.disputed_at),
    revision: row.revision,
    revises: row.revises,
    superseded_by: row.superseded_by,
    retracted: row.revision_cause === 'retraction',
  };
}

/** The row as it stood at a moment: what was said of it later is left out. */
export function asOf<T extends CardRow>(row: T, at: Instant): T {
  const later = (moment: Instant | null): boolean => moment !== null && moment > at;
  return {
    ...row,
    ...(later(row.disputed_at) && { disputed_at: null }),
    ...(later(row.superseded_at) && { superseded_by: null, superseded_at: null }),
  };
}

/** The redacted picture as whoever paid gets it; what the checks said of it is in the record. */
export function mediaView(
  { sha256, media_type, bytes, width, height }: DerivativeMedia,
  { url, expires_at }: { readonly url: string; readonly expires_at: Instant },
) {
  return { sha256, media_type, bytes, width, height, url, expires_at: toWireTime(expires_at) };
}
