import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CARD_FAILPOINTS, type CardFailpoint } from '../../../src/payments/stripe/card.failpoints.js';
import { startServer, type DrillServer } from '../rail/database.js';
import { ProcessPool } from './pool.js';
import { playRound, playUndisturbed, type Undisturbed } from './round.js';
import { keepTally, readTally, type CardTally } from './tally.js';

export interface CardDrillOptions {
  readonly dataDir: string;
  /** Rounds of each point, those of earlier runs on this folder included. */
  readonly seeds: number;
  /** The first seed. */
  readonly seed: number;
  /** Default: all. */
  readonly points?: readonly CardFailpoint[];
  /** Deaths in one round at most. */
  readonly deaths: number;
  /** Rounds at a time. */
  readonly workers: number;
  readonly log_level: string;
  readonly say: (line: string) => void;
  /** Ends the drill after the rounds in hand. */
  readonly signal?: AbortSignal;
}

/**
 * Kills a card process at each point, once a seed, and compares what the story comes to with what it comes to undisturbed. Progress is kept
 * in the data folder: the next run goes on from there. What had a fault is played again, each point in a round of its own, and so is what was not reached
 * in company.
 */
export async function cardDrill(options: CardDrillOptions): Promise<CardTally> {
  await mkdir(options.dataDir, { recursive: true });
  const file = join(options.dataDir, 'card-tally.json');
  const tally = await readTally(file, options.seed);
  const server = await startServer(options.dataDir);
  const processes = new ProcessPool(options.log_level, options.workers + 1);
  try {
    for (let seed = tally.seed; seed < tally.seed + options.seeds && !options.signal?.aborted; seed++)
      await new SeedDrill(options, server, processes, tally, seed, () => keepTally(file, tally)).play();
  } finally {
    await processes.stop();
    await server.stop();
  }
  return tally;
}

export const nameOf = (point: CardFailpoint, seed: number): string => `${point}#${seed}`;

/** All points with one seed. */
class SeedDrill {
  constructor(
    private readonly options: CardDrillOptions,
    private readonly server: DrillServer,
    private readonly processes: ProcessPool,
    private readonly tally: CardTally,
    private readonly seed: number,
    private readonly keep: () => Promise<void>,
  ) {}

  async play(): Promise<void> {
    const { seed, tally } = this;
    const { points = CARD_FAILPOINTS } = this.options;
    const due = points.filter((point) => tally.rounds[nameOf(point, seed)] !== true);
    if (due.length === 0 && tally.undisturbed[seed]) return;
    const ofSeed = new RegExp(`#${seed}[ :]`);
    tally.faults = tally.faults.filter((fault) => !ofSeed.test(fault));
    const before = await this.undisturbed();
    const order = Object.keys(before.passes);
    const together = due
      .filter((point) => tally.rounds[nameOf(point, seed)] === undefined)
      .sort((one, other) => order.indexOf(one) - order.indexOf(other));
    await this.rounds(apart(together, this.options.deaths), before);
    await this.rounds(due.filter((point) => tally.rounds[nameOf(point, seed)] === undefined).map(alone), before);
    const failed = due.filter((point) => !together.includes(point));
    await this.rounds(failed.map(alone), before);
  }

  private async rounds(due: CardFailpoint[][], before: Undisturbed): Promise<void> {
    const work = async (): Promise<void> => {
      for (let points = due.shift(); points && !this.options.signal?.aborted; points = due.shift())
        await this.round(points, before);
    };
    await Promise.all(Array.from({ length: this.options.workers }, work));
  }

  private async undisturbed(): Promise<Undisturbed> {
    const began = performance.now();
    const before = await playUndisturbed(this.bases(), this.seed);
    const { faults, troubles, passes } = before;
    this.tally.undisturbed[this.seed] = faults.length === 0;
    await this.told(`undisturbed#${this.seed}`, `${Object.keys(passes).length} points`, faults, troubles, began);
    return before;
  }

  private async round(points: readonly CardFailpoint[], before: Undisturbed): Promise<void> {
    const began = performance.now();
    const { killed, faults, troubles } = await playRound(this.bases(), points, before);
    const { rounds, by_point } = this.tally;
    // Alone a point that is not reached is a fault; in company it has its turn alone.
    for (const point of points.length > 1 ? killed : points) rounds[nameOf(point, this.seed)] = faults.length === 0;
    for (const point of killed) by_point[point] = [...new Set([...(by_point[point] ?? []), this.seed])];
    await this.told(
      points.map((point) => nameOf(point, this.seed)).join(' '),
      `${killed.length} killed`,
      faults,
      troubles,
      began,
    );
  }

  private async told(
    name: string,
    what: string,
    faults: readonly string[],
    troubles: readonly string[],
    began: number,
  ): Promise<void> {
    this.tally.faults.push(...faults.map((fault) => `${name}: ${fault}`));
    await this.keep();
    const took_s = ((performance.now() - began) / 1_000).toFixed(1);
    this.options.say(`${name}: ${what}; ${faults.join('; ') || 'well'} (${took_s} s)`);
    if (faults.length > 0) for (const trouble of troubles) this.options.say(`  ${trouble}`);
  }

  private bases() {
    return { database: () => this.server.database(), processes: this.processes };
  }
}

const alone = (point: CardFailpoint): CardFailpoint[] => [point];

/** Groups of at most so many, whose points lie far apart in a list that is in order. */
function apart(points: readonly CardFailpoint[], most: number): CardFailpoint[][] {
  const groups = Math.ceil(points.length / most);
  return Array.from({ length: groups }, (_, group) => points.filter((_point, place) => place % groups === group));
}
