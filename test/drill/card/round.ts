import { CARD_FAILPOINTS, type CardFailpoint } from '../../../src/payments/stripe/card.failpoints.js';
import { sqlOne } from '../../../src/platform/database/index.js';
import { randomOf } from '../../support/random.js';
import { checkStage } from './check.js';
import { differences, endStateOf, type EndState } from './end-state.js';
import { Mischief } from './mischief.js';
import { passOf, storyOf, type StoryPlan } from './plan.js';

import { Stage, type StageOptions } from './stage.js';
import { Story } from './story.js';

/** After something happened, loops run twice at once, and then until nothing is left to do. */
const SOON_MS = 20_000;
const TURNS_SOON = 2;
/** Longer than any lease, and than the pause before lost events are looked for. */
const PATIENCE_MS = 61 * 60_000;
/** The next day is not to begin before. */
const RESTS_MAX = 16;

type Bases = Pick<StageOptions, 'database' | 'processes'>;

/** A story without a kill: what it comes to, and how often it passes each point. */
export interface Undisturbed {
  readonly plan: StoryPlan;
  readonly end: EndState;
  readonly passes: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  readonly troubles: readonly string[];
}

export interface RoundOutcome {
  /** The points at which a process was killed. */
  readonly killed: readonly CardFailpoint[];
  /** What is wrong, in words; empty when nothing is. */
  readonly faults: readonly string[];
  readonly troubles: readonly string[];
}

/** Plays the story of a seed undisturbed. A point that it does not pass is a fault: no round could kill there. */
export async function playUndisturbed(bases: Bases, seed: number): Promise<Undisturbed> {
  return playOn({ ...bases, seed, failpoints: [] }, async (stage, plan, faults) => {
    const unseen = CARD_FAILPOINTS.filter((point) => !stage.passes[point]).map((point) => `${point} is never passed`);
    const { passes, troubles } = stage;
    return { plan, end: await endStateOf(stage), passes, faults: [...faults, ...unseen], troubles };
  });
}

/**
 * Plays it again with a kill at each point, and compares. The first is at any pass of its point; whoever comes after it dies at the first pass of the
 * next point. Points go in the order in which the undisturbed story passes them last, and one may be over by then: it is not killed at.
 */
export async function playRound(
  bases: Bases,
  points: readonly CardFailpoint[],
  before: Undisturbed,
): Promise<RoundOutcome> {
  const { plan, end, passes } = before;
  const order = Object.keys(passes);
  const [first, ...others] = [...points].sort((one, other) => order.indexOf(one) - order.indexOf(other));
  const pass = passOf(plan.seed, first!, CARD_FAILPOINTS, passes[first!] ?? 0);
  const failpoints = [`${first}:${pass}`, ...others.map((point) => `${point}:1`)];
  return playOn({ ...bases, seed: plan.seed, failpoints }, async (stage, _plan, faults) => {
    const killed = stage.killed_at.map((name) => name.split(':')[0] as CardFailpoint);
    const different = differences(await endStateOf(stage), end);
    const reached = killed.length > 0 ? [] : ['nothing was killed: the point was not reached'];
    return { killed, faults: [...reached, ...faults, ...different], troubles: stage.troubles };
  });
}

/** Plays the story of a seed on a stage of its own, and has `work` look at it before it is cleared away. `faults`: what is wrong by itself. */
export async function playOn<T>(
  options: StageOptions,
  work: (stage: Stage, plan: StoryPlan, faults: readonly string[]) => Promise<T>,
): Promise<T> {
  const stage = await Stage.open(options);
  const plan = storyOf(options.seed);
  try {
    return await work(stage, plan, await playStory(stage, plan));
  } finally {
    await stage.close();
  }
}

/** From the first day to the last; answers what is wrong then. */
async function playStory(stage: Stage, plan: StoryPlan): Promise<string[]> {
  const story = new Story(stage, plan);
  const mischief = new Mischief(stage, randomOf(plan.seed, 17));
  for (const [day, act] of story.days) {
    stage.morning(day);
    for (const { fault } of plan.faults.filter((one) => one.day === day)) stage.simulator.control.fail(fault);
    const broken = await act().then(
      () => null,
      (error: unknown) => String(error),
    );
    if (broken !== null) return [`day ${day} cannot be played: ${broken}`];
    const is_deaf = plan.deaf_days.includes(day);
    const deliver = (): Promise<void> => mischief.deliver(is_deaf);
    for (let turn = 0; turn < TURNS_SOON; turn++) await pass(stage, story, deliver, SOON_MS);
    const acted_at = stage.clock.now();
    for (let rest = 1, busy = await isBusy(stage, acted_at); busy !== null; rest++) {
      if (rest > RESTS_MAX) return [`day ${day} never comes to rest: ${busy}`];
      await pass(stage, story, deliver, PATIENCE_MS);
      busy = await isBusy(stage, acted_at);
    }
  }
  return checkStage(stage, plan);
}

async function pass(stage: Stage, story: Story, deliver: () => Promise<void>, ms: number): Promise<void> {
  stage.pass(ms);
  await story.answer();
  await deliver();
  await stage.tell({ do: 'turn' });
}

/** What is under way, in words; null when nothing is. Also when events since `acted_at` have not been looked for. */
async function isBusy(stage: Stage, acted_at: number): Promise<string | null> {
  const { rows } = (await stage.run((tx) => sqlOne<{ rows: string | null }>(tx, UNDER_WAY, [new Date(acted_at)])))!;
  return rows;
}

const UNDER_WAY = `SELECT string_agg(one, ', ') AS rows FROM (
  SELECT kind || ' ' || state || coalesce(' ' || reason, '') AS one FROM ext_op WHERE state NOT IN ('done', 'refused')
  UNION ALL SELECT type || coalesce(' ' || last_error, '') FROM inbox_event WHERE state = 'waiting'
  UNION ALL SELECT job || ' of ' || day FROM payout_run WHERE finished_at IS NULL
  UNION ALL SELECT id || ' ' || state FROM top_up WHERE state IN ('created', 'requires_action', 'processing')
  UNION ALL SELECT 'lost events' WHERE NOT EXISTS (SELECT FROM stripe_sweep WHERE upto > $1)
  UNION ALL SELECT id || ' ' || state FROM payout WHERE state IN ('planned', 'returning')) AS all_of_it`;
