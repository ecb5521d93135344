import type { z } from 'zod';
import type { STANDING_ROUTES } from '../standing.js';
import type { standingBountySchema, standingTemplateSchema } from '../../standing.js';
import type { ExamplesOf } from './example.js';
import { ASKED, criteriaOf } from './bounty.js';

type Standing = z.input<typeof standingBountySchema>;

const ID = 'stb_01a1fcbe88cf71b3a585e43a00000001';
const TEMPLATE = {
  kind: 'photo',
  title: 'Boats at the north steps, every morning',
  area: ASKED.area,
  criteria: ASKED.criteria,
  price: ASKED.price,
  purpose: 'civic',
  open_for_s: 3_600,
} satisfies z.input<typeof standingTemplateSchema>;

/** As it stands before anything was posted; `change` is what differs later. */
const standing = (change: Partial<Standing>): Standing => ({
  id: ID,
  mode: 'test',
  state: 'active',
  deadline_at: '2026-12-21T06:00:00.000Z',
  on_silence: 'It goes on posting within its budget; at its end, if it has one, it posts nothing more.',
  available_actions: [
    { action: 'pause', method: 'PATCH', path: `/v1/standing-bounties/${ID}` },
    { action: 'end', method: 'DELETE', path: `/v1/standing-bounties/${ID}` },
  ],
  end_reason: null,
  template: {
    ...TEMPLATE,
    instructions: '',
    late_upload_s: 0,
    criteria: criteriaOf({}),
    quantity: 1,
    mode: 'reserved',
    licence: { exclusive_s: 0, resale: true },
    absence_share: '0.5',
  },
  untrusted_fields: ['template.title', 'template.instructions'],
  trigger: { every_s: 86_400 },
  budget_per_day: '5.500000',
  committed: '0.000000',
  max_open: 1,
  open: 0,
  next_due_at: '2026-11-21T06:01:00.000Z',
  ends_at: '2026-12-21T06:00:00.000Z',
  created_at: '2026-11-21T06:01:00.000Z',
  ...change,
});
const POSTED = { committed: '5.500000', open: 1, next_due_at: '2026-11-22T06:01:00.000Z' };

export const STANDING_EXAMPLES = {
  create_standing_bounty: {
    plain: {
      by: 'agent',
      body: {
        template: TEMPLATE,
        trigger: { every_s: 86_400 },
        budget_per_day: '5.500000',
        ends_at: '2026-12-21T06:00:00Z',
      },
      answer: standing({}),
    },
  },
  get_standing_bounty: { plain: { by: 'agent', path: { id: ID }, answer: standing(POSTED) } },
  list_standing_bounties: {
    plain: { by: 'agent', answer: { data: [standing(POSTED)], has_more: false, next_cursor: null } },
  },
  list_standing_runs: {
    plain: {
      by: 'agent',
      path: { id: ID },
      answer: {
        data: [
          {
            id: 'srn_01a1fcbe88cf71b3a585e43a00000001',
            standing_bounty_id: ID,
            due_at: '2026-11-21T06:01:00.000Z',
            observation_id: null,
            outcome: 'posted',
            reason: null,
            bounty_id: 'bty_01a1fcbe88cf71b3a585e43a00000031',
            slots: 1,
            at: '2026-11-21T06:01:01.000Z',
          },
        ],
        has_more: false,
        next_cursor: null,
      },
    },
  },
  change_standing_bounty: {
    plain: {
      by: 'agent',
      path: { id: ID },
      body: { state: 'paused' },
      answer: standing({
        ...POSTED,
        state: 'paused',
        on_silence: 'It posts nothing until it is resumed; at its end, if it has one, it is over.',
        available_actions: [
          { action: 'resume', method: 'PATCH', path: `/v1/standing-bounties/${ID}` },
          { action: 'end', method: 'DELETE', path: `/v1/standing-bounties/${ID}` },
        ],
        next_due_at: null,
      }),
    },
  },
  end_standing_bounty: {
    plain: {
      by: 'agent',
      path: { id: ID },
      answer: standing({
        ...POSTED,
        state: 'ended',
        deadline_at: null,
        on_silence: null,
        available_actions: [],
        end_reason: 'requester',
        next_due_at: null,
      }),
    },
  },
} satisfies ExamplesOf<typeof STANDING_ROUTES>;
