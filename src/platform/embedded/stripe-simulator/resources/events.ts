import type { Stripe } from 'stripe';
import { z } from 'zod';
import { ApiError, noSuch } from '../http/api-error.js';
import { expand, integer, paging, range, type RulesFor, text } from '../http/parameters.js';
import type { ThinEvent } from '../state/tables.js';
import { type Call, endpoint, idOf } from './call.js';
import { page, within } from './list.js';

const listRules = z.strictObject({
  ...paging,
  created: range.optional(),
  type: text.optional(),
  types: z.array(text).max(20).optional(),
} satisfies RulesFor<Stripe.EventListParams>);
const thinListRules = z.strictObject({
  limit: integer.pipe(z.int().min(1).max(100)).default(20),
  object_id: text.optional(),
  page: integer.optional(),
  types: z.array(text).optional(),
});

export const EVENTS = [
  endpoint('GET', '/v1/events', listRules, list),
  endpoint('GET', '/v1/events/:id', z.strictObject({ expand: expand.optional() }), (call) => {
    const found = call.world.store.get('events', idOf(call), call.owner);
    if (!found) throw noSuch('event', idOf(call), 'id');
    return found;
  }),
  endpoint('GET', '/v2/core/events', thinListRules, listThin),
  endpoint('GET', '/v2/core/events/:id', z.strictObject({}), (call): ThinEvent => {
    const found = call.world.store.get('thin_events', idOf(call));
    if (found) return found;
    throw new ApiError(404, {
      type: 'invalid_request_error',
      code: 'not_found',
      message: `No such event: ${idOf(call)}`,
    });
  }),
];

function list({ world, owner, parameters, path }: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.Event> {
  const { created, type, types } = parameters;
  const rows = world.store
    .all('events', owner)
    .filter((row) => within(created, row.created))
    .filter((row) => type === undefined || row.type === type)
    .filter((row) => types === undefined || types.includes(row.type));
  return page(rows, parameters, path);
}

/** v2 pages by the address of the next page. */
function listThin({ world, parameters, path }: Call<z.output<typeof thinListRules>>): object {
  const { limit, object_id, types, page: from = 0 } = parameters;
  const rows = world.store
    .all('thin_events')
    .filter((row) => object_id === undefined || row.related_object.id === object_id)
    .filter((row) => types === undefined || types.includes(row.type))
    .toReversed();
  const asked = [
    ...(object_id ? [['object_id', object_id]] : []),
    ...(types ?? []).map((type, i) => [`types[${i}]`, type]),
  ];
  const at = (start: number): string =>
    `${path}?${new URLSearchParams([['limit', String(limit)], ['page', String(start)], ...asked] as [string, string][])}`;
  return {
    data: rows.slice(from, from + limit),
    next_page_url: from + limit < rows.length ? at(from + limit) : null,
    previous_page_url: from > 0 ? at(Math.max(0, from - limit)) : null,
  };
}
