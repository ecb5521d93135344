import { captureSchema, decideReviewSchema } from '../capture.js';
import { createDisputeSchema, decideDisputeSchema, disputeSchema, listDisputesSchema } from '../dispute.js';
import { listQuerySchema, pageOf } from '../event.js';
import { read, create, type Route } from './route.js';

/** What people decide: reviews and disputes. */
export const DECISIONS_ROUTES = {
  decide_review: {
    method: 'POST',
    path: '/v1/captures/:id/review',
    summary: 'Answer a capture in review: its requester accepts or objects, the operator accepts or rejects',
    scope: 'read',
    ...create,
    status: 202,
    body: decideReviewSchema,
    response: captureSchema,
    errors: ['not_found', 'capture_state'],
  },
  list_reviews: {
    method: 'GET',
    path: '/v1/reviews',
    summary: 'Captures that wait for your answer, oldest first: the requester’s own, or all that wait for the operator',
    ...read,
    query: listQuerySchema,
    response: pageOf(captureSchema),
    errors: [],
  },
  create_dispute: {
    method: 'POST',
    path: '/v1/captures/:id/disputes',
    summary: 'Appeal a rejection, or dispute what was accepted; once a side',
    scope: 'read',
    ...create,
    body: createDisputeSchema,
    response: disputeSchema,
    errors: ['not_found', 'dispute_state', 'dispute_window_closed'],
  },
  list_disputes: {
    method: 'GET',
    path: '/v1/disputes',
    summary: 'Your disputes; for the operator those that wait for a decision, oldest first',
    ...read,
    query: listDisputesSchema,
    response: pageOf(disputeSchema),
    errors: [],
  },
  get_dispute: {
    method: 'GET',
    path: '/v1/disputes/:id',
    summary: 'One dispute, for who opened it',
    ...read,
    response: disputeSchema,
    errors: ['not_found'],
  },
  decide_dispute: {
    method: 'POST',
    path: '/v1/disputes/:id/decision',
    summary: 'Operator: uphold or deny a dispute',
    scope: 'admin',
    ...create,
    status: 200,
    body: decideDisputeSchema,
    response: disputeSchema,
    errors: ['not_found', 'dispute_state'],
  },
} as const satisfies Record<string, Route>;
