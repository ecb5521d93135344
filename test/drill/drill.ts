import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '../../src/platform/time.js';
import { ChildMarket } from './child-market.js';
import { planOf, type KillPlan, type Step } from './plan.js';
import { playRound, type CaptureOutcome } from './round.js';
import { keepTally, readTally, type Tally } from './tally.js';

const CAPTURES = 3;
/** A verifier finishes what it has in hand before it ends. */
const ORPHAN_MS_MAX = 30_000;

export interface DrillOptions {
  readonly dataDir: string;
  /** How many there shall be in all, those of earlier runs on this folder included. */
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Ends the drill after the kill in hand. */
  readonly signal?: AbortSignal;
}

/**
 * Lets captures flow and kills api, verifier, decoder or Postgres at a seeded moment of each round. Afterwards every capture must be
 * paid exactly once, the bounty closed, and the books balanced. Progress is kept in the data folder: the next run goes on from there.
 */
export async function drill({ dataDir, kills, seed, say, signal }: DrillOptions): Promise<Tally> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'drill-tally.json');
  const tally = await readTally(file, seed);
  const market = await ChildMarket.start(dataDir);
  try {
    while (tally.kills < kills && !signal?.aborted) {
      const began = performance.now();
      const plan = planOf(tally.seed, tally.kills, CAPTURES);
      const faults = await strike(market, plan, tally);
      await keepTally(file, tally);
      const { target, step, delay_ms, api_stays } = plan;
      const victim = target === 'postgres' && api_stays ? 'postgres alone' : target;
      const took_s = ((performance.now() - began) / 1_000).toFixed(1);
      say(`${tally.kills}: ${victim}, ${delay_ms} ms after ${step}; ${faults.join('; ') || 'well'} (${took_s} s)`);
    }
  } finally {
    await market.stop();
  }
  return tally;
}

/** One round with its kill, counted. @returns what went wrong. */
async function strike(market: ChildMarket, plan: KillPlan, tally: Tally): Promise<string[]> {
  const due = momentOf(plan.step);
  let in_flight = true;
  const playing = playRound({
    baseUrl: market.baseUrl,
    operatorKey: await market.operatorKey(),
    name: `${tally.seed}-${tally.kills}-${Date.now()}`,
    stagger_ms: plan.stagger_ms,
    onStep: due.begins,
    onPaid: () => (in_flight = false),
  });
  const killing = Promise.race([due.begun, playing]).then(async () => {
    await sleep(plan.delay_ms);
    const hit = in_flight;
    await market.kill(plan.target, plan.api_stays);
    return hit;
  });
  const [{ captures, faults }, hit] = await Promise.all([playing, killing]);
  const orphans = await market.orphans(ORPHAN_MS_MAX);

  const wrong = captures.filter(({ right }) => !right);
  const doubled = wrong.filter(({ payments, state }) => payments > (state === 'settled' ? 1 : 0));
  tally.kills++;
  tally.by_target[plan.target]++;
  tally.by_step[plan.step]++;
  tally.in_flight += hit ? 1 : 0;
  tally.api_stayed += plan.target === 'postgres' && plan.api_stays ? 1 : 0;
  tally.captures += captures.length;
  tally.doubled += doubled.length;
  tally.lost += wrong.length - doubled.length;
  tally.unbalanced += faults.length > 0 ? 1 : 0;
  tally.orphans += orphans;
  const all = [...wrong.map(inWords), ...faults, ...(orphans > 0 ? [`${orphans} orphans`] : [])];
  tally.faults.push(...all.map((fault) => `kill ${tally.kills}, ${plan.target}: ${fault}`));
  return all;
}

function momentOf(step: Step): { begun: Promise<void>; begins: (step: Step) => void } {
  let resolve: () => void;
  const begun = new Promise<void>((done) => (resolve = done));
  return { begun, begins: (begins) => (begins === step ? resolve() : undefined) };
}

function inWords({ id, state, available, payments }: CaptureOutcome): string {
  return `${id} is ${state}, its contributor was paid ${available} in ${payments} transfers`;
}
