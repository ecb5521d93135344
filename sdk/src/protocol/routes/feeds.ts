import { z } from 'zod';
import { listQuerySchema, pageOf } from '../event.js';
import { createFeedSchema, createSubscriptionSchema, feedSchema, subscriptionSchema } from '../feed.js';
import { idSchema } from '../ids.js';
import { cardSchema } from '../observation.js';
import { create, read, type Route } from './route.js';

/** Saved queries over what is published, and what is pushed for them. */
export const FEEDS_ROUTES = {
  create_feed: {
    method: 'POST',
    path: '/v1/feeds',
    summary: 'Save a query over cards',
    scope: 'read',
    ...create,
    body: createFeedSchema,
    response: feedSchema,
    errors: ['feeds_limit'],
  },
  list_feeds: {
    method: 'GET',
    path: '/v1/feeds',
    summary: 'Your saved feeds, oldest first',
    ...read,
    query: listQuerySchema,
    response: pageOf(feedSchema),
    errors: [],
  },
  get_feed: {
    method: 'GET',
    path: '/v1/feeds/:id',
    summary: 'One saved feed of yours',
    ...read,
    response: feedSchema,
    errors: ['not_found'],
  },
  delete_feed: {
    method: 'DELETE',
    path: '/v1/feeds/:id',
    summary: 'Forget a saved feed; its subscriptions are cancelled',
    ...read,
    response: feedSchema,
    errors: ['not_found'],
  },
  stream_feed: {
    method: 'GET',
    path: '/v1/feeds/:id/stream',
    summary: 'Server-sent cards of a feed, or bodies by a subscription; resumes after Last-Event-ID',
    ...read,
    query: z.strictObject({ subscription: idSchema('subscription').optional() }),
    response: cardSchema,
    content: 'text/event-stream',
    errors: ['not_found', 'forbidden'],
  },
  create_subscription: {
    method: 'POST',
    path: '/v1/subscriptions',
    summary: 'Have a feed pushed, as cards or as bodies bought from the balance',
    scope: 'read',
    ...create,
    body: createSubscriptionSchema,
    response: subscriptionSchema,
    errors: ['forbidden', 'not_found', 'feeds_limit'],
  },
  list_subscriptions: {
    method: 'GET',
    path: '/v1/subscriptions',
    summary: 'Your subscriptions, oldest first',
    ...read,
    query: listQuerySchema,
    response: pageOf(subscriptionSchema),
    errors: [],
  },
  cancel_subscription: {
    method: 'DELETE',
    path: '/v1/subscriptions/:id',
    summary: 'Buy nothing more by it; repeatable',
    ...read,
    response: subscriptionSchema,
    errors: ['not_found'],
  },
} as const satisfies Record<string, Route>;
