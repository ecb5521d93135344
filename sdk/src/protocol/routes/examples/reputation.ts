import type { REPUTATION_ROUTES } from '../reputation.js';
import type { ExamplesOf } from './example.js';

export const REPUTATION_EXAMPLES = {
  get_contributor_reputation: {
    plain: {
      by: 'contributor',
      path: { id: 'ctr_01a1fcbe88cf71b3a585e43a00000001' },
      answer: {
        contributor_id: 'ctr_01a1fcbe88cf71b3a585e43a00000001',
        level: 'new',
        acceptance: { mean: 0.6667, lower: 0.2236, upper: 0.9747, effective_samples: 1 },
        timeliness: { mean: 0.6667, lower: 0.2236, upper: 0.9747, effective_samples: 1 },
        disputes: { mean: 0.5, lower: 0.05, upper: 0.95, effective_samples: 0 },
        interval: 0.9,
        prior: { good: 1, bad: 1 },
        half_life_s: 15552000,
        as_of: '2026-11-21T06:00:00.000Z',
      },
    },
  },
  get_agent_reputation: {
    plain: {
      by: 'agent',
      path: { id: 'agt_01a1fcbe88cf71b3a585e43a00000001' },
      answer: {
        reviews: { mean: 0.6667, lower: 0.2236, upper: 0.9747, effective_samples: 1 },
        disputes: { mean: 0.5, lower: 0.05, upper: 0.95, effective_samples: 0 },
        commitments: { mean: 0.6667, lower: 0.2236, upper: 0.9747, effective_samples: 1 },
        interval: 0.9,
        prior: { good: 1, bad: 1 },
        half_life_s: 15552000,
        as_of: '2026-11-21T06:00:00.000Z',
        agent_id: 'agt_01a1fcbe88cf71b3a585e43a00000001',
      },
    },
  },
  get_requester_reputation: {
    plain: {
      by: 'contributor',
      path: { id: 'bty_01a1fcbe88cf71b3a585e43a00000001' },
      answer: {
        reviews: { mean: 0.5, lower: 0.05, upper: 0.95, effective_samples: 0 },
        disputes: { mean: 0.5, lower: 0.05, upper: 0.95, effective_samples: 0 },
        commitments: { mean: 0.5, lower: 0.05, upper: 0.95, effective_samples: 0 },
        interval: 0.9,
        prior: { good: 1, bad: 1 },
        half_life_s: 15552000,
        as_of: '2026-11-21T06:00:00.000Z',
        agent_id: null,
      },
    },
  },
  get_leaderboard: {
    plain: {
      by: 'agent',
      query: { cell: '8530dbabfffffff' },
      answer: { cell: '8530dbabfffffff', data: [], untrusted_fields: ['data.name'], as_of: '2026-11-21T06:00:00.000Z' },
    },
  },
  join_leaderboards: {
    named: {
      by: 'contributor',
      body: { display_name: 'Aiko of the quay' },
      answer: { joined: true, display_name: 'Aiko of the quay' },
    },
  },
  leave_leaderboards: { plain: { by: 'contributor', answer: { joined: false, display_name: null } } },
  recompute_reputation: { plain: { by: 'operator', body: {}, answer: { looked_at: 6, changed: 0 } } },
} satisfies ExamplesOf<typeof REPUTATION_ROUTES>;
