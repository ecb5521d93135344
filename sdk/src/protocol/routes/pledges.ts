import { createPledgeSchema, pledgeSchema } from '../pledge.js';
import { create, type Route } from './route.js';

/** How several agents pay for one bounty. */
export const PLEDGES_ROUTES = {
  create_pledge: {
    method: 'POST',
    path: '/v1/bounties/:id/pledges',
    summary: 'Pay for a part of a bounty that gathers pledges; the one that covers its hold opens it',
    scope: 'spend',
    ...create,
    body: createPledgeSchema,
    response: pledgeSchema,
    errors: [
      'not_found',
      'policy_refused',
      'policy_held',
      'bounty_not_gathering',
      'pledge_out_of_range',
      'spend_cap_exceeded',
      'insufficient_funds',
      'account_frozen',
    ],
  },
  withdraw_pledge: {
    method: 'DELETE',
    path: '/v1/pledges/:id',
    summary: 'Take a pledge back, until its bounty opens',
    scope: 'spend',
    idempotent: false,
    status: 200,
    response: pledgeSchema,
    errors: ['not_found', 'pledge_state'],
  },
} as const satisfies Record<string, Route>;
