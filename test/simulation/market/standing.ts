import type { Standing } from './world.js';

/** Assumed: half of the people have offers, a handful each. */
const SHARE = 0.5;
const RINGS = 6;
/** What `bestShade` found for half of the people on seeds 101 and 102: what nobody gains by asking more than. */
const BEST_SHADE: Readonly<Record<string, number>> = {
  adversarial: 0.3,
  dense: 0.1,
  forged: 0.2,
  night: 0.2,
  seasonal: 0.4,
  shock: 0.6,
  thin: 0.3,
};
const BEST_SHADE_ELSEWHERE = 0.2;

/** Who has offers in a population, and what they ask; `share` and `shade` in place of what is assumed. */
export function standingIn(population: string, share = SHARE, shade?: number): Standing {
  return { share, shade: shade ?? BEST_SHADE[population] ?? BEST_SHADE_ELSEWHERE, rings: RINGS };
}
