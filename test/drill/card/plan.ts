import { deriveId } from '../../../src/kernel/ids.js';
import type { CardFailpoint } from '../../../src/payments/stripe/card.failpoints.js';
import type { Fault } from '../../../src/platform/embedded/stripe-simulator/index.js';
import { randomOf } from '../../support/random.js';

/** Who is in a story, by what becomes of their money. */
export const AGENTS = ['saver', 'refunded', 'winner', 'loser', 'warned', 'declined', 'unproven'] as const;
export type Agent = (typeof AGENTS)[number];
export const CONTRIBUTORS = ['paid', 'bounced'] as const;
export type Contributor = (typeof CONTRIBUTORS)[number];
/** Those whose bounties pay somebody. */
export const SPENDERS = ['saver', 'refunded', 'winner', 'loser'] as const satisfies readonly Agent[];
export type Spender = (typeof SPENDERS)[number];

/** What one spender's bounty comes to, in micros. */
export interface SpendingPlan {
  readonly hold: bigint;
  readonly pay: bigint;
  readonly fee: bigint;
}

/** Everything of a story that its seed decides. Amounts are micros, whole cents. */
export interface StoryPlan {
  readonly seed: number;
  readonly top_ups: Readonly<Record<Agent, { readonly amount: bigint; readonly card: string }>>;
  readonly spending: Readonly<Record<Spender, SpendingPlan>>;
  readonly auto: { readonly below: bigint; readonly amount: bigint };
  readonly refund: bigint;
  /** What the loss reserve of card money begins with. */
  readonly reserve: bigint;
  /** Whether the bank sends the payout back after it had taken it, or on the way. */
  readonly bounces_late: boolean;
  /** On which no webhook comes in at all. */
  readonly deaf_days: readonly number[];
  /** Answers of the simulator that go wrong, by the day they are set. */
  readonly faults: readonly { readonly day: number; readonly fault: Fault }[];
  readonly agentId: (who: Agent) => ReturnType<typeof agentId>;
  readonly contributorId: (who: Contributor) => ReturnType<typeof contributorId>;
}

const CENT = 10_000n;
const PLAIN = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_bypassPending'] as const;
/** Least and most of a top-up, in cents. */
const RANGES: Readonly<Record<Agent, readonly [number, number]>> = {
  saver: [20_000, 40_000],
  refunded: [15_000, 30_000],
  winner: [15_000, 30_000],
  loser: [15_000, 30_000],
  warned: [5_000, 9_000],
  declined: [2_000, 3_000],
  unproven: [2_000, 3_000],
};
/** Not on those days on which a webhook tells what Stripe lists nowhere for us: bank accounts of others are named then. */
const MAYBE_DEAF = [1, 2, 3, 4, 5, 6, 8, 9, 10, 26, 27, 29, 31, 33] as const;
const HOWS = ['500', '500_kept', '500_after', '429', '409'] as const;
const PATHS = [
  { day: 0, path: '/v1/payment_intents' },
  { day: 1, path: '/v1/payment_intents' },
  { day: 3, path: '/v1/refunds' },
  { day: 26, path: '/v1/transfers' },
] as const;

/** The same for the same seed. */
export function storyOf(seed: number): StoryPlan {
  const random = randomOf(seed, 11);
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least));
  const one = <T>(choices: readonly T[]): T => choices[between(0, choices.length)]!;
  const cards: Readonly<Record<Agent, string>> = {
    saver: one(PLAIN),
    refunded: 'pm_card_threeDSecure2Required',
    winner: one(PLAIN),
    loser: one(PLAIN),
    warned: one(PLAIN),
    declined: one(['pm_card_chargeDeclined', 'pm_card_chargeDeclinedInsufficientFunds']),
    unproven: 'pm_card_threeDSecure2Required',
  };
  const topUpOf = (who: Agent) => ({ amount: BigInt(between(...RANGES[who])) * CENT, card: cards[who] });
  const top_ups = Object.fromEntries(AGENTS.map((who) => [who, topUpOf(who)])) as StoryPlan['top_ups'];
  const spendingOf = (who: Spender): SpendingPlan => {
    const hold = cents((top_ups[who].amount * BigInt(between(60, 80))) / 100n);
    return { hold, pay: (hold * BigInt(between(65, 80))) / 100n, fee: hold / 10n };
  };
  const spending = Object.fromEntries(SPENDERS.map((who) => [who, spendingOf(who)])) as StoryPlan['spending'];
  return {
    seed,
    top_ups,
    spending,
    // Below what the saver has once its bounty holds the rest, and enough that one charge lifts it above.
    auto: { below: cents((top_ups.saver.amount * 45n) / 100n), amount: cents(top_ups.saver.amount / 2n) },
    refund: cents(((top_ups.refunded.amount - spending.refunded.hold) * BigInt(between(30, 90))) / 100n),
    reserve: BigInt(between(0, 6_000)) * CENT,
    bounces_late: random() < 0.5,
    deaf_days: MAYBE_DEAF.filter(() => random() < 0.35),
    faults: [
      { day: 0, fault: { method: 'POST', path: '/v1/payment_intents', how: '500_kept' } },
      { day: 26, fault: { method: 'POST', path: '/v1/transfers', how: '500_after' } },
      ...[one(PATHS), one(PATHS)].map(({ day, path }) => ({
        day,
        fault: { method: 'POST', path, how: one(HOWS) } as const,
      })),
    ],
    agentId: (who) => agentId(seed, who),
    contributorId: (who) => contributorId(seed, who),
  };
}

/** At which pass of its point a round kills; `passes`: how often its story passes it undisturbed. */
export function passOf(seed: number, point: CardFailpoint, points: readonly CardFailpoint[], passes: number): number {
  // Work that goes on side by side does not pass a point equally often each time.
  const most = Math.max(1, Math.floor(passes * 0.8));
  return 1 + Math.floor(randomOf(seed, points.indexOf(point), 13)() * most);
}

const cents = (amount: bigint): bigint => amount - (amount % CENT);
const agentId = (seed: number, who: Agent) => deriveId('agent', 'card drill', String(seed), who);
const contributorId = (seed: number, who: Contributor) => deriveId('contributor', 'card drill', String(seed), who);
