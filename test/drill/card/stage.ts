import type Stripe from 'stripe';
import { ManualClock } from '../../../src/kernel/clock.js';
import { LedgerService } from '../../../src/ledger/index.js';
import { sql, type Tx } from '../../../src/platform/database/index.js';
import { startStripeSimulator, type StripeSimulator } from '../../../src/platform/embedded/stripe-simulator/index.js';
import { clientOf } from '../../../src/platform/embedded/stripe-simulator/simulator.fixture.js';
import type { LaneDatabase } from '../rail/lane.js';
import { Died } from '../told-process.js';
import type { RoundSetting, Work } from './messages.js';
import type { CardProcess } from './process.js';

/** Batches of payouts go from six on, reconciliations from three. */
const BEGINS_AT = Date.parse('2026-11-02T07:00:00Z');
const DAY_MS = 86_400_000;
const TROUBLES_MAX = 20;

/** Where card processes come from and go to. */
export interface Processes {
  take(): CardProcess;
  keep(process: CardProcess): Promise<void>;
}

export interface StageOptions {
  readonly database: () => Promise<LaneDatabase>;
  readonly processes: Processes;
  readonly seed: number;
  /** Where processes die, the first, its successor and so on: `name:pass`. Whoever comes after the last of them lives. */
  readonly failpoints: readonly string[];
}

/** What outlives a card process: database, simulator and time; and whichever process is there now. */
export class Stage {
  readonly ledger: LedgerService;
  readonly stripe: Stripe;
  /** Errors that loops met and went on from, for whoever looks for the cause of a fault. */
  readonly troubles: string[] = [];
  /** How often the first process had passed each point when it answered last; in the order in which each was passed last. */
  passes: Readonly<Record<string, number>> = {};
  /** At which of the points a process was killed. */
  readonly killed_at: string[] = [];
  private readonly due: string[];
  private process: CardProcess | null = null;

  private constructor(
    private readonly options: StageOptions,
    readonly database: LaneDatabase,
    readonly simulator: StripeSimulator,
    readonly clock: ManualClock,
  ) {
    this.due = [...options.failpoints];
    this.ledger = new LedgerService(clock);
    this.stripe = clientOf(simulator);
  }

  static async open(options: StageOptions): Promise<Stage> {
    const clock = new ManualClock(BEGINS_AT);
    const [database, simulator] = await Promise.all([
      options.database(),
      startStripeSimulator({ clock, seed: `card drill ${options.seed}`, port: 0 }),
    ]);
    const stage = new Stage(options, database, simulator, clock);
    await stage.enter();
    return stage;
  }

  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.unitOfWork.run(work);
  }

  rows<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    return this.run((tx) => sql<T & Record<string, unknown>>(tx, text, values));
  }

  /** Seven in the morning of the day, counted from 0. Never back. */
  morning(day: number): void {
    const at = BEGINS_AT + day * DAY_MS;
    if (at < this.clock.now()) throw new Error(`day ${day} has begun long ago: the day before took too long`);
    this.pass(at - this.clock.now());
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    this.simulator.control.tick();
  }

  /** Has it done by whichever process lives, asking again when one dies over it, as clients do. @throws what the process refuses. */
  async tell(work: Work): Promise<void> {
    for (;;) {
      try {
        const answer = (await this.process!.ask({ ...work, now: this.clock.now() }))!;
        if (this.killed_at.length === 0) this.passes = lastPassedLast(this.passes, answer.passes);
        for (const trouble of answer.troubles) this.note(trouble);
        return;
      } catch (error) {
        if (!(error instanceof Died)) throw error;
        await this.succeed();
      }
    }
  }

  note(trouble: string): void {
    if (this.troubles.length < TROUBLES_MAX)
      this.troubles.push(`${new Date(this.clock.now()).toISOString()} ${trouble}`);
  }

  /** Whoever lives on is of use to the next round. */
  async close(): Promise<void> {
    this.simulator.control.webhooks.listen(null);
    const process = this.process!;
    if (process.lives && !process.dying) {
      await process.ask({ do: 'end', now: this.clock.now() });
      await this.options.processes.keep(process);
    } else await process.stop();
    await this.simulator.stop();
    await this.database.close();
  }

  /** The dead is buried, and somebody comes who knows only what the tables hold. */
  private async succeed(): Promise<void> {
    const process = this.process!;
    await process.ended;
    if (!process.was_killed) throw new Error('a process ended by itself');
    const failpoint = this.due.shift();
    if (!failpoint) throw new Error('a process died that was to live');
    this.killed_at.push(failpoint);
    await this.enter();
  }

  private async enter(): Promise<void> {
    this.process = this.options.processes.take();
    const { host, port, secretKey, webhookSecret } = this.simulator;
    const setting: RoundSetting = {
      database_url: this.database.url,
      stripe: { host, port, secretKey, webhookSecret },
      failpoint: this.due[0] ?? null,
    };
    const { webhooks } = this.simulator.control;
    webhooks.listen(await this.process.begin(setting, this.clock.now()));
  }
}

/** What was passed since goes to the end. */
function lastPassedLast(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>) {
  const [old, recent] = [
    Object.entries(now).filter(([point, passes]) => before[point] === passes),
    Object.entries(now),
  ];
  const order = Object.keys(before);
  old.sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  return Object.fromEntries([...old, ...recent.filter(([point, passes]) => before[point] !== passes)]);
}
