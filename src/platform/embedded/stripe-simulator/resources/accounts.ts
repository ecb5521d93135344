import type { Stripe } from 'stripe';
import { z } from 'zod';
import { ApiError } from '../http/api-error.js';
import { flag, metadata, type RulesFor, text } from '../http/parameters.js';
import { totals } from '../money/bookings.js';
import { newId, nowIso, type World } from '../state/world.js';
import { recordThin } from '../webhooks/events.js';
import { entry, requirementsOf, withCapability } from './account-state.js';
import { type Call, endpoint, idOf } from './call.js';
import { mergedMetadata } from './metadata.js';

type Account = Stripe.V2.Core.Account;

const ONBOARDING = [
  'identity.individual.given_name',
  'identity.individual.date_of_birth',
  'identity.individual.address',
  'bank_account',
];

const include = z.array(
  z.enum([
    'configuration.customer',
    'configuration.merchant',
    'configuration.recipient',
    'defaults',
    'future_requirements',
    'identity',
    'requirements',
  ]),
);
const transfers = z.strictObject({ requested: flag });
const recipient = z.strictObject({
  capabilities: z
    .strictObject({ stripe_balance: z.strictObject({ stripe_transfers: transfers.optional() }).optional() })
    .optional(),
});
const responsibilities = z.strictObject({
  fees_collector: z.enum(['application', 'application_custom', 'application_express', 'stripe']),
  losses_collector: z.enum(['application', 'stripe']),
});
const createRules = z.strictObject({
  configuration: z.strictObject({ recipient: recipient.optional() }).optional(),
  contact_email: z.email().optional(),
  dashboard: z.enum(['express', 'full', 'none']).optional(),
  defaults: z
    .strictObject({ currency: z.literal('usd').optional(), responsibilities: responsibilities.optional() })
    .optional(),
  display_name: text.optional(),
  identity: z
    .strictObject({
      country: z
        .string()
        .regex(/^[A-Za-z]{2}$/)
        .optional(),
      entity_type: z.enum(['company', 'government_entity', 'individual', 'non_profit']).optional(),
    })
    .optional(),
  include: include.optional(),
  metadata: metadata.optional(),
} satisfies RulesFor<Stripe.V2.Core.AccountCreateParams>);
const retrieveRules = z.strictObject({
  include: include.optional(),
} satisfies RulesFor<Stripe.V2.Core.AccountRetrieveParams>);
const closeRules = z.strictObject({
  applied_configurations: z.array(z.literal('recipient')).optional(),
} satisfies RulesFor<Stripe.V2.Core.AccountCloseParams>);

export const ACCOUNTS = [
  endpoint('POST', '/v2/core/accounts', createRules, create),
  endpoint('GET', '/v2/core/accounts/:id', retrieveRules, (call) =>
    shown(account(call.world, idOf(call)), call.parameters.include),
  ),
  endpoint('POST', '/v2/core/accounts/:id/close', closeRules, (call) =>
    shown(closeAccount(call.world, account(call.world, idOf(call)))),
  ),
];

export function account(world: World, id: string): Account {
  const found = world.store.get('accounts', id);
  if (found) return found;
  const message = `Account not found: ${id}`;
  throw new ApiError(404, { type: 'invalid_request_error', code: 'not_found', message });
}

/** Closes an account whose balance is zero; refuses otherwise. Repeatable. */
export function closeAccount(world: World, before: Account): Account {
  if (before.closed) return before;
  const { available, pending } = totals(world, before.id);
  if (available !== 0 || pending !== 0) {
    const message = `Account ${before.id} can not be closed while its balance is not zero.`;
    throw new ApiError(400, { type: 'invalid_request_error', code: 'account_balance_not_zero', message });
  }
  const inactive = withCapability(before, 'restricted', 'restricted_other');
  const after = world.store.put('accounts', before.id, { ...inactive, applied_configurations: [], closed: true });
  recordThin(world, 'v2.core.account.closed', before.id);
  return after;
}

function create({ world, parameters }: Call<z.output<typeof createRules>>): Account {
  const id = newId(world, 'acct');
  const asked = parameters.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.requested ?? false;
  const blank: Account = {
    id,
    object: 'v2.core.account',
    applied_configurations: parameters.configuration?.recipient ? ['recipient'] : [],
    closed: false,
    configuration: parameters.configuration?.recipient ? { recipient: { applied: true } } : {},
    contact_email: parameters.contact_email,
    created: nowIso(world),
    dashboard: parameters.dashboard ?? 'none',
    defaults: {
      currency: parameters.defaults?.currency ?? 'usd',
      responsibilities: {
        fees_collector: parameters.defaults?.responsibilities?.fees_collector ?? 'stripe',
        losses_collector: parameters.defaults?.responsibilities?.losses_collector ?? 'stripe',
        requirements_collector: 'stripe',
      },
    },
    display_name: parameters.display_name,
    future_requirements: { entries: [] },
    identity: { country: parameters.identity?.country?.toUpperCase(), entity_type: parameters.identity?.entity_type },
    livemode: false,
    metadata: mergedMetadata({}, parameters.metadata),
    requirements: requirementsOf(ONBOARDING.map((description) => entry(description, 'past_due', 'routine_onboarding'))),
  };
  const made = asked ? withCapability(blank, 'restricted', 'requirements_past_due') : blank;
  world.store.put('accounts', id, made);
  world.store.put('account_facts', id, {
    payout_schedule: 'daily',
    next_payout_at: 0,
    bank_account: null,
    payouts_paused: false,
    active_month: null,
  });
  recordThin(world, 'v2.core.account.created', id);
  return shown(made, parameters.include);
}

/** v2 answers null for what was not asked for by `include`. */
function shown(full: Account, asked: readonly string[] = []): Account {
  const part = <T>(name: string, value: T): T => (asked.includes(name) ? value : null) as T;
  const configuration = part('configuration.recipient', full.configuration);
  return {
    ...full,
    configuration,
    defaults: part('defaults', full.defaults),
    future_requirements: part('future_requirements', full.future_requirements),
    identity: part('identity', full.identity),
    requirements: part('requirements', full.requirements),
  };
}
