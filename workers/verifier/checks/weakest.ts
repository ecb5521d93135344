import type { CheckStatus } from '@groundtruth/sdk/protocol';

/** One criterion held against a picture. */
export interface Graded {
  readonly status: CheckStatus;
  /** 0 to 1. */
  readonly score: number;
  readonly pass_at: number;
}

const WORST_FIRST: readonly CheckStatus[] = ['fail', 'unavailable', 'inconclusive', 'pass'];

/** Of several criteria that must all hold, the one that decides: worst status first, then least above its own bar. Never empty. */
export function weakest<T extends Graded>(graded: readonly T[]): T {
  const rank = (one: T): number => WORST_FIRST.indexOf(one.status);
  const margin = (one: T): number => one.score - one.pass_at;
  return graded.reduce((a, b) => (rank(b) < rank(a) || (rank(b) === rank(a) && margin(b) < margin(a)) ? b : a));
}
