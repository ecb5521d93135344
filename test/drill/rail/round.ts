import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { checkRound, type Checked } from './check.js';
import { Faults } from './faults.js';
import { freshKey, type Lane } from './lane.js';
import { lookAt, type Look } from './look.js';
import type { RoundSetting, Turned } from './messages.js';
import type { RoundPlan } from './plan.js';
import type { Fault } from './points.js';
import { Died } from '../told-process.js';
import type { RailProcess } from './process.js';
import { Story } from './story.js';

/** A round that needs more has stopped for good. */
const TURNS_MAX = 300;
/** By the rail's clock between two blocks. */
const BLOCK_MS = 2_000;
/** Passes at once when everybody waits for the node to come back. */
const PAUSE_MS = 15_000;
const TROUBLES_MAX = 20;
/** These need a node that can be made to fail; others ask the real one, which is quicker. */
const FAILING: readonly Fault[] = ['outage', 'lost_answer'];

export interface RoundOutcome {
  /** Whether a process was killed at the point. */
  readonly killed: boolean;
  readonly hit: readonly Fault[];
  readonly turns: number;
  readonly captures: number;
  /** What is wrong, in words; empty when nothing is. */
  readonly faults: readonly string[];
  /** Errors that loops met and went on from, for whoever looks for the cause of a fault. */
  readonly troubles: readonly string[];
  /** What was looked at, to look again. */
  readonly checked: Checked;
}

/** Plays one round on a lane: bounties from offer to close, a kill at the point, the other faults, rest, and then the checks. */
export async function playRound(lane: Lane, plan: RoundPlan, { full_outage = false } = {}): Promise<RoundOutcome> {
  const round = await Round.begin(lane, plan, full_outage);
  try {
    return await round.play();
  } finally {
    await round.end();
  }
}

class Round {
  private readonly relayer: PrivateKeyAccount;
  private readonly faults: Faults;
  private processes: RailProcess[] = [];
  private shift_ms = 0;
  private turns = 0;
  private killed = false;
  private unexpected: string[] = [];
  private readonly troubles: string[] = [];

  private constructor(
    private readonly lane: Lane,
    private readonly plan: RoundPlan,
    private readonly setting: RoundSetting,
    private readonly stories: readonly Story[],
    full_outage: boolean,
  ) {
    const relayer = privateKeyToAccount(setting.relayer_key);
    this.relayer = relayer;
    this.faults = new Faults({ lane, plan, stories, relayer, full_outage, pass: (ms) => void (this.shift_ms += ms) });
  }

  static async begin(lane: Lane, plan: RoundPlan, full_outage: boolean): Promise<Round> {
    lane.rounds++;
    const { chain } = lane;
    const setting: RoundSetting = {
      relayer_key: freshKey(),
      releaser_key: freshKey(),
      chain: chain.view,
      rpc_url: FAILING.some((fault) => plan.faults.includes(fault)) ? chain.node.url : chain.anvil.url,
      fee_to: privateKeyToAccount(freshKey()).address.toLowerCase() as `0x${string}`,
      fee_bps: plan.fee_bps,
      watch: lane.watch,
      from_block: lane.from_block,
      failpoint: `${plan.point}:${plan.pass}`,
    };
    const stories = plan.entries.map((entry) => new Story(lane, entry, plan.fee_bps));
    const round = new Round(lane, plan, setting, stories, full_outage);
    await chain.endow(round.relayer.address);
    for (const [index, story] of stories.entries()) {
      await story.begin();
      if (index > 0 || !plan.faults.includes('poor')) await chain.mint(story.funder.address, story.amount);
    }
    return round;
  }

  async play(): Promise<RoundOutcome> {
    const count = this.plan.faults.includes('twin') ? 2 : 1;
    for (let one = 0; one < count; one++) await this.enter(this.setting.failpoint);
    let look = await lookAt(this.lane, this.relayer.address);
    while (!(await this.isAtRest(look))) {
      if (this.turns === TURNS_MAX) {
        this.unexpected.push(`did not come to rest within ${TURNS_MAX} turns`);
        break;
      }
      await this.turn(look);
      look = await lookAt(this.lane, this.relayer.address);
    }
    if (!this.killed) this.unexpected.push('nothing was killed: the point was not reached');
    const { lane, setting, stories, relayer } = this;
    const checked: Checked = { lane, stories, fee_to: setting.fee_to, relayer: relayer.address };
    const wrong = await checkRound(checked);
    return {
      killed: this.killed,
      hit: [...this.faults.hit],
      turns: this.turns,
      captures: stories.reduce((sum, { accepted }) => sum + accepted.length, 0),
      faults: [...this.unexpected, ...wrong],
      troubles: this.troubles,
      checked,
    };
  }

  /** The process that lives on is the next round's. */
  async end(): Promise<void> {
    for (const process of this.processes) await this.lane.keep(process);
    this.lane.chain.node.down = false;
    this.lane.chain.node.loses_answer_of = null;
  }

  private async isAtRest({ under_way, open, mined, waiting }: Look): Promise<boolean> {
    if (under_way + open.length + mined + waiting > 0 || !this.faults.over) return false;
    for (const story of this.stories) if ((await story.row())?.state !== 'closed') return false;
    return true;
  }

  private async turn(look: Look): Promise<void> {
    const { chain } = this.lane;
    if (await this.faults.between(look, this.turns)) await chain.mine(this.blocksAfter(look));
    this.turns++;
    this.shift_ms += BLOCK_MS;
    const work = this.processes.map((process) => this.told(process.ask({ do: 'turn', shift_ms: this.shift_ms })));
    const [, ...turned] = await Promise.all([this.business(), ...work]);
    if (!chain.node.down && turned.length > 0 && turned.every((one) => one?.unavailable)) this.shift_ms += PAUSE_MS;
    await this.succeed();
  }

  /** Two when nothing but depth is waited for. */
  private blocksAfter({ open, mined, under_way }: Look): number {
    return open.length === 0 && mined > 0 && mined === under_way && this.plan.random() < 0.7 ? 2 : 1;
  }

  /** Clients ask while the loops of the processes run. */
  private async business(): Promise<void> {
    for (const story of this.stories) {
      if (this.turns > 1 && this.plan.random() < 0.3) continue;
      const process = this.processes[Math.floor(this.plan.random() * this.processes.length)]!;
      await this.told(story.step(process));
    }
  }

  /** The dead are buried, and when nobody is left somebody new comes who knows only what the tables hold. */
  private async succeed(): Promise<void> {
    const [dead, living] = [this.processes.filter(({ lives }) => !lives), this.processes.filter(({ lives }) => lives)];
    if (dead.length === 0) return;
    this.killed ||= dead.some(({ was_killed }) => was_killed);
    if (dead.some(({ was_killed }) => !was_killed)) this.unexpected.push('a process ended by itself');
    this.processes = living;
    if (living.length === 0) await this.enter(null);
  }

  private async enter(failpoint: string | null): Promise<void> {
    const process = this.lane.process();
    this.processes.push(process);
    await process.begin({ ...this.setting, failpoint });
  }

  /** What came of it; null when the process died over it, or refused. */
  private async told<T>(asked: Promise<T>): Promise<T | null> {
    try {
      const answer = await asked;
      this.trouble(...((answer as Turned | undefined)?.troubles ?? []));
      return answer;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (error instanceof Died) await Promise.all(this.processes.map((one) => (one.dying ? one.ended : null)));
      else this.trouble(error.message);
      return null;
    }
  }

  private trouble(...words: string[]): void {
    for (const word of words)
      if (this.troubles.length < TROUBLES_MAX) this.troubles.push(`turn ${this.turns}: ${word}`);
  }
}
