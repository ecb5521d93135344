import type { Belief } from './captures-as-evidence.js';

/** Who bets, at what odds. Amounts are plain numbers in units of the currency. */
export interface Bettor {
  /** Of a share that pays 1 if yes; a share that pays 1 if no costs the rest of 1. */
  readonly price: number;
  /** On top of a stake, as a share of it. */
  readonly fee: number;
  readonly stake_limit: number;
  /** Null counts expected money. A number is the wealth whose logarithm counts. */
  readonly bankroll: number | null;
}

export interface Use {
  readonly side: 'yes' | 'no' | 'none';
  readonly stake: number;
  readonly profit: number;
}

/** The best bet of somebody who holds yes for so probable. */
export function bestUse(probability: number, bettor: Bettor): Use {
  const stakes = (['yes', 'no'] as const).map((side) => {
    const { win, gain } = sideOf(side, probability, bettor);
    const stake =
      bettor.bankroll === null ? (edge(win, gain, bettor) > 0 ? bettor.stake_limit : 0) : kellyStake(win, gain, bettor);
    return { side, stake, profit: stake * edge(win, gain, bettor) };
  });
  const best = stakes[0]!.profit >= stakes[1]!.profit ? stakes[0]! : stakes[1]!;
  return best.stake > 0 ? best : { side: 'none', stake: 0, profit: 0 };
}

/**
 * What it is worth, at most, to reach one of the beliefs `after` before betting instead of betting with `now`: the payment after which the
 * bettor is as well off as without. Never negative.
 */
export function worthOf(now: readonly Belief[], after: readonly Belief[], bettor: Bettor): number {
  const { bankroll } = bettor;
  if (bankroll === null) return Math.max(0, utility(after, bettor) - utility(now, bettor));
  const without = utility(now, bettor);
  const paying = (amount: number) => utility(after, { ...bettor, bankroll: bankroll - amount });
  let [low, high] = [0, bankroll];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (middle < bankroll && paying(middle) >= without) low = middle;
    else high = middle;
  }
  return low;
}
const HALVINGS = 60;

/** Expected money, or expected logarithm of wealth, when every belief is put to its best use. */
function utility(beliefs: readonly Belief[], bettor: Bettor): number {
  return beliefs.reduce((sum, { weight, probability }) => {
    const use = bestUse(probability, bettor);
    return (
      sum + weight * (bettor.bankroll === null ? use.profit : logWealth(probability, use, bettor, bettor.bankroll))
    );
  }, 0);
}

function logWealth(probability: number, { side, stake }: Use, bettor: Bettor, bankroll: number): number {
  if (side === 'none') return Math.log(bankroll);
  const { win, gain } = sideOf(side, probability, bettor);
  const lost = bankroll - stake * (1 + bettor.fee);
  // A certain win has no other branch, whose logarithm of nothing must not count.
  return win * Math.log(bankroll + stake * gain) + (win === 1 ? 0 : (1 - win) * Math.log(lost));
}

/** Probability of winning on a side, and what a staked unit then gains. */
function sideOf(side: 'yes' | 'no', probability: number, { price, fee }: Bettor) {
  return side === 'yes'
    ? { win: probability, gain: 1 / price - 1 - fee }
    : { win: 1 - probability, gain: 1 / (1 - price) - 1 - fee };
}

/** Expected profit of a staked unit. */
const edge = (win: number, gain: number, { fee }: Bettor): number => win * gain - (1 - win) * (1 + fee);

/** Kelly's stake: (win · gain − lose · loss) / (gain · loss) of the bankroll, within what may be staked and what can be paid. */
function kellyStake(win: number, gain: number, bettor: Bettor): number {
  const loss = 1 + bettor.fee;
  const wanted = gain > 0 ? (edge(win, gain, bettor) / (gain * loss)) * bettor.bankroll! : 0;
  return Math.min(Math.max(0, wanted), bettor.stake_limit);
}
