import { formatAmount } from '@groundtruth/sdk/protocol';
import { seconds } from '../../kernel/clock.js';
import { boundingCircle } from '../../kernel/geo.js';
import type { PolicyFacts } from '../facts.js';
import type { HazardClass, HazardCondition, Pack } from '../pack.js';
import { isWithinNight } from '../solar.js';
import type { BountySubject, Refusal, Stage } from '../stages.js';
import type { ReadText } from '../text/words.js';
import { categoriesNear } from './sensitive-places.js';
import { termsTextOf } from './terms.text.js';

/**
 * Hazards: no more than the cap of the class for one slot, and notice enough not to hurry. The cap is held against the cap of a rising
 * price, so that no escalation crosses it. Notice is asked for while terms are made or changed, not of work that was taken in time.
 */
export function hazardRule(subject: BountySubject, facts: PolicyFacts, pack: Pack, stage: Stage): Refusal[] {
  const is_new = stage === 'quote' || stage === 'publish';
  return hazardsOf(subject, facts, pack).flatMap((hazard) => [
    ...tooDear(hazard, subject),
    ...(is_new ? tooSoon(hazard, subject, facts) : []),
  ]);
}

/** The classes a bounty is in, in the pack's order. */
export function hazardsOf(subject: BountySubject, facts: PolicyFacts, pack: Pack): HazardClass[] {
  const text = termsTextOf(subject);
  const near = categoriesNear(subject, facts, pack);
  const is_night = isNight(subject, facts, pack);
  return pack.hazards.filter(({ when }) => when.some((condition) => holds(condition, subject, text, near, is_night)));
}

function holds(
  { vocabulary, places, night, kinds, purposes }: HazardCondition,
  { kind, purpose }: BountySubject,
  text: ReadText,
  near: ReadonlySet<string>,
  is_night: boolean,
): boolean {
  if (night && !is_night) return false;
  if (kinds && !kinds.includes(kind)) return false;
  if (purposes && !(purposes as readonly string[]).includes(purpose)) return false;
  if (places && !places.some((category) => near.has(category))) return false;
  return vocabulary === null || vocabulary.isIn(text);
}

function isNight({ window, area }: BountySubject, { now }: PolicyFacts, { night }: Pack): boolean {
  if (!window) return false;
  return isWithinNight(Math.max(window.opens_at ?? now, now), window.closes_at, boundingCircle(area).lng, night);
}

function tooDear({ rule, hint, price_max_micros }: HazardClass, { price_micros }: BountySubject): Refusal[] {
  if (price_micros <= price_max_micros) return [];
  const price_max = formatAmount(price_max_micros);
  return [{ outcome: 'refuse', rule, hint: `${hint} At most ${price_max} a slot.`, limits: { price_max } }];
}

function tooSoon(
  { rule, hint, notice_s_min }: HazardClass,
  { window }: BountySubject,
  { now }: PolicyFacts,
): Refusal[] {
  if (!window || window.closes_at - now >= seconds(notice_s_min)) return [];
  const limits = { notice_s_min };
  return [{ outcome: 'refuse', rule, hint: `${hint} Close the window ${notice_s_min} s from now or later.`, limits }];
}
