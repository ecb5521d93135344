import { z } from 'zod';
import { CAPTURE_STATES } from './capture.js';
import { idSchema } from './ids.js';
import { amountSchema } from './money.js';
import { timeOutSchema } from './time.js';

/** How a simulated contributor goes about it. `absent` takes a slot and never comes. */
export const BEHAVIOURS = ['honest', 'late', 'fraudulent', 'absent'] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/**
 * What a fraudulent one tries. `wrong_nonce`: seals the challenge of another reservation; `elsewhere`: was a degree of latitude away; `edited`:
 * changes the bytes after they were signed; `replayed`: hands in the picture of an honest one again; `wrong_content`: shows or measures
 * what was not asked for.
 */
export const FRAUDS = ['wrong_nonce', 'elsewhere', 'edited', 'replayed', 'wrong_content'] as const;
export type Fraud = (typeof FRAUDS)[number];

export const SIMULATION_STATES = ['waiting', 'reserved', 'handed_in', 'refused', 'left', 'failed'] as const;
export type SimulationState = (typeof SIMULATION_STATES)[number];

/** Longest wait before a simulated contributor begins, in seconds. */
export const SIMULATION_DELAY_S_MAX = 7 * 86_400;
/** Furthest that the clock is moved at once, in seconds. */
export const CLOCK_ADVANCE_S_MAX = 30 * 86_400;

export const addSandboxCreditSchema = z.strictObject({ amount: amountSchema });

export const createSimulationSchema = z
  .strictObject({
    bounty_id: idSchema('bounty'),
    behaviour: z.enum(BEHAVIOURS).default('honest'),
    /** Only with `fraudulent`; drawn when left out. */
    fraud: z.enum(FRAUDS).optional(),
    /** How long to wait before it takes a slot, in seconds of the market's clock. */
    delay_s: z.int().min(0).max(SIMULATION_DELAY_S_MAX).default(0),
  })
  .refine(({ behaviour, fraud }) => fraud === undefined || behaviour === 'fraudulent', {
    message: 'expected only with behaviour fraudulent',
    path: ['fraud'],
  });

export const simulationSchema = z.object({
  id: idSchema('simulation'),
  bounty_id: idSchema('bounty'),
  behaviour: z.enum(BEHAVIOURS),
  fraud: z.enum(FRAUDS).nullable(),
  state: z.enum(SIMULATION_STATES),
  /** When it acts next; null once it has ended. */
  deadline_at: timeOutSchema.nullable(),
  /** In plain words: what it does, and what should come of it. */
  explanation: z.string(),
  /** What should come of it: the state its capture ends in with the stage that fails, or the code that its request is refused with. */
  expected: z.object({
    capture_state: z.enum(CAPTURE_STATES).nullable(),
    failed_stage: z.enum(['provenance', 'content']).nullable(),
    refusal: z.array(z.string()),
  }),
  contributor_id: idSchema('contributor').nullable(),
  reservation_id: idSchema('reservation').nullable(),
  capture_id: idSchema('capture').nullable(),
  /** How its capture stands now: what a requester may see of it. */
  capture: z
    .object({ state: z.enum(CAPTURE_STATES), failed_stage: z.enum(['provenance', 'content']).nullable() })
    .nullable(),
  /** What it was refused with, or why it failed; null otherwise. */
  refusal: z.object({ code: z.string(), detail: z.string() }).nullable(),
  created_at: timeOutSchema,
});
export type Simulation = z.infer<typeof simulationSchema>;

export const advanceClockSchema = z.strictObject({ advance_s: z.int().min(1).max(CLOCK_ADVANCE_S_MAX) });
export const clockSchema = z.object({
  now: timeOutSchema,
  /** Seconds ahead of the machine's clock: all that it was moved by. */
  ahead_s: z.int().min(0),
  /** Whether the operator lets it be moved (`SANDBOX_CLOCK`). */
  movable: z.boolean(),
});
