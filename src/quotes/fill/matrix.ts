import { assert } from '../../kernel/assert.js';

/** A symmetric matrix by its lower half: `rows[i][j]` for j ≤ i. */
export type Lower = readonly Float64Array[];

export const newLower = (size: number): Float64Array[] =>
  Array.from({ length: size }, (_, i) => new Float64Array(i + 1));

/** The lower triangle L with L·Lᵀ = the matrix, which must be positive definite: a ridge prior on every coefficient sees to that. */
export function cholesky(matrix: Lower): Float64Array[] {
  const lower = newLower(matrix.length);
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= lower[i]![k]! * lower[j]![k]!;
      assert(i !== j || rest > 0, 'the matrix is not positive definite');
      lower[i]![j] = i === j ? Math.sqrt(rest) : rest / lower[j]![j]!;
    }
  }
  return lower;
}

/** Solves L·x = b. */
export function solveLower(lower: Lower, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i]![k]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}

/** Solves Lᵀ·x = b. */
export function solveUpper(lower: Lower, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= lower[k]![i]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}
