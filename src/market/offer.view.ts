import { formatAmount, toWireTime, type Offer } from '@groundtruth/sdk/protocol';
import type { OfferRow } from './offer.entity.js';

/** An offer as its contributor sees it; nobody else does. */
export function offerView(row: OfferRow): Offer {
  const active = row.state === 'active';
  return {
    id: row.id,
    state: row.state,
    deadline_at: active ? toWireTime(row.valid_until) : null,
    on_silence: active ? 'It expires; reservations it led to go on.' : null,
    available_actions: active ? [{ action: 'withdraw', method: 'DELETE', path: `/v1/offers/${row.id}` }] : [],
    area: row.area,
    cells: row.cells,
    no_go: row.no_go,
    kinds: row.kinds,
    hours: row.hours,
    price_min: formatAmount(row.price_min),
    currency: row.currency,
    rail: row.rail,
    valid_until: toWireTime(row.valid_until),
    auto_confirm: row.auto_confirm,
    active_max: row.active_max,
    created_at: toWireTime(row.created_at),
  };
}
