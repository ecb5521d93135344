import type { FEEDS_ROUTES } from '../feeds.js';
import { CARD } from './card.js';
import type { AnswerOf, ExamplesOf } from './example.js';

const FEED = {
  id: 'fed_01a1fcbe88cf71b3a585e43a00000001',
  mode: 'test',
  name: 'harbour',
  query: { area: { lat: 32.7448, lng: 129.8737, radius_m: 150 }, kinds: ['photo'], price_max: '1.000000' },
  cells: ['8530dbabfffffff'],
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof FEEDS_ROUTES)['get_feed']>;

const SUBSCRIPTION = {
  id: 'sub_01a1fcbe88cf71b3a585e43a00000001',
  mode: 'test',
  state: 'active',
  feed: 'fed_01a1fcbe88cf71b3a585e43a00000001',
  deliver: 'bodies',
  cap_per_day: '5.000000',
  price_max: '0.500000',
  spent: '0.000000',
  available_actions: [
    {
      action: 'stream',
      method: 'GET',
      path: '/v1/feeds/fed_01a1fcbe88cf71b3a585e43a00000001/stream?subscription=sub_01a1fcbe88cf71b3a585e43a00000001',
    },
    { action: 'cancel', method: 'DELETE', path: '/v1/subscriptions/sub_01a1fcbe88cf71b3a585e43a00000001' },
  ],
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof FEEDS_ROUTES)['create_subscription']>;

export const FEEDS_EXAMPLES = {
  create_feed: {
    area: {
      by: 'partner',
      body: {
        name: 'harbour',
        query: { kinds: ['photo'], area: { lat: 32.7448, lng: 129.8737, radius_m: 150 }, price_max: '1.000000' },
      },
      answer: {
        ...FEED,
        query: { kinds: ['photo'], area: { lat: 32.7448, lng: 129.8737, radius_m: 150 }, price_max: '1.000000' },
      },
    },
  },
  list_feeds: {
    plain: {
      by: 'partner',
      query: { limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [FEED],
      },
    },
  },
  get_feed: {
    plain: {
      by: 'partner',
      path: { id: 'fed_01a1fcbe88cf71b3a585e43a00000001' },
      answer: FEED,
    },
  },
  delete_feed: {
    plain: {
      by: 'partner',
      path: { id: 'fed_01a1fcbe88cf71b3a585e43a00000001' },
      answer: FEED,
    },
  },
  stream_feed: {
    plain: {
      by: 'partner',
      path: { id: 'fed_01a1fcbe88cf71b3a585e43a00000001' },
      answer: CARD,
    },
  },
  create_subscription: {
    bodies: {
      by: 'partner',
      body: {
        feed: 'fed_01a1fcbe88cf71b3a585e43a00000001',
        deliver: 'bodies',
        cap_per_day: '5.000000',
        price_max: '0.500000',
      },
      answer: SUBSCRIPTION,
    },
  },
  list_subscriptions: {
    plain: {
      by: 'partner',
      query: { limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [SUBSCRIPTION],
      },
    },
  },
  cancel_subscription: {
    plain: {
      by: 'partner',
      path: { id: 'sub_01a1fcbe88cf71b3a585e43a00000001' },
      answer: { ...SUBSCRIPTION, state: 'cancelled', available_actions: [] },
    },
  },
} satisfies ExamplesOf<typeof FEEDS_ROUTES>;
