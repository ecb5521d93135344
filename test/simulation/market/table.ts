import { median } from '../../../bench/report.js';
import type { Safety } from './attack.js';
import type { Run } from './runs.js';

/** A middle value and the interval that holds it with 95 %, by the order of the values; null where nothing could be said. */
export interface Middle {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What all seeds of one population showed. */
export interface Row {
  readonly population: string;
  readonly seeds: number;
  readonly fills_rising_vs_quoted: Middle | null;
  readonly fills_rising_vs_best_fixed: Middle | null;
  /** The same if nobody held out for a price that is seen to rise. */
  readonly without_holding_out: Middle | null;
  /** Of the money that the other one spent, what rising prices spent. */
  readonly spent_vs_best_fixed: Middle | null;
  readonly best_fixed_price: Middle | null;
  /** Accepted forgeries among all that was accepted. */
  readonly deceived_rising: Middle | null;
  readonly deceived_best_fixed: Middle | null;
  readonly calibration_error: Middle | null;
  readonly brier_skill: Middle | null;
  /** Cost over gain of the best attack on a bet of the published `value_at_risk_max`: the least over numbers of captures; null where that is 0. */
  readonly attack_on_signed: Middle | null;
  readonly attack_on_attested: Middle | null;
  /** The same at `attested` where nobody else applies. */
  readonly attack_on_attested_alone: Middle | null;
  /** Largest safe bet here, dollars, by tier and by captures that must agree: the middle over the seeds; and where nobody else applies. 0: none is. */
  readonly largest_safe_bet: Bets;
  readonly largest_safe_bet_alone: Bets;
  readonly fails: readonly string[];
}
type Bets = Record<string, Record<string, number>>;

/** What is wanted of the middle value. */
const WANTED = {
  fills_rising_vs_quoted: (value) => value !== null && value >= 1.5,
  fills_rising_vs_best_fixed: (value) => value !== null && value >= 1.1,
  calibration_error: (value) => value !== null && value <= 0.1,
  brier_skill: (value) => value !== null && value > 0,
  // Where nothing should rest on it there is nothing to gain.
  attack_on_signed: (value) => value === null || value >= 3,
  attack_on_attested: (value) => value === null || value >= 3,
  attack_on_attested_alone: (value) => value === null || value >= 3,
} as const satisfies Record<string, (value: number | null) => boolean>;

/** A row for each population, in the order in which they come. */
export function tableOf(runs: readonly Run[]): Row[] {
  return [...new Set(runs.map(({ population }) => population))].map((name) =>
    rowOf(
      name,
      runs.filter(({ population }) => population === name),
    ),
  );
}

function rowOf(population: string, runs: readonly Run[]): Row {
  const of = (value: (run: Run) => number | null) => middleOf(runs.map(value).filter((each) => each !== null));
  const figures = {
    fills_rising_vs_quoted: of((run) => ratio(run.rising_for_quoted.fills, run.quoted.fills)),
    fills_rising_vs_best_fixed: of((run) => ratio(run.rising_for_best_fixed.fills, run.best_fixed.fills)),
    without_holding_out: of((run) => ratio(run.rising_without_holding_out.fills, run.best_fixed.fills)),
    spent_vs_best_fixed: of((run) => ratio(run.rising_for_best_fixed.spent, run.best_fixed.spent)),
    best_fixed_price: of((run) => run.best_fixed.price),
    deceived_rising: of((run) => deceived(run.rising_for_best_fixed)),
    deceived_best_fixed: of((run) => deceived(run.best_fixed)),
    calibration_error: of((run) => run.estimate && run.estimate.calibration_error),
    brier_skill: of((run) => run.estimate && run.estimate.brier_skill),
    attack_on_signed: of(attackOn('signed', 'cost_vs_gain')),
    attack_on_attested: of(attackOn('attested', 'cost_vs_gain')),
    attack_on_attested_alone: of(attackOn('attested', 'cost_vs_gain_alone')),
  };
  const names = Object.keys(WANTED) as (keyof typeof WANTED)[];
  const fails = names.filter((name) => !WANTED[name](figures[name]?.median ?? null));
  const bets = {
    largest_safe_bet: safeBets(runs, 'largest_safe_bet'),
    largest_safe_bet_alone: safeBets(runs, 'alone'),
  };
  return { population, seeds: runs.length, ...figures, ...bets, fails };
}

/** By tier, then by the number of captures that must agree: the middle over all runs, in dollars. */
export function safeBets(runs: readonly Run[], which: 'largest_safe_bet' | 'alone'): Bets {
  const bets: Bets = {};
  for (const { tier, captures } of runs[0]!.safety) {
    const all = runs.map(({ safety }) => safety.find((one) => one.tier === tier && one.captures === captures)![which]);
    (bets[tier] ??= {})[captures] = Number(median(all).toPrecision(4));
  }
  return bets;
}

const attackOn =
  (tier: Safety['tier'], which: 'cost_vs_gain' | 'cost_vs_gain_alone') =>
  ({ safety }: Run): number | null => {
    const ratios = safety.flatMap((one) => (one.tier === tier ? (one[which] ?? []) : []));
    return ratios.length === 0 ? null : Math.min(...ratios);
  };
const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const deceived = ({ fills, deceptions }: { fills: number; deceptions: number }) =>
  ratio(deceptions, fills + deceptions);

/** With the interval that holds the true middle with 95 %, by ranks; from fewer than 6 values it holds it more rarely. */
export function middleOf(values: readonly number[]): Middle | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = lowRank(sorted.length);
  const [low, high] = [sorted[rank]!, sorted[sorted.length - 1 - rank]!];
  const round = (value: number) => Number(value.toPrecision(3));
  return { median: round(median(sorted)), low: round(low), high: round(high) };
}

/** The highest rank, from 0, below which the true middle lies with at most 2.5 %; 0 where there is none. */
function lowRank(count: number): number {
  let [term, below] = [0.5 ** count, 0];
  for (let rank = 0; rank < count / 2; rank++) {
    below += term;
    if (below > 0.025) return Math.max(0, rank - 1);
    term = (term * (count - rank)) / (rank + 1);
  }
  return 0;
}
