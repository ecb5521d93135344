import type { WEBHOOK_ENDPOINTS_ROUTES } from '../webhook-endpoints.js';
import type { AnswerOf, ExamplesOf } from './example.js';

const ENDPOINT = {
  id: 'whe_01a1fcbe88cf71b3a585e43a00000001',
  mode: 'test',
  url: 'https://hooks.example.com/groundtruth',
  description: 'harbour desk',
  events: ['capture.accepted', 'bounty.closed'],
  cards: {},
  state: 'active',
  pause_reason: null,
  paused_at: null,
  failing_since: null,
  previous_secret_until: null,
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof WEBHOOK_ENDPOINTS_ROUTES)['get_webhook_endpoint']>;

const DELIVERY = {
  endpoint_id: 'whe_01a1fcbe88cf71b3a585e43a00000001',
  message_id: 'evt_01a200a4537f731b9e4b1c758167a550',
  type: 'ping',
  state: 'pending',
  attempts: 0,
  last_status: null,
  last_outcome: null,
  next_at: '2026-11-21T06:00:00.000Z',
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof WEBHOOK_ENDPOINTS_ROUTES)['test_webhook_endpoint']>;

export const WEBHOOK_ENDPOINTS_EXAMPLES = {
  create_webhook_endpoint: {
    plain: {
      by: 'agent',
      body: {
        url: 'https://hooks.example.com/groundtruth',
        description: 'harbour desk',
        events: ['capture.accepted', 'bounty.closed'],
        cards: {},
      },
      answer: { ...ENDPOINT, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=' },
    },
  },
  list_webhook_endpoints: {
    plain: {
      by: 'agent',
      answer: {
        data: [ENDPOINT],
      },
    },
  },
  get_webhook_endpoint: {
    plain: {
      by: 'agent',
      path: { id: 'whe_01a1fcbe88cf71b3a585e43a00000001' },
      answer: ENDPOINT,
    },
  },
  change_webhook_endpoint: {
    pause: {
      by: 'agent',
      path: { id: 'whe_01a1fcbe88cf71b3a585e43a00000001' },
      body: { state: 'paused', events: ['capture.accepted'] },
      answer: {
        ...ENDPOINT,
        events: ['capture.accepted'],
        state: 'paused',
        pause_reason: 'owner',
        paused_at: '2026-11-21T06:00:00.000Z',
        previous_secret_until: '2026-11-22T06:00:00.000Z',
      },
    },
  },
  delete_webhook_endpoint: {
    plain: {
      by: 'agent',
      path: { id: 'whe_01a1fcbe88cf71b3a585e43a00000001' },
      answer: { id: 'whe_01a1fcbe88cf71b3a585e43a00000001' },
    },
  },
  rotate_webhook_secret: {
    plain: {
      by: 'agent',
      path: { id: 'whe_01a1fcbe88cf71b3a585e43a00000001' },
      body: {},
      answer: {
        ...ENDPOINT,
        previous_secret_until: '2026-11-22T06:00:00.000Z',
        secret: 'whsec_Tm90IGEgc2VjcmV0IG9mIGFueWJvZHksIGFuZXhhbXA=',
      },
    },
  },
  replay_webhooks: {
    since: {
      by: 'agent',
      path: { id: 'whe_01a1fcbe88cf71b3a585e43a00000001' },
      body: { since: '2026-11-21T05:00:00Z' },
      answer: { queued: 0, has_more: false },
    },
  },
  test_webhook_endpoint: {
    plain: {
      by: 'agent',
      path: { id: 'whe_01a1fcbe88cf71b3a585e43a00000001' },
      body: {},
      answer: DELIVERY,
    },
  },
  list_webhook_deliveries: {
    delivered: {
      by: 'agent',
      path: { id: 'whe_01a1fcbe88cf71b3a585e43a00000001' },
      query: { limit: 1, state: 'delivered' },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [
          { ...DELIVERY, state: 'delivered', attempts: 1, last_status: 204, last_outcome: 'delivered', next_at: null },
        ],
      },
    },
  },
} satisfies ExamplesOf<typeof WEBHOOK_ENDPOINTS_ROUTES>;
