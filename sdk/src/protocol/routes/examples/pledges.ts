import type { PLEDGES_ROUTES } from '../pledges.js';
import type { AnswerOf, ExamplesOf } from './example.js';

const PLEDGE = {
  id: 'plg_01a1fcbe88cf71b3a585e43a00000001',
  bounty_id: 'bty_01a1fcbe88cf71b3a585e43a00000003',
  state: 'held',
  deadline_at: '2026-11-21T08:00:00.000Z',
  on_silence: 'At the deadline the pledge returns in full, unless the bounty is open by then.',
  available_actions: [
    { action: 'withdraw', method: 'DELETE', path: '/v1/pledges/plg_01a1fcbe88cf71b3a585e43a00000001' },
  ],
  amount: '2.200000',
  currency: 'USD',
  returned: null,
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies AnswerOf<(typeof PLEDGES_ROUTES)['create_pledge']>;

export const PLEDGES_EXAMPLES = {
  create_pledge: {
    plain: {
      by: 'partner',
      path: { id: 'bty_01a1fcbe88cf71b3a585e43a00000003' },
      body: { amount: '2.200000' },
      answer: PLEDGE,
    },
  },
  withdraw_pledge: {
    plain: {
      by: 'partner',
      path: { id: 'plg_01a1fcbe88cf71b3a585e43a00000001' },
      answer: {
        ...PLEDGE,
        state: 'withdrawn',
        deadline_at: null,
        on_silence: null,
        available_actions: [],
        returned: '2.200000',
      },
    },
  },
} satisfies ExamplesOf<typeof PLEDGES_ROUTES>;
