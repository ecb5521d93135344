import { listQuerySchema, pageOf } from '../event.js';
import {
  changeStandingSchema,
  createStandingSchema,
  listStandingSchema,
  standingBountySchema,
  standingRunSchema,
} from '../standing.js';
import { create, read, type Route } from './route.js';

/** Bounties that are posted again and again, by the clock or because of what was observed. */
export const STANDING_ROUTES = {
  create_standing_bounty: {
    method: 'POST',
    path: '/v1/standing-bounties',
    summary: 'Have a bounty posted again and again, by the clock or by observations, within a budget a day',
    scope: 'spend',
    ...create,
    body: createStandingSchema,
    response: standingBountySchema,
    errors: ['criteria_unreachable', 'pattern_too_wide', 'not_found', 'reference_unusable', 'standing_limit'],
  },
  list_standing_bounties: {
    method: 'GET',
    path: '/v1/standing-bounties',
    summary: 'Your standing bounties, newest first',
    ...read,
    query: listStandingSchema,
    response: pageOf(standingBountySchema),
    errors: [],
  },
  get_standing_bounty: {
    method: 'GET',
    path: '/v1/standing-bounties/:id',
    summary: 'One standing bounty',
    ...read,
    response: standingBountySchema,
    errors: ['not_found'],
  },
  list_standing_runs: {
    method: 'GET',
    path: '/v1/standing-bounties/:id/runs',
    summary: 'What became of each slot or observation, newest first: a bounty, or why none',
    ...read,
    query: listQuerySchema,
    response: pageOf(standingRunSchema),
    errors: ['not_found'],
  },
  change_standing_bounty: {
    method: 'PATCH',
    path: '/v1/standing-bounties/:id',
    summary: 'Pause, resume, or change budget, bounties at once and end',
    scope: 'spend',
    idempotent: false,
    status: 200,
    body: changeStandingSchema,
    response: standingBountySchema,
    errors: ['not_found', 'standing_state'],
  },
  end_standing_bounty: {
    method: 'DELETE',
    path: '/v1/standing-bounties/:id',
    summary: 'Post nothing more, for ever; bounties that are open stay',
    scope: 'spend',
    idempotent: false,
    status: 200,
    response: standingBountySchema,
    errors: ['not_found'],
  },
} as const satisfies Record<string, Route>;
