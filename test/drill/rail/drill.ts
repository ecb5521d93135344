import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from './database.js';
import { Lane, type LaneOptions } from './lane.js';
import { planOf, type RoundPlan } from './plan.js';
import { POINTS, type Point } from './points.js';
import { playRound, type RoundOutcome } from './round.js';
import { keepTally, readTally, type RailTally } from './tally.js';

/** Then database and chain are made anew, so that looking at all of them stays cheap. */
const ROUNDS_PER_LANE = 40;

export interface RailDrillOptions {
  readonly dataDir: string;
  /** Rounds of each point, those of earlier runs on this folder included. */
  readonly seeds: number;
  /** The first seed. */
  readonly seed: number;
  /** Default: all. */
  readonly points?: readonly Point[];
  /** Rounds at a time. */
  readonly workers: number;
  /** Outages last a minute by the clock on the wall, not by the rail's. */
  readonly full_outage: boolean;
  readonly log_level: string;
  readonly say: (line: string) => void;
  /** Ends the drill after the rounds in hand. */
  readonly signal?: AbortSignal;
}

/**
 * Kills a rail process at each point, once a seed, while other things go wrong too, and compares chain, ledger and outbox afterwards.
 * Progress is kept in the data folder: the next run goes on from there. What had a fault is played again.
 */
export async function railDrill(options: RailDrillOptions): Promise<RailTally> {
  const { dataDir, seed, seeds, points = POINTS, workers } = options;
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'rail-tally.json');
  const tally = await readTally(file, seed);
  const due = roundsOf(points, tally.seed, seeds).filter(([point, one]) => tally.rounds[nameOf(point, one)] !== true);
  tally.faults = tally.faults.filter(
    (fault) => !due.some(([point, one]) => fault.startsWith(`${nameOf(point, one)}:`)),
  );
  const server = await startServer(dataDir);
  try {
    const work = (): Promise<void> => playAll(options, server, due, tally, () => keepTally(file, tally));
    await Promise.all(Array.from({ length: workers }, work));
  } finally {
    await server.stop();
  }
  return tally;
}

/** Every point with one seed, before any with the next. */
export function roundsOf(points: readonly Point[], seed: number, seeds: number): [Point, number][] {
  return Array.from({ length: seeds }, (_, n) => points.map((point): [Point, number] => [point, seed + n])).flat();
}

export const nameOf = (point: Point, seed: number): string => `${point}#${seed}`;

async function playAll(
  { say, signal, full_outage, log_level }: RailDrillOptions,
  server: Pick<LaneOptions, 'database'>,
  due: [Point, number][],
  tally: RailTally,
  keep: () => Promise<void>,
): Promise<void> {
  let lane: Lane | null = null;
  try {
    for (let next = due.shift(); next && !signal?.aborted; next = due.shift()) {
      const began = performance.now();
      lane ??= await Lane.open({ database: () => server.database(), log_level });
      const plan = planOf(...next);
      const outcome = await playRound(lane, plan, { full_outage });
      count(tally, plan, outcome, full_outage);
      await keep();
      const took_s = ((performance.now() - began) / 1_000).toFixed(1);
      const { faults, troubles, hit, turns } = outcome;
      say(`${nameOf(...next)}: ${hit.join(' ')}; ${turns} turns; ${faults.join('; ') || 'well'} (${took_s} s)`);
      if (faults.length > 0) for (const trouble of troubles) say(`  ${trouble}`);
      if (faults.length === 0 && lane.rounds < ROUNDS_PER_LANE) continue;
      await lane.close();
      lane = null;
    }
  } finally {
    await lane?.close();
  }
}

function count(
  tally: RailTally,
  { point, seed, entries }: RoundPlan,
  outcome: RoundOutcome,
  full_outage: boolean,
): void {
  const { killed, hit, turns, captures, faults } = outcome;
  const name = nameOf(point, seed);
  tally.rounds[name] = faults.length === 0;
  tally.kills += killed ? 1 : 0;
  tally.by_point[point] = (tally.by_point[point] ?? 0) + (killed ? 1 : 0);
  for (const fault of hit) tally.by_fault[fault] = (tally.by_fault[fault] ?? 0) + 1;
  tally.full_outages += full_outage && hit.includes('outage') ? 1 : 0;
  tally.entries += entries.length;
  tally.captures += captures;
  tally.turns += turns;
  tally.faults.push(...faults.map((fault) => `${name}: ${fault}`));
}
