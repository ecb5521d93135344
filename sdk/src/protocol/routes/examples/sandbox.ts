import type { z } from 'zod';
import type { simulationSchema } from '../../sandbox.js';
import type { SANDBOX_ROUTES } from '../sandbox.js';
import type { ExamplesOf } from './example.js';

const SIMULATION = {
  id: 'sim_01a1fcbe88cf71b3a585e43a00000001',
  bounty_id: 'bty_01a1fcbe88cf71b3a585e43a00000007',
  behaviour: 'honest',
  fraud: null,
  state: 'waiting',
  deadline_at: '2026-11-21T07:00:00.000Z',
  explanation:
    'Takes a slot, draws a picture or signs a value that meets the criteria, seals and hands it in. It should be accepted, paid, and published as an observation.',
  expected: { capture_state: 'settled', failed_stage: null, refusal: [] },
  contributor_id: null,
  reservation_id: null,
  capture_id: null,
  capture: null,
  refusal: null,
  created_at: '2026-11-21T06:00:00.000Z',
} satisfies z.input<typeof simulationSchema>;

export const SANDBOX_EXAMPLES = {
  add_sandbox_credit: {
    plain: {
      by: 'partner',
      body: { amount: '100.000000' },
      answer: {
        mode: 'test',
        balances: [
          { account: 'agent_available', fund: 'sandbox', currency: 'USD', available: '200.000000', held: '0.000000' },
        ],
      },
    },
  },
  create_simulation: {
    honest: {
      by: 'agent',
      body: { bounty_id: SIMULATION.bounty_id, behaviour: 'honest', delay_s: 3_600 },
      answer: SIMULATION,
    },
  },
  get_simulation: { plain: { by: 'agent', path: { id: SIMULATION.id }, answer: SIMULATION } },
  get_clock: { plain: { by: 'agent', answer: { now: '2026-11-21T06:00:00.000Z', ahead_s: 0, movable: false } } },
  advance_clock: {
    plain: {
      by: 'agent',
      body: { advance_s: 3_600 },
      answer: { now: '2026-11-21T07:00:00.000Z', ahead_s: 3_600, movable: true },
    },
  },
} satisfies ExamplesOf<typeof SANDBOX_ROUTES>;
