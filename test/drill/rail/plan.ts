import { randomOf } from '../../support/random.js';
import { faultFor, passesOf, POINTS, type Fault, type Point } from './points.js';

/** One capture that will be accepted. */
interface CapturePlan {
  /** Whether what was asked for is there; else the capture earns the share of an absence. */
  readonly present: boolean;
}

/** One bounty with its entry. */
export interface EntryPlan {
  /** Micros a capture. */
  readonly price: bigint;
  readonly absence_share_bps: bigint;
  /** Slots funded and never used. */
  readonly unused: number;
  readonly captures: readonly CapturePlan[];
  /** All captures are accepted at once; else one by one. */
  readonly burst: boolean;
}

export interface RoundPlan {
  readonly point: Point;
  readonly seed: number;
  /** The kill comes at this pass, from 1. */
  readonly pass: number;
  readonly fee_bps: number;
  readonly entries: readonly EntryPlan[];
  /** In the order in which they become due; `twin` from the beginning on. */
  readonly faults: readonly Fault[];
  /** 0 to 1, the same for the same plan: for what is decided on the way. */
  readonly random: () => number;
}

const ENTRIES_MAX = 3;
const CAPTURES_MAX = 6;
/** Smallest payments count after one block, larger ones when they are safe, the largest when they are final. */
const PRICES = [
  { share: 0.5, least: 50_001n, most: 150_000n },
  { share: 0.35, least: 1_000_001n, most: 20_000_000n },
  { share: 0.15, least: 1_000_000_001n, most: 2_000_000_000n },
] as const;
/** Most of the time one or two things go wrong besides what the point asks for. */
const EXTRAS: readonly Fault[] = [
  'drop', 'drop', 'spike', 'spike', 'reorg', 'reorg', 'twin', 'twin', 'outage', 'lost_answer', 'hole', 'displace', 'poor', 'stranger',
]; // prettier-ignore

/** The plan of a round: the same for the same point and seed. */
export function planOf(point: Point, seed: number): RoundPlan {
  const random = randomOf(seed, POINTS.indexOf(point), 3);
  const faults = faultsOf(point, random);
  const frequent = passesOf(point);
  const passes = faults.includes('twin') ? Math.ceil(frequent / 3) : frequent;
  return {
    point,
    seed,
    pass: 1 + Math.floor(random() * passes),
    fee_bps: [0, 333, 1_000][Math.floor(random() * 3)]!,
    entries: entriesOf(point, random),
    faults,
    random,
  };
}

function faultsOf(point: Point, random: () => number): Fault[] {
  const needed = faultFor(point);
  const faults = new Set<Fault>(needed ? [needed] : []);
  const wanted = faults.size + 1 + Math.floor(random() * 2);
  while (faults.size < wanted) {
    const extra = EXTRAS[Math.floor(random() * EXTRAS.length)]!;
    // A reorganisation would take away the money that a poor funder is given late, and what a stranger's nonce did.
    const clash: readonly Fault[] = ['poor', 'reorg', 'hole', 'displace'];
    if (!clash.includes(extra) || !clash.some((fault) => faults.has(fault))) faults.add(extra);
    else if (faults.size > 0 && random() < 0.2) break;
  }
  return [...faults];
}

function entriesOf(point: Point, random: () => number): EntryPlan[] {
  const count = 1 + Math.floor(random() ** 2 * ENTRIES_MAX);
  return Array.from({ length: count }, (_, index) => {
    const batch = point.startsWith('releaser.batch.') && index === 0;
    const captures = Math.max(batch ? 3 : 1, 1 + Math.floor(random() * CAPTURES_MAX));
    return {
      price: priceOf(random),
      absence_share_bps: BigInt(2_500 + Math.floor(random() * 7_501)),
      unused: Math.floor(random() * 3),
      captures: Array.from({ length: captures }, () => ({ present: random() < 0.75 })),
      burst: batch || random() < 0.4,
    };
  });
}

function priceOf(random: () => number): bigint {
  let roll = random();
  const { least, most } = PRICES.find(({ share }) => (roll -= share) < 0) ?? PRICES[0];
  return least + BigInt(Math.floor(random() * Number(most - least)));
}
