import type { BALANCE_ROUTES } from '../balance.js';
import type { ExamplesOf } from './example.js';

export const BALANCE_EXAMPLES = {
  get_balance: {
    plain: {
      by: 'agent',
      answer: {
        mode: 'test',
        balances: [
          { account: 'agent_available', fund: 'sandbox', currency: 'USD', available: '93.402000', held: '0.000000' },
        ],
      },
    },
  },
  list_transfers: {
    plain: {
      by: 'agent',
      query: { limit: 1, fund: 'sandbox' },
      answer: {
        has_more: true,
        next_cursor: 'eyJhZnRlciI6IjkifQ',
        data: [
          {
            id: 'trf_00e5c059372d5e46a243932ad751b713',
            direction: 'in',
            kind: 'single',
            currency: 'USD',
            amount: '0.002000',
            reason: 'read_share',
            correlation: 'obs_01a1fcbe88cf71b3a585e43a00000001',
            created_at: '2026-11-21T06:00:00.000Z',
          },
        ],
      },
    },
  },
} satisfies ExamplesOf<typeof BALANCE_ROUTES>;
