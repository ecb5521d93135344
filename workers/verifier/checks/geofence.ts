import { distanceToAreaM } from '../../../src/kernel/geo.js';
import { fail, inconclusive, pass, type Evidence, type Judgement } from './check.js';

/**
 * The sealed place lies in the area: pass; outside, but not by more than the accuracy it claims: inconclusive; further: fail.
 * The place is what the device says. Evidence holds distances only: exact places are never sold.
 */
export function geofence({ context }: Evidence): Judgement {
  const { place } = context.sealed.manifest;
  const distance = distanceToAreaM(context.area, place);
  const evidence = { outside_m: Math.ceil(distance), accuracy_m: place.accuracy_m };
  if (distance === 0) return pass(evidence);
  return distance <= place.accuracy_m
    ? inconclusive({ reason: 'within_accuracy', ...evidence })
    : fail('outside', evidence);
}
