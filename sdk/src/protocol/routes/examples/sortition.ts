import type { SORTITION_ROUTES } from '../sortition.js';
import type { AnswerOf, ExamplesOf } from './example.js';

const APPLICATION = {
  id: 'app_01a1fcbe88cf71b3a585e43a00000001',
  bounty_id: 'bty_01a1fcbe88cf71b3a585e43a00000005',
  state: 'applied',
  deadline_at: '2026-11-21T06:02:00.000Z',
  on_silence: 'The round closes, and the first checkpoint of the log that covers it draws.',
  available_actions: [
    { action: 'withdraw', method: 'DELETE', path: '/v1/applications/app_01a1fcbe88cf71b3a585e43a00000001' },
  ],
  round: 1,
  entry: '7825958f09b83afdc5e7c949a230b0e4ac12cde3b89e260412cc857ea1989a13',
  reservation_id: null,
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof SORTITION_ROUTES)['get_application']>;

export const SORTITION_EXAMPLES = {
  create_application: {
    plain: {
      by: 'neighbour',
      path: { id: 'bty_01a1fcbe88cf71b3a585e43a00000005' },
      body: {},
      answer: APPLICATION,
    },
  },
  get_application: {
    plain: {
      by: 'neighbour',
      path: { id: 'app_01a1fcbe88cf71b3a585e43a00000001' },
      answer: APPLICATION,
    },
  },
  withdraw_application: {
    plain: {
      by: 'neighbour',
      path: { id: 'app_01a1fcbe88cf71b3a585e43a00000001' },
      answer: { ...APPLICATION, state: 'withdrawn', deadline_at: null, on_silence: null, available_actions: [] },
    },
  },
  list_draws: {
    plain: {
      by: 'agent',
      path: { id: 'bty_01a1fcbe88cf71b3a585e43a00000005' },
      query: { limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [
          {
            id: 'drw_01a200a4485375c2b82dbd18210e6547',
            bounty_id: 'bty_01a1fcbe88cf71b3a585e43a00000005',
            round: 1,
            state: 'open',
            closes_at: '2026-11-21T06:02:00.000Z',
            salt: null,
            entries: null,
            slots: null,
            proof: null,
          },
        ],
      },
    },
  },
} satisfies ExamplesOf<typeof SORTITION_ROUTES>;
