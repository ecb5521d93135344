import type { Area } from '@groundtruth/sdk/protocol';
import { areasMeet } from '../geometry.js';
import type { PolicyFacts } from '../facts.js';
import type { Jurisdiction, Pack } from '../pack.js';
import type { BountySubject, CaptureSubject, Hold, Refusal } from '../stages.js';

/** A place is judged with this much around it: below it, positioning cannot tell in from out. */
const PLACE_RADIUS_M = 100;

/** The kill switch: nothing is asked, promised or taken where an operator has stopped work. */
export function suspendedAreaRule(subject: BountySubject, facts: PolicyFacts, pack: Pack): Refusal[] {
  const hit = facts.suspended.some(({ area }) => placesOf(subject).some((place) => areasMeet(place, area)));
  return hit ? [{ outcome: 'refuse', ...pack.suspended_area }] : [];
}

/** Sanctioned and wartime places. An area that merely touches one is inside it. */
export function jurisdictionRule(subject: BountySubject, _facts: PolicyFacts, pack: Pack): (Refusal | Hold)[] {
  const places = placesOf(subject);
  return pack.jurisdictions
    .filter(({ polygons }) => polygons.some((polygon) => places.some((place) => areasMeet(place, polygon))))
    .map(objectionOf);
}

function objectionOf({ id, action, hint, deadline_s }: Jurisdiction): Refusal | Hold {
  const rule = `jurisdiction_${id}`;
  return action === 'refuse' ? { outcome: 'refuse', rule, hint } : { outcome: 'hold', rule, hint, deadline_s };
}

/** The area of the bounty and, for a capture, where it says it was made. */
export function placesOf(subject: BountySubject & Pick<CaptureSubject, 'place'>): Area[] {
  return subject.place ? [subject.area, { ...subject.place, radius_m: PLACE_RADIUS_M }] : [subject.area];
}
