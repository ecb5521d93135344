import type { Coefficient } from './features.js';
import { cholesky, newLower, solveLower, solveUpper, type Lower } from './matrix.js';

/** One piece of exposure, sparsely: the value of each coefficient named, the hours looked at, and whether a fill ended it. */
export interface RateRow {
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly hours: number;
  readonly filled: boolean;
}

export interface RateFit {
  readonly coefficients: Float64Array;
  /** Cholesky factor of the curvature at the best point: the inverse of the posterior's covariance. */
  readonly factor: Lower;
}

const ROUNDS_MAX = 40;
const HALVINGS_MAX = 20;
const CLOSE_ENOUGH = 1e-6;
/** Bounds on a log rate an hour, so that no step of the search overflows: a fill in 5,000 years, or 3,000 a second. */
const LOG_RATE_MAX = 16;

/**
 * The most probable coefficients of a piecewise-constant hazard: log likelihood Σ (filled · log rate − rate · hours), normal priors,
 * and lower bounds. Newton's method on the coefficients that no bound holds, with halved steps until the objective falls; it is convex, so
 * there is one answer.
 */
export function fitRate(rows: readonly RateRow[], priors: readonly Coefficient[], start?: Float64Array): RateFit {
  let point = start ?? Float64Array.from(priors, ({ mean }) => mean);
  let cost = costAt(rows, priors, point);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const { gradient, curvature } = slopesAt(rows, priors, point);
    const held = priors.map(({ min = -Infinity }, j) => point[j]! <= min && gradient[j]! > 0);
    const step = newtonStep(gradient, curvature, held);
    const next = descend(rows, priors, point, step, cost);
    if (!next) break;
    const gained = cost - next.cost;
    ({ point, cost } = next);
    if (gained < CLOSE_ENOUGH * (1 + Math.abs(cost))) break;
  }
  return { coefficients: point, factor: cholesky(slopesAt(rows, priors, point).curvature) };
}

function descend(
  rows: readonly RateRow[],
  priors: readonly Coefficient[],
  point: Float64Array,
  step: Float64Array,
  cost: number,
) {
  for (let halving = 0, share = 1; halving < HALVINGS_MAX; halving++, share /= 2) {
    const moved = point.map((value, j) => Math.max(priors[j]!.min ?? -Infinity, value - share * step[j]!));
    const movedCost = costAt(rows, priors, moved);
    if (movedCost < cost) return { point: moved, cost: movedCost };
  }
  return null;
}

/** Curvature⁻¹ · gradient over the coefficients that are free; those held by their bound stay. */
function newtonStep(gradient: Float64Array, curvature: Float64Array[], held: readonly boolean[]): Float64Array {
  const free = curvature.map((row, i) => row.map((value, j) => (held[i] || held[j] ? Number(i === j) : value)));
  const factor = cholesky(free);
  const wanted = gradient.map((value, j) => (held[j] ? 0 : value));
  return solveUpper(factor, solveLower(factor, wanted));
}

function costAt(rows: readonly RateRow[], priors: readonly Coefficient[], point: Float64Array): number {
  let cost = 0;
  for (const row of rows) {
    const log = logRate(row, point);
    cost += Math.exp(log) * row.hours - (row.filled ? log : 0);
  }
  priors.forEach(({ mean, sd }, j) => (cost += ((point[j]! - mean) / sd) ** 2 / 2));
  return cost;
}

function slopesAt(rows: readonly RateRow[], priors: readonly Coefficient[], point: Float64Array) {
  const gradient = new Float64Array(point.length);
  const curvature = newLower(point.length);
  for (const row of rows) {
    const expected = Math.exp(logRate(row, point)) * row.hours;
    const surplus = expected - Number(row.filled);
    const { at, values } = row;
    for (let a = 0; a < at.length; a++) {
      const value = values[a]!;
      const line = curvature[at[a]!]!;
      gradient[at[a]!]! += surplus * value;
      for (let b = 0; b <= a; b++) line[at[b]!]! += expected * value * values[b]!;
    }
  }
  priors.forEach(({ mean, sd }, j) => {
    gradient[j]! += (point[j]! - mean) / sd ** 2;
    curvature[j]![j]! += 1 / sd ** 2;
  });
  return { gradient, curvature };
}

function logRate(row: RateRow, point: Float64Array): number {
  let log = 0;
  const { at, values } = row;
  for (let a = 0; a < at.length; a++) log += values[a]! * point[at[a]!]!;
  return Math.min(LOG_RATE_MAX, Math.max(-LOG_RATE_MAX, log));
}
