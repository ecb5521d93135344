import { applicationSchema, createApplicationSchema, drawSchema } from '../draw.js';
import { listQuerySchema, pageOf } from '../event.js';
import { create, read, type Route } from './route.js';
import { WORK_REFUSALS } from './work.js';

/** How slots are drawn where the requester must not choose its witness. */
export const SORTITION_ROUTES = {
  create_application: {
    method: 'POST',
    path: '/v1/bounties/:id/applications',
    summary: 'Apply for a slot of a bounty for markets, whose slots are drawn by the log’s next checkpoint',
    scope: 'capture',
    ...create,
    body: createApplicationSchema,
    response: applicationSchema,
    errors: [...WORK_REFUSALS, 'applicant_linked', 'bounty_full', 'application_exists'],
  },
  get_application: {
    method: 'GET',
    path: '/v1/applications/:id',
    summary: 'One application of yours',
    ...read,
    response: applicationSchema,
    errors: ['not_found'],
  },
  withdraw_application: {
    method: 'DELETE',
    path: '/v1/applications/:id',
    summary: 'Take an application back, until its round closes',
    scope: 'capture',
    idempotent: false,
    status: 200,
    response: applicationSchema,
    errors: ['not_found', 'application_state'],
  },
  list_draws: {
    method: 'GET',
    path: '/v1/bounties/:id/draws',
    summary: 'The rounds of a bounty whose slots are drawn, with all that it takes to draw again',
    ...read,
    query: listQuerySchema,
    response: pageOf(drawSchema),
    errors: ['not_found'],
  },
} as const satisfies Record<string, Route>;
