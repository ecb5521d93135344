import { distanceM } from '../../kernel/geo.js';
import type { LinkedBounty } from '../facts.js';
import type { Pack } from '../pack.js';
import { solarHour } from '../solar.js';

const HOUR_MS = 3_600_000;

/**
 * Whether a spot no larger than a home is looked at again and again, on several days. Wider areas are places the public looks at; readings
 * show nobody.
 */
export function isWatch(
  now: LinkedBounty,
  near: readonly LinkedBounty[],
  { extent_m_max, apart_m_max, bounties_min, days_min }: Pack['linkage']['watch'],
): boolean {
  const isLook = ({ kind, extent_m }: LinkedBounty) => kind !== 'reading' && extent_m <= extent_m_max;
  if (!isLook(now)) return false;
  const looks = [now, ...near.filter((other) => isLook(other) && distanceM(now, other) <= apart_m_max)];
  return looks.length >= bounties_min && new Set(looks.map(dayOf)).size >= days_min;
}

/** The day at the place, by the sun. */
const dayOf = ({ opens_at, lng }: LinkedBounty): number =>
  Math.round((opens_at - solarHour(opens_at, lng) * HOUR_MS) / HOUR_MS);
