import type { Stripe } from 'stripe';
import { z } from 'zod';
import { type RulesFor, text } from '../http/parameters.js';
import { nowIso } from '../state/world.js';
import { account } from './accounts.js';
import { type Call, endpoint } from './call.js';

/** A link is good for a few minutes only. */
const LINK_TTL_MS = 5 * 60_000;

const journey = z.strictObject({
  collection_options: z
    .strictObject({
      fields: z.enum(['currently_due', 'eventually_due']).optional(),
      future_requirements: z.enum(['include', 'omit']).optional(),
    })
    .optional(),
  refresh_url: z.url(),
  return_url: z.url().optional(),
} satisfies RulesFor<Stripe.V2.Core.AccountLinkCreateParams.UseCase.AccountOnboarding>);
const createRules = z.strictObject({
  account: text,
  use_case: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('account_onboarding'), account_onboarding: journey }),
    z.strictObject({ type: z.literal('account_update'), account_update: journey }),
  ]),
} satisfies RulesFor<Stripe.V2.Core.AccountLinkCreateParams>);

export const ACCOUNT_LINKS = [endpoint('POST', '/v2/core/account_links', createRules, create)];

function create({ world, parameters }: Call<z.output<typeof createRules>>): Stripe.V2.Core.AccountLink {
  const { id } = account(world, parameters.account);
  const { use_case } = parameters;
  const asked = use_case.type === 'account_onboarding' ? use_case.account_onboarding : use_case.account_update;
  const query = new URLSearchParams({ return_url: asked.return_url ?? '', refresh_url: asked.refresh_url });
  const expires = world.clock.now() + LINK_TTL_MS;
  query.set('expires', String(expires));
  return {
    object: 'v2.core.account_link',
    account: id,
    created: nowIso(world),
    expires_at: new Date(expires).toISOString(),
    livemode: false,
    url: `${world.url}/simulator/onboarding/${id}?${query}`,
    use_case,
  };
}
