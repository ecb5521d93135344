import type { z } from 'zod';
import type { policyHoldSchema } from '../../policy.js';
import type { OPERATOR_ROUTES } from '../operator.js';
import type { ExamplesOf } from './example.js';
import { ASKED, criteriaOf } from './bounty.js';

const HELD = {
  id: 'phd_01a1fcbe88cf71b3a585e43a00000001',
  mode: 'test',
  stage: 'publish',
  subject_id: 'bty_01a200b20d87752bb27115793947ace6',
  rule: 'unreadable_text',
  about: '',
  hint: 'Write title, instructions and prompts in Latin letters, in English if you can; otherwise an operator has to read them.',
  pack_version: 'v1@60302446d0850e37',
  subject: {
    id: 'bty_01a200b20d87752bb27115793947ace6',
    area: ASKED.area,
    kind: 'photo',
    mode: 'test',
    title: 'Boote im Hafen 船',
    window: { closes_at: 1795244460000 },
    purpose: 'civic',
    criteria: criteriaOf({ all: [{ object: { label: 'sheep', min_count: 1 } }] }),
    instructions: 'Stand at the gate and photograph the flock.',
    price_micros: '5000000',
    requester_id: 'agt_01a1fcbe88cf71b3a585e43a00000001',
  },
  decided_by: null,
  reason: null,
  state: 'waiting',
  created_at: '2026-11-21T06:01:00.000Z',
  deadline_at: '2026-11-22T06:01:00.000Z',
  on_silence: 'At the deadline it counts as refused; nothing was created or held.',
  available_actions: [
    { action: 'decide', method: 'POST', path: '/v1/admin/policy-holds/phd_01a1fcbe88cf71b3a585e43a00000001/decision' },
  ],
  ended_at: null,
  counts_until: null,
  untrusted_fields: ['subject'],
} satisfies z.input<typeof policyHoldSchema>;
const STOP = {
  id: 'pst_01a1fcbe88cf71b3a585e43a00000001',
  mode: 'test',
  cause: 'operator',
  detail: 'the bank is being changed',
  created_at: '2026-11-21T06:00:00.000Z',
  lifted_at: null,
} as const;
const WITHHELD = {
  id: 'ehd_e74172efb12055a1ad6537aa29143918',
  mode: 'test',
  agent_id: 'agt_01a1fcbe88cf71b3a585e43a00000002',
  contributor_id: 'ctr_01a1fcbe88cf71b3a585e43a00000001',
  state: 'held',
  cause: 'operator',
  not_left: '0.000000',
  taken: '0.000000',
  reason: null,
  held_at: '2026-11-21T06:01:00.000Z',
  released_at: null,
  created_at: '2026-11-21T06:01:00.000Z',
} as const;

const books = (ledger: number, accounts: number, posted: string) => ({
  ledger,
  accounts,
  debits_posted: posted,
  credits_posted: posted,
  debits_pending: '0',
  credits_pending: '0',
});

export const OPERATOR_EXAMPLES = {
  list_freezes: {
    plain: {
      by: 'operator',
      query: { limit: 1 },
      answer: {
        has_more: false,
        next_cursor: null,
        data: [
          {
            agent_id: 'agt_01a1fcbe88cf71b3a585e43a00000002',
            since: '2026-11-21T06:01:00.000Z',
            reasons: [
              {
                id: 'du_BMVUMPuq93tiEdEky0WPL5k0',
                cause: 'dispute',
                top_up_id: 'top_01a200b204d2714c9ba9d2b5293c1245',
                created_at: '2026-11-21T06:01:00.000Z',
              },
            ],
          },
        ],
      },
    },
  },
  lift_freezes: {
    plain: {
      by: 'operator',
      path: { id: 'agt_01a1fcbe88cf71b3a585e43a00000002' },
      answer: { agent_id: 'agt_01a1fcbe88cf71b3a585e43a00000002', lifted: 1 },
    },
  },
  sandbox_credit: {
    plain: {
      by: 'operator',
      body: { agent_id: 'agt_01a1fcbe88cf71b3a585e43a00000001', amount: '100.000000' },
      answer: {
        mode: 'test',
        balances: [
          { account: 'agent_available', fund: 'sandbox', currency: 'USD', available: '100.000000', held: '0.000000' },
        ],
      },
    },
  },
  suspend_area: {
    circle: {
      by: 'operator',
      body: { area: { lat: 32.7448, lng: 129.8737, radius_m: 150 }, reason: 'a fire nearby' },
      answer: { id: 'sus_01a1fcbe88cf71b3a585e43a00000001' },
    },
  },
  lift_area: {
    plain: {
      by: 'operator',
      path: { id: 'sus_01a1fcbe88cf71b3a585e43a00000001' },
      answer: { id: 'sus_01a1fcbe88cf71b3a585e43a00000001' },
    },
  },
  list_policy_holds: {
    waiting: {
      by: 'operator',
      query: { state: 'waiting', limit: 1 },
      answer: {
        data: [HELD],
        has_more: false,
        next_cursor: null,
      },
    },
  },
  decide_policy_hold: {
    allow: {
      by: 'operator',
      path: { id: 'phd_01a1fcbe88cf71b3a585e43a00000001' },
      body: { decision: 'allow', reason: 'boats in a harbour' },
      answer: {
        ...HELD,
        decided_by: 'opr_14a68462224a5742a7ff47bff4536757',
        reason: 'boats in a harbour',
        state: 'allowed',
        deadline_at: null,
        on_silence: null,
        available_actions: [],
        ended_at: '2026-11-21T06:01:00.000Z',
        counts_until: '2026-12-26T06:01:00.000Z',
      },
    },
  },
  list_policy_decisions: {
    plain: {
      by: 'operator',
      query: { subject: 'bty_01a1fcbe88cf71b3a585e43a00000001', limit: 1 },
      answer: {
        data: [
          {
            stage: 'capture',
            subject_id: 'bty_01a1fcbe88cf71b3a585e43a00000001',
            subject_sha256: '12083ca7cadfdd27fecdaca984bc76a6623ffd01b4951dcd18a632653b03b3a8',
            outcome: 'allow',
            rule: null,
            pack_version: 'v1@60302446d0850e37',
            places_version: 'bundled-1@3372ed7e30861605',
            seq: '6',
            decided_at: '2026-11-21T06:00:00.000Z',
            hold_until: null,
            sanctions_as_of: null,
          },
        ],
        has_more: true,
        next_cursor: 'eyJhZnRlciI6IjYifQ',
      },
    },
  },
  create_payout_stop: {
    plain: {
      by: 'operator',
      body: { reason: 'the bank is being changed' },
      answer: STOP,
    },
  },
  list_payout_stops: {
    plain: {
      by: 'operator',
      answer: { data: [STOP] },
    },
  },
  lift_payout_stop: {
    plain: {
      by: 'operator',
      path: { id: 'pst_01a1fcbe88cf71b3a585e43a00000001' },
      answer: { ...STOP, lifted_at: '2026-11-21T06:00:00.000Z' },
    },
  },
  decide_earnings: {
    hold: {
      by: 'operator',
      body: {
        agent_id: 'agt_01a1fcbe88cf71b3a585e43a00000002',
        contributor_id: 'ctr_01a1fcbe88cf71b3a585e43a00000001',
        decision: 'hold',
        reason: 'the same photos',
      },
      answer: WITHHELD,
    },
  },
  list_earnings_holds: {
    held: {
      by: 'operator',
      query: { state: 'held' },
      answer: { data: [WITHHELD] },
    },
  },
  audit_books: {
    plain: {
      by: 'operator',
      answer: {
        balanced: true,
        report: {
          balanced: true,
          ledgers: [
            books(1, 17, '374310000'),
            books(2, 6, '344950000'),
            books(3, 0, '0'),
            books(11, 0, '0'),
            books(12, 0, '0'),
          ],
          faults: [],
          chain: {
            head: '6e925b2f45c84f2a42140b154f43a56faf150b18742a49fb8539f7add62c375a',
            sealed: 28,
            batches: 28,
            unsealed_since: null,
          },
        },
      },
    },
  },
} satisfies ExamplesOf<typeof OPERATOR_ROUTES>;
