import { bountyEscrowAbi } from '@groundtruth/sdk/abi';
import { escrowTermsStruct } from '@groundtruth/sdk/protocol';
import { encodeFunctionData, type Hex } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { sql } from '../../../src/platform/database/index.js';
import { sleep } from '../../../src/platform/time.js';
import type { EntryRow, ReleaseRow } from '../../../src/payments/rails/stablecoin/entry.entity.js';
import { ABANDONED_MAX, BASE_FEE } from './chain.js';
import type { Lane } from './lane.js';
import type { Look } from './look.js';
import type { RoundPlan } from './plan.js';
import type { Fault } from './points.js';
import type { Story } from './story.js';

/** Whatever the rail waits for by the clock at most. */
const OUTAGE_MS = 60_000;
const OUTAGE_TURNS = 12;
const SPIKE_TURNS = 4;
/** So long by the rail's clock that a transaction which waits is overdue. */
const OVERDUE_MS = 61_000;
const ABOVE_CAP = 250_000_000_000n;
/** What a reorganisation waits for, unless the point needs one of them: that something can be lost by it. */
const AWAITS = ['mined', 'applied', 'applied', 'any'] as const;
const LOST = ['eth_sendRawTransaction', 'eth_getTransactionReceipt', 'eth_getLogs'] as const;

/** What a fault may touch. */
export interface Stage {
  readonly lane: Lane;
  readonly plan: RoundPlan;
  readonly stories: readonly Story[];
  readonly relayer: PrivateKeyAccount;
  /** Whether an outage really lasts a minute. */
  readonly full_outage: boolean;
  /** Lets time pass by the rail's clock. */
  pass(ms: number): void;
}

/** Over: it has happened and the world is as it should be again. `stay`: no block comes in this turn. */
type Came = 'not_yet' | 'on' | 'over' | 'stay';
/** Called between turns until it says that it is over. */
type Course = (look: Look, turn: number) => Promise<Came>;

/** Brings about what goes wrong in a round, one thing after the other, each when the round has come so far that it hits something. */
export class Faults {
  private readonly courses: { readonly fault: Fault; readonly course: Course; on: boolean }[];
  /** What has happened. */
  readonly hit = new Set<Fault>();

  constructor(private readonly stage: Stage) {
    this.courses = stage.plan.faults.map((fault) => ({ fault, course: this.courseOf(fault), on: false }));
    if (stage.plan.faults.includes('twin')) this.hit.add('twin');
  }

  get over(): boolean {
    return this.courses.every(({ on }) => !on);
  }

  /** Between two turns. True when blocks may come. */
  async between(look: Look, turn: number): Promise<boolean> {
    const going = this.courses.find(({ on }) => on);
    for (const one of going ? [going] : [...this.courses]) {
      const came = await one.course(look, turn);
      if (came === 'not_yet') continue;
      this.hit.add(one.fault);
      one.on = came !== 'over';
      if (came === 'over') this.courses.splice(this.courses.indexOf(one), 1);
      return came !== 'stay';
    }
    return true;
  }

  private courseOf(fault: Fault): Course {
    switch (fault) {
      case 'drop':
        return this.drop();
      case 'spike':
        return this.spike();
      case 'reorg':
        return this.reorg();
      case 'outage':
        return this.outage();
      case 'lost_answer':
        return this.lostAnswer();
      case 'hole':
        return this.hole();
      case 'displace':
        return this.displace();
      case 'poor':
        return this.poor();
      case 'stranger':
        return this.stranger();
      case 'twin':
        return () => Promise.resolve('over');
    }
  }

  /** The node forgets a transaction that waits. */
  private drop(): Course {
    let left = 1 + this.roll(2);
    return async ({ open }) => {
      const [first] = open;
      if (!first || !(await this.forget(first.hash))) return left > 0 ? 'not_yet' : 'over';
      return --left > 0 ? 'on' : 'over';
    };
  }

  /** Blocks ask for more than what waits has offered, in some rounds for more than we ever offer. */
  private spike(): Course {
    let left = SPIKE_TURNS;
    const above_cap = !this.stage.plan.point.startsWith('sender.replace') && this.roll(3) === 0;
    const { chain } = this.stage.lane;
    return async ({ open }) => {
      const [first] = open;
      if (left === SPIKE_TURNS) {
        if (!first) return 'not_yet';
        chain.base_fee = above_cap ? ABOVE_CAP : first.max_fee * 3n;
      }
      this.stage.pass(OVERDUE_MS);
      if (--left > 0) return 'on';
      chain.base_fee = BASE_FEE;
      return 'over';
    };
  }

  /** The chain goes back to what it was some blocks ago, and takes another way that is at least as long. */
  private reorg(): Course {
    const { chain } = this.stage.lane;
    const { point } = this.stage.plan;
    const awaits = point.startsWith('watcher.reorg.')
      ? 'any'
      : point.startsWith('sender.vanished.')
        ? 'mined'
        : this.pick(AWAITS);
    const since = 2 + this.roll(9);
    const depth = BigInt(1 + this.roll(ABANDONED_MAX));
    const kept: { readonly id: Hex; readonly height: bigint }[] = [];
    return async ({ mined, applied }, turn) => {
      const height = await chain.height();
      const from = height - depth;
      // Those kept before another fault went on may lie too deep by now.
      const back = kept.find((one) => one.height >= from && one.height < height);
      const due =
        awaits === 'mined' ? mined > 0 : awaits === 'applied' ? applied !== null && applied > from : turn >= since;
      if (back && due) {
        await chain.goBack(back.id, Number(height - back.height) + this.roll(2));
        return 'over';
      }
      kept.push({ id: await chain.anvil.snapshot(), height });
      return 'not_yet';
    };
  }

  /** The node answers nothing for a minute: by the clock on the wall in a full outage, else by the rail's. */
  private outage(): Course {
    const { node } = this.stage.lane.chain;
    const begins = 2 + this.roll(10);
    const ms = OUTAGE_MS / OUTAGE_TURNS;
    let left = OUTAGE_TURNS;
    return async ({ under_way }, turn) => {
      if (!node.down && (turn < begins || under_way === 0)) return 'not_yet';
      node.down = left > 0;
      if (left-- === 0) return 'over';
      if (this.stage.full_outage) await sleep(ms);
      else this.stage.pass(ms);
      return 'on';
    };
  }

  /** The node takes a transaction and its answer is lost. */
  private lostAnswer(): Course {
    const { node } = this.stage.lane.chain;
    return async (_, turn) => {
      if (turn < 1) return 'not_yet';
      node.loses_answer_of = this.pick(LOST);
      return 'over';
    };
  }

  /** Somebody with our key has a transaction waiting, ours gets the next nonce, and theirs is forgotten. */
  private hole(): Course {
    let lost: { readonly hash: Hex; readonly nonce: bigint } | null = null;
    return async ({ open, under_way }) => {
      if (lost === null) {
        if (open.length > 0 || under_way > 0) return 'not_yet';
        lost = await this.sendAsUs(await this.stage.lane.chain.nonce(this.stage.relayer.address));
        return 'stay';
      }
      if (!open.some(({ nonce }) => nonce > lost!.nonce)) return 'stay';
      await this.forget(lost.hash);
      return 'over';
    };
  }

  /** Somebody with our key has a transaction mined at the nonce of one of ours. */
  private displace(): Course {
    return async ({ open }) => {
      const [first] = open;
      const { chain } = this.stage.lane;
      if (!first || first.nonce !== (await chain.nonce(this.stage.relayer.address))) return 'not_yet';
      if (!(await this.forget(first.hash))) return 'not_yet';
      await this.sendAsUs(first.nonce);
      return 'over';
    };
  }

  /** The first funder's wallet is filled after the token refused. */
  private poor(): Course {
    const { stories, lane } = this.stage;
    const story = stories[0]!;
    return async () => {
      if (!(await story.isRefused())) return 'not_yet';
      await lane.chain.mint(story.funder.address, story.amount);
      return 'over';
    };
  }

  /** Somebody else posts a release: its payee may. */
  private stranger(): Course {
    const { lane } = this.stage;
    return async () => {
      for (const story of this.stage.stories) {
        const row = await story.row();
        const release = row && (await firstSigned(lane, row));
        if (!release) continue;
        const { commitment: capture, pay_to: to, amount, paid_before, signature } = release;
        const args = [escrowTermsStruct(row.terms), { capture, to, amount }, paid_before, signature!, '0x'] as const;
        await lane.chain.sendAsStranger(
          row.chain.escrow, encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'release', args }),
        ); // prettier-ignore
        return 'over';
      }
      return 'not_yet';
    };
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.roll(items.length)]!;
  }

  private roll(count: number): number {
    return Math.floor(this.stage.plan.random() * count);
  }

  /** False when the node did not have it. */
  private async forget(hash: Hex): Promise<boolean> {
    return (await this.stage.lane.chain.anvil.request<Hex | null>('anvil_dropTransaction', [hash])) !== null;
  }

  /** A transaction of our key that no process knows of. */
  private async sendAsUs(nonce: bigint): Promise<{ hash: Hex; nonce: bigint }> {
    const { lane, relayer } = this.stage;
    const fee = lane.chain.base_fee * 8n;
    const raw = await relayer.signTransaction({
      type: 'eip1559',
      chainId: lane.chain.view.chain_id,
      nonce: Number(nonce),
      to: relayer.address,
      gas: 21_000n,
      maxFeePerGas: fee,
      maxPriorityFeePerGas: fee / 2n,
    });
    return { hash: await lane.chain.anvil.request<Hex>('eth_sendRawTransaction', [raw]), nonce };
  }
}

/** The release that the contract takes next, when it is signed. */
async function firstSigned(lane: Lane, { id }: EntryRow): Promise<ReleaseRow | null> {
  const text = 'SELECT * FROM release WHERE entry = $1 AND paid_by IS NULL ORDER BY seq LIMIT 1';
  const [row] = await lane.run((tx) => sql<ReleaseRow>(tx, text, [id]));
  return row?.signature ? row : null;
}
