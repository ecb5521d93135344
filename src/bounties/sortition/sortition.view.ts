import {
  drawEntry,
  drawOrder,
  toWireTime,
  type Application,
  type Draw,
  type InclusionProof,
} from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import type { DrawRow, PlacedApplication } from './sortition.entity.js';

/** An application as its contributor sees it. */
export function applicationView(row: PlacedApplication, now: Instant): Application {
  const undecided = row.state === 'applied';
  const open = undecided && row.draw_state === 'open' && row.closes_at > now;
  return {
    id: row.id,
    bounty_id: row.bounty_id,
    state: row.state,
    deadline_at: open ? toWireTime(row.closes_at) : null,
    on_silence: undecided ? 'The round closes, and the first checkpoint of the log that covers it draws.' : null,
    available_actions: open ? [{ action: 'withdraw', method: 'DELETE', path: `/v1/applications/${row.id}` }] : [],
    round: row.round,
    entry: drawEntry(row.id),
    reservation_id: row.reservation_id,
    created_at: toWireTime(row.created_at),
  };
}

/** A round as anybody sees it who sees its bounty. */
export function drawView(row: DrawRow, proof: InclusionProof | null): Draw {
  return {
    id: row.id,
    bounty_id: row.bounty_id,
    round: row.round,
    state: row.state,
    closes_at: toWireTime(row.closes_at),
    salt: row.salt,
    entries: row.record && entriesOf(row, row.record.entries),
    slots: row.slots,
    proof,
  };
}

function entriesOf({ seed, slots }: DrawRow, entries: readonly string[]): Draw['entries'] {
  if (seed === null) return entries.map((entry) => ({ entry, ticket: null, drawn: null }));
  const drawn = drawOrder(seed, entries).map((one, index) => ({ ...one, drawn: index < slots! }));
  return drawn.sort((a, b) => (a.entry < b.entry ? -1 : 1));
}
