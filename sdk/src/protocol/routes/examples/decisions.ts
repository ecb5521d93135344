import type { DECISIONS_ROUTES } from '../decisions.js';
import type { AnswerOf, ExamplesOf } from './example.js';

/** A capture that waits for its requester. */
const HELD = {
  id: 'cap_01a1fcbe88cf71b3a585e43a00000002',
  bounty_id: 'bty_01a200b1a1e7765586aa9b02fce428cc',
  state: 'review',
  deadline_at: '2026-11-22T06:00:00.000Z',
  on_silence: 'Unanswered at the deadline, the capture is paid: silence accepts.',
  available_actions: [
    { action: 'review', method: 'POST', path: '/v1/captures/cap_01a1fcbe88cf71b3a585e43a00000002/review' },
  ],
  failed_stage: null,
  finding: null,
  created_at: '2026-11-21T06:00:00.000Z',
  detail: null,
  derivative: null,
  upload: null,
} satisfies AnswerOf<(typeof DECISIONS_ROUTES)['decide_review']>;

/** Open, as its contributor sees it. */
const DISPUTE = {
  id: 'dsp_01a1fcbe88cf71b3a585e43a00000001',
  capture_id: 'cap_01a1fcbe88cf71b3a585e43a00000003',
  bounty_id: 'bty_01a200b1b71876a4ab7c169540cc5444',
  state: 'open',
  deadline_at: '2026-11-24T06:00:00.000Z',
  on_silence: 'Undecided at the deadline, it is upheld if every provenance check passed, else denied.',
  available_actions: [],
  side: 'contributor',
  reason_code: 'shows_what_was_asked',
  text: 'The boat is behind the crane.',
  untrusted_fields: ['text'],
  decision_reason: null,
  funding: null,
  paid: null,
  created_at: '2026-11-21T06:00:00.000Z',
  decided_at: null,
} satisfies AnswerOf<(typeof DECISIONS_ROUTES)['get_dispute']>;

export const DECISIONS_EXAMPLES = {
  decide_review: {
    accept: {
      by: 'agent',
      path: { id: 'cap_01a1fcbe88cf71b3a585e43a00000002' },
      body: { decision: 'accept' },
      answer: HELD,
    },
  },
  list_reviews: {
    plain: {
      by: 'agent',
      query: { limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [HELD],
      },
    },
  },
  create_dispute: {
    appeal: {
      by: 'neighbour',
      path: { id: 'cap_01a1fcbe88cf71b3a585e43a00000003' },
      body: { reason_code: 'shows_what_was_asked', text: 'The boat is behind the crane.' },
      answer: DISPUTE,
    },
  },
  list_disputes: {
    open: {
      by: 'operator',
      query: { state: 'open', limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [
          {
            ...DISPUTE,
            available_actions: [
              { action: 'decide', method: 'POST', path: '/v1/disputes/dsp_01a1fcbe88cf71b3a585e43a00000001/decision' },
            ],
          },
        ],
      },
    },
  },
  get_dispute: {
    plain: {
      by: 'neighbour',
      path: { id: 'dsp_01a1fcbe88cf71b3a585e43a00000001' },
      answer: DISPUTE,
    },
  },
  decide_dispute: {
    uphold: {
      by: 'operator',
      path: { id: 'dsp_01a1fcbe88cf71b3a585e43a00000001' },
      body: { decision: 'uphold', finding: 'present', reason: 'There is a boat behind the crane.' },
      answer: {
        ...DISPUTE,
        state: 'upheld',
        deadline_at: null,
        on_silence: null,
        decision_reason: 'There is a boat behind the crane.',
        funding: 'slot',
        decided_at: '2026-11-21T06:00:00.000Z',
      },
    },
  },
} satisfies ExamplesOf<typeof DECISIONS_ROUTES>;
