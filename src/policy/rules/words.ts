import type { PolicyFacts } from '../facts.js';
import type { Pack } from '../pack.js';
import type { BountySubject, Hold, Refusal } from '../stages.js';
import { hasForeignLetters } from '../text/fold.js';
import { proseOf, termsTextOf } from './terms.text.js';

/** Only the purposes the pack knows. */
export function purposeRule({ purpose }: BountySubject, _facts: PolicyFacts, pack: Pack): Refusal[] {
  if (pack.purposes.allowed.includes(purpose)) return [];
  return [{ outcome: 'refuse', rule: pack.purposes.rule, hint: pack.purposes.hint }];
}

/** Prohibited tasks, by what the terms say. */
export function wordsRule(subject: BountySubject, _facts: PolicyFacts, pack: Pack): Refusal[] {
  const text = termsTextOf(subject);
  return pack.prohibited
    .filter(({ vocabulary }) => vocabulary.isIn(text))
    .map(({ rule, hint }) => ({ outcome: 'refuse', rule, hint }));
}

/**
 * Words in letters the pack has no list for cannot be judged by a program, so a person does. A pattern for text in the scene may hold any
 * letters: signs are written in the language of the place.
 */
export function readabilityRule(subject: BountySubject, _facts: PolicyFacts, pack: Pack): Hold[] {
  return hasForeignLetters(proseOf(subject).join('\n')) ? [{ outcome: 'hold', ...pack.unreadable }] : [];
}
