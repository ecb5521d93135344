import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch } from '../http/api-error.js';
import { clearable, expand, metadata, paging, range, type RulesFor, text } from '../http/parameters.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { type Call, endpoint, idOf } from './call.js';
import { page, within } from './list.js';
import { mergedMetadata } from './metadata.js';
import { attach, usable } from './payment-methods.js';

const details = {
  email: clearable.optional(),
  name: clearable.optional(),
  description: clearable.optional(),
  phone: clearable.optional(),
  metadata: metadata.optional(),
  expand: expand.optional(),
};
const createRules = z.strictObject({
  ...details,
  payment_method: text.optional(),
  invoice_settings: z.strictObject({ default_payment_method: text.optional() }).optional(),
} satisfies RulesFor<Stripe.CustomerCreateParams>);
const updateRules = z.strictObject({
  ...details,
  invoice_settings: z.strictObject({ default_payment_method: clearable.optional() }).optional(),
} satisfies RulesFor<Stripe.CustomerUpdateParams>);
const retrieveRules = z.strictObject({ expand: expand.optional() });
const listRules = z.strictObject({
  ...paging,
  created: range.optional(),
  email: text.optional(),
} satisfies RulesFor<Stripe.CustomerListParams>);

export const CUSTOMERS = [
  endpoint('POST', '/v1/customers', createRules, create),
  endpoint('GET', '/v1/customers', listRules, list),
  endpoint('GET', '/v1/customers/:id', retrieveRules, (call) => customer(call.world, idOf(call), 'id')),
  endpoint('POST', '/v1/customers/:id', updateRules, update),
];

export function customer(world: World, id: string, param: string): Stripe.Customer {
  const found = world.store.get('customers', id);
  if (!found) throw noSuch('customer', id, param);
  return found;
}

function create({ world, parameters }: Call<z.output<typeof createRules>>): Stripe.Customer {
  const id = newId(world, 'cus');
  const created: Stripe.Customer = {
    id,
    object: 'customer',
    address: null,
    balance: 0,
    created: now_s(world),
    currency: null,
    default_source: null,
    delinquent: false,
    description: parameters.description || null,
    discount: null,
    email: parameters.email || null,
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: mergedMetadata({}, parameters.metadata),
    name: parameters.name || null,
    phone: parameters.phone || null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
  world.store.put('customers', id, created);
  if (parameters.payment_method) attach(world, usable(world, parameters.payment_method), id);
  const asked = parameters.invoice_settings?.default_payment_method;
  const settled = asked ? world.store.put('customers', id, withDefault(world, created, asked)) : created;
  record(world, 'customer.created', settled);
  return settled;
}

function update(call: Call<z.output<typeof updateRules>>): Stripe.Customer {
  const { world, parameters } = call;
  const before = customer(world, idOf(call), 'id');
  const { email, name, description, phone } = parameters;
  const changed: Stripe.Customer = {
    ...before,
    ...(email === undefined ? {} : { email: email || null }),
    ...(name === undefined ? {} : { name: name || null }),
    ...(description === undefined ? {} : { description: description || null }),
    ...(phone === undefined ? {} : { phone: phone || null }),
    metadata: mergedMetadata(before.metadata, parameters.metadata),
  };
  const asked = parameters.invoice_settings?.default_payment_method;
  const after = asked === undefined ? changed : withDefault(world, changed, asked);
  world.store.put('customers', before.id, after);
  record(world, 'customer.updated', after);
  return after;
}

function list({ world, parameters, path }: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.Customer> {
  const { created, email } = parameters;
  const rows = world.store
    .all('customers')
    .filter((row) => within(created, row.created) && (!email || row.email === email));
  return page(rows, parameters, path);
}

/** An empty id unsets the default. */
function withDefault(world: World, before: Stripe.Customer, id: string): Stripe.Customer {
  if (id !== '' && world.store.get('payment_methods', id)?.customer !== before.id) {
    throw noSuch('PaymentMethod', id, 'invoice_settings[default_payment_method]');
  }
  return { ...before, invoice_settings: { ...before.invoice_settings, default_payment_method: id || null } };
}
