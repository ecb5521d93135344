import type { Criterion } from '@groundtruth/sdk/protocol';
import type { Pack } from '../pack.js';
import type { BountySubject, Hold, PolicyFacts, Refusal } from '../stages.js';
import { hasForeignLetters } from '../text/fold.js';
import { readText } from '../text/words.js';

/** Only the purposes the pack knows. */
export function purposeRule({ purpose }: BountySubject, _facts: PolicyFacts, pack: Pack): Refusal[] {
  if (pack.purposes.allowed.includes(purpose)) return [];
  return [{ outcome: 'refuse', rule: pack.purposes.rule, hint: pack.purposes.hint }];
}

/** Prohibited tasks, by what the terms say. */
export function wordsRule(subject: BountySubject, _facts: PolicyFacts, pack: Pack): Refusal[] {
  const text = readText([...proseOf(subject), ...patternsOf(subject)].join('\n'));
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

/** What people or models are told, each on its own line. */
function proseOf({ title, instructions, criteria }: BountySubject): string[] {
  return [title, instructions, ...textsOf(criteria?.all ?? [], promptOf)];
}

function patternsOf({ criteria }: BountySubject): string[] {
  return textsOf(criteria?.all ?? [], (criterion) => ('text' in criterion ? criterion.text.pattern : null));
}

function promptOf(criterion: Criterion): string | null {
  if ('object' in criterion) return criterion.object.label;
  return 'open_vocabulary' in criterion ? criterion.open_vocabulary.prompt : null;
}

function textsOf(criteria: readonly Criterion[], textOf: (criterion: Criterion) => string | null): string[] {
  return criteria.map(textOf).filter((text) => text !== null);
}
