import { isPolygon, type Area } from '@groundtruth/sdk/protocol';
import { distanceToAreaM } from '../../kernel/geo.js';
import type { PolicyFacts } from '../facts.js';
import { areasMeet } from '../geometry.js';
import type { Pack } from '../pack.js';
import type { BountySubject, CaptureSubject, Hold, Refusal } from '../stages.js';
import { placesOf } from './places.js';

/** Sensitive places within reach of the area, or of where a capture says it was made, in the order of the pack's categories. */
export function sensitivePlaceRule(subject: BountySubject, facts: PolicyFacts, pack: Pack): (Refusal | Hold)[] {
  const near = categoriesNear(subject, facts, pack);
  const { categories, deadline_s } = pack.sensitive;
  return categories
    .filter(({ category }) => near.has(category))
    .map(({ category, action, hint }) => {
      const rule = `place_${category}`;
      return action === 'refuse' ? { outcome: action, rule, hint } : { outcome: action, rule, hint, deadline_s };
    });
}

/** Categories with a place whose buffer the subject touches. */
export function categoriesNear(
  subject: BountySubject & Pick<CaptureSubject, 'place'>,
  { places }: PolicyFacts,
  pack: Pack,
): ReadonlySet<string> {
  const { categories } = pack.sensitive;
  const buffers = new Map(categories.map(({ category, buffer_m }) => [category, buffer_m]));
  const reach_m = Math.max(0, ...buffers.values());
  const near = new Set<string>();
  for (const area of placesOf(subject)) {
    for (const place of places.near(area, reach_m)) {
      if (near.has(place.category)) continue;
      if (isWithin(area, place.area, buffers.get(place.category) ?? 0)) near.add(place.category);
    }
  }
  return near;
}

/** Whether two areas come within a distance of each other. */
function isWithin(one: Area, other: Area, buffer_m: number): boolean {
  if (!isPolygon(one)) return areasMeet({ ...one, radius_m: one.radius_m + buffer_m }, other);
  if (!isPolygon(other)) return areasMeet(one, { ...other, radius_m: other.radius_m + buffer_m });
  if (areasMeet(one, other)) return true;
  return cornersOf(one).some((corner) => distanceToAreaM(other, corner) <= buffer_m) ||
    cornersOf(other).some((corner) => distanceToAreaM(one, corner) <= buffer_m); // prettier-ignore
}

const cornersOf = ({ coordinates: [ring] }: Extract<Area, { type: 'Polygon' }>) =>
  ring.map(([lng, lat]) => ({ lat, lng }));
