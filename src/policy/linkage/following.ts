import { distanceM } from '../../kernel/geo.js';
import type { LinkedBounty } from '../facts.js';
import type { Pack } from '../pack.js';

type Limits = Pack['linkage']['following'];

/** More than these are not compared: the newest count. */
const LOOKS_MAX = 60;

/**
 * Whether short looks go on from place to place, ever further from the first and no faster than somebody travels: a moving target. Looks
 * that open at one moment, or return, are a survey.
 */
export function isFollowing(now: LinkedBounty, linked: readonly LinkedBounty[], limits: Limits): boolean {
  const looks = [now, ...linked]
    .filter((look) => isShort(look, limits) && Math.abs(look.opens_at - now.opens_at) <= limits.span_s * 1_000)
    .slice(0, LOOKS_MAX)
    .sort((one, other) => one.opens_at - other.opens_at);
  return isShort(now, limits) && looks.some((_, start) => longestFrom(looks, start, limits) >= limits.bounties_min);
}

function isShort(
  { kind, extent_m, opens_at, closes_at }: LinkedBounty,
  { extent_m_max, window_s_max }: Limits,
): boolean {
  return kind !== 'reading' && extent_m <= extent_m_max && closes_at - opens_at <= window_s_max * 1_000;
}

/** Looks on the longest way that begins at `start`: each step moves on, and away. */
function longestFrom(looks: readonly LinkedBounty[], start: number, { step_m_min, speed_m_per_s_max }: Limits): number {
  const first = looks[start]!;
  const away = looks.map((look) => distanceM(first, look));
  const length = looks.map((_, at): number => (at === start ? 1 : 0));
  for (let at = start + 1; at < looks.length; at++) {
    for (let before = start; before < at; before++) {
      const step_m = distanceM(looks[before]!, looks[at]!);
      const step_s = (looks[at]!.opens_at - looks[before]!.opens_at) / 1_000;
      const moves = step_m >= step_m_min && step_m <= step_s * speed_m_per_s_max && away[at]! > away[before]!;
      if (moves && length[before]! > 0) length[at] = Math.max(length[at]!, length[before]! + 1);
    }
  }
  return Math.max(...length);
}
