import { formatAmount, toWireTime, type Reservation } from '@groundtruth/sdk/protocol';
import type { ReservationRow } from './reservation.entity.js';

/** A reservation as its contributor sees it. */
export function reservationView(row: ReservationRow): Reservation {
  const active = row.state === 'active';
  return {
    id: row.id,
    bounty_id: row.bounty_id,
    state: row.state,
    deadline_at: active ? toWireTime(row.lapses_at) : null,
    on_silence: active
      ? 'The reservation lapses and its slot is free again; repeated lapses bar this bounty for a while.'
      : null,
    available_actions: active
      ? [
          { action: 'seal', method: 'POST', path: '/v1/seals' },
          { action: 'capture', method: 'POST', path: '/v1/captures' },
          { action: 'release', method: 'DELETE', path: `/v1/reservations/${row.id}` },
        ]
      : [],
    price: formatAmount(row.price),
    currency: row.currency,
    challenge: { nonce: row.nonce, code: row.code, issued_at: toWireTime(row.issued_at) },
    lapses_at: toWireTime(row.lapses_at),
    created_at: toWireTime(row.issued_at),
  };
}
