import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch } from '../http/api-error.js';
import { expand, paging, range, type RulesFor, text } from '../http/parameters.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { type Call, endpoint, idOf } from './call.js';
import { page, within } from './list.js';

const listRules = z.strictObject({
  ...paging,
  charge: text.optional(),
  created: range.optional(),
  payment_intent: text.optional(),
} satisfies RulesFor<Stripe.Radar.EarlyFraudWarningListParams>);

export const EARLY_FRAUD_WARNINGS = [
  endpoint('GET', '/v1/radar/early_fraud_warnings', listRules, list),
  endpoint('GET', '/v1/radar/early_fraud_warnings/:id', z.strictObject({ expand: expand.optional() }), (call) => {
    const found = call.world.store.get('early_fraud_warnings', idOf(call));
    if (!found) throw noSuch('issuer fraud record', idOf(call), 'id');
    return found;
  }),
];

/** The card's bank says that the payment may be fraud. */
export function warnOfFraud(world: World, charge_id: string): Stripe.Radar.EarlyFraudWarning {
  const charge = world.store.must('charges', charge_id);
  const id = newId(world, 'issfr');
  const warning = world.store.put('early_fraud_warnings', id, {
    id,
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge_id,
    created: now_s(world),
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    payment_intent: (charge.payment_intent as string | null) ?? undefined,
  });
  record(world, 'radar.early_fraud_warning.created', warning);
  return warning;
}

/** Nothing can be done any more about a charge that was refunded or disputed. */
export function settleWarnings(world: World, charge_id: string): void {
  for (const warning of world.store.all('early_fraud_warnings')) {
    if (warning.charge !== charge_id || !warning.actionable) continue;
    const after = world.store.put('early_fraud_warnings', warning.id, { ...warning, actionable: false });
    record(world, 'radar.early_fraud_warning.updated', after, { previous: { actionable: true } });
  }
}

function list({
  world,
  parameters,
  path,
}: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.Radar.EarlyFraudWarning> {
  const { charge, created, payment_intent } = parameters;
  const rows = world.store
    .all('early_fraud_warnings')
    .filter((row) => within(created, row.created))
    .filter((row) => charge === undefined || row.charge === charge)
    .filter((row) => payment_intent === undefined || row.payment_intent === payment_intent);
  return page(rows, parameters, path);
}
