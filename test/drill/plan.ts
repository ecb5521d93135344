import { randomOf } from '../support/random.js';

/** What a kill can hit. */
export const TARGETS = ['api', 'verifier', 'decoder', 'postgres'] as const;
export type Target = (typeof TARGETS)[number];

/** The steps of a life at whose beginning a kill can be due, in their order. */
export const STEPS = ['credit', 'post', 'reserve', 'seal', 'announce', 'upload', 'submit'] as const;
export type Step = (typeof STEPS)[number];

/** After `submit` come verification, both checkpoints, payment, publication and closing: on a busy machine all of this time long. */
const AFTER_SUBMIT_MS = 1_500;
/** Every other step takes about this long. */
const WITHIN_STEP_MS = 50;
/** Share of the kills that come after `submit`. */
const SUBMITTED_SHARE = 0.6;
/** Between the first and the last capture of a round. */
const STAGGER_MS = 400;

export interface KillPlan {
  readonly target: Target;
  /** The kill comes `delay_ms` after the first capture of the round begins this step. */
  readonly step: Step;
  readonly delay_ms: number;
  /** Whether the api is left to find a Postgres again that was started anew; else it is started anew too. */
  readonly api_stays: boolean;
  /** How long each capture of the round waits before it begins. */
  readonly stagger_ms: readonly number[];
}

/** The plan of one kill: the same for the same seed and number. Each four kills in a row hit each target once. */
export function planOf(seed: number, kill: number, captures: number): KillPlan {
  const order = shuffled(TARGETS, randomOf(seed, Math.floor(kill / TARGETS.length), 1));
  const random = randomOf(seed, kill, 2);
  const step = random() < SUBMITTED_SHARE ? 'submit' : STEPS[Math.floor(random() * STEPS.length)]!;
  return {
    target: order[kill % TARGETS.length]!,
    step,
    delay_ms: Math.round(random() ** 2 * (step === 'submit' ? AFTER_SUBMIT_MS : WITHIN_STEP_MS)),
    api_stays: random() < 0.5,
    stagger_ms: Array.from({ length: captures }, (_, i) => (i === 0 ? 0 : Math.round(random() * STAGGER_MS))),
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
