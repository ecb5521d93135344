import { z } from 'zod';
import { reservationSchema } from '../bounty.js';
import { pageOf } from '../event.js';
import {
  bookQuerySchema,
  bookSchema,
  createOfferSchema,
  invitationSchema,
  listInvitationsSchema,
  listOffersSchema,
  offerSchema,
  priceBucketSchema,
  pricesQuerySchema,
} from '../market.js';
import { BOUNTIES_ROUTES } from './bounties.js';
import { create, read, type Route } from './route.js';

/** Where asks meet bids, and what is told of it. */
export const MARKET_ROUTES = {
  create_offer: {
    method: 'POST',
    path: '/v1/offers',
    summary: 'Contributor: a standing ask, by which you are invited to bounties that pay it',
    scope: 'capture',
    ...create,
    body: createOfferSchema,
    response: offerSchema,
    errors: ['offers_limit'],
  },
  list_offers: {
    method: 'GET',
    path: '/v1/offers',
    summary: 'Contributor: your offers, newest first',
    ...read,
    scope: 'capture',
    query: listOffersSchema,
    response: pageOf(offerSchema),
    errors: [],
  },
  withdraw_offer: {
    method: 'DELETE',
    path: '/v1/offers/:id',
    summary: 'Contributor: ask no more; its open invitations end with it. Repeatable',
    scope: 'capture',
    idempotent: false,
    status: 200,
    response: offerSchema,
    errors: ['not_found'],
  },
  list_invitations: {
    method: 'GET',
    path: '/v1/invitations',
    summary: 'Contributor: bounties your offers have met, newest first',
    ...read,
    scope: 'capture',
    query: listInvitationsSchema,
    response: pageOf(invitationSchema),
    errors: [],
  },
  confirm_invitation: {
    method: 'POST',
    path: '/v1/invitations/:id/confirm',
    summary: 'Contributor: reserve the slot you are invited to, at its price of this moment',
    scope: 'capture',
    ...create,
    body: z.strictObject({}),
    response: reservationSchema,
    // After the first two, what a reservation is refused with: it is one.
    errors: ['not_found', 'invitation_state', ...BOUNTIES_ROUTES.create_reservation.errors.slice(1)],
  },
  decline_invitation: {
    method: 'POST',
    path: '/v1/invitations/:id/decline',
    summary: 'Contributor: let the next one have it',
    scope: 'capture',
    ...create,
    status: 200,
    body: z.strictObject({}),
    response: invitationSchema,
    errors: ['not_found', 'invitation_state'],
  },
  get_book: {
    method: 'GET',
    path: '/v1/book',
    summary: 'The order book of a coarse cell: bids by price, depth of asks, last price, fill times; never who',
    ...read,
    query: bookQuerySchema,
    response: bookSchema,
    errors: [],
  },
  list_prices: {
    method: 'GET',
    path: '/v1/prices',
    summary: 'What filled slots of a coarse cell were paid, in buckets of at least three, newest first',
    ...read,
    query: pricesQuerySchema,
    response: pageOf(priceBucketSchema),
    errors: [],
  },
} as const satisfies Record<string, Route>;
