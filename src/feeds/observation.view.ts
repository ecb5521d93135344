import { formatAmount, toWireTime, type DerivativeMedia, type ObservationCard } from '@groundtruth/sdk/protocol';
import { seconds, type Instant } from '../kernel/clock.js';
import type { ObservationRow } from './observation.entity.js';

const HOUR_MS = seconds(3_600);

/** The free face of a published observation. `bounty_id` is shown to its funder alone: others learn nothing of who asked. */
export function cardOf(row: ObservationRow, viewerId: string): ObservationCard {
  const hour = Math.floor(row.record.proven_interval.t0 / HOUR_MS) * HOUR_MS;
  return {
    id: row.id,
    mode: row.mode,
    bounty_id: viewerId === row.funder_id ? row.bounty_id : null,
    kind: row.kind,
    cell: row.coarse_cell,
    hour: toWireTime(hour),
    tier: row.record.tier,
    independent_captures: row.record.independent_captures,
    price: formatAmount(viewerId === row.funder_id ? 0n : row.price),
    currency: row.currency,
    commitment: row.commitment,
    log_index: row.log_index === null ? null : Number(row.log_index),
    published_at: toWireTime(row.published_at ?? row.created_at),
    disputed_at: row.disputed_at === null ? null : toWireTime(row.disputed_at),
  };
}

/** The redacted picture as whoever paid gets it; what the checks said of it is in the record. */
export function mediaView(
  { sha256, media_type, bytes, width, height }: DerivativeMedia,
  { url, expires_at }: { readonly url: string; readonly expires_at: Instant },
) {
  return { sha256, media_type, bytes, width, height, url, expires_at: toWireTime(expires_at) };
}
