import type { Criterion } from '@groundtruth/sdk/protocol';
import type { BountySubject } from '../stages.js';
import { readText, type ReadText } from '../text/words.js';

/** Several rules read the same terms; each subject's are read once. */
const READ = new WeakMap<BountySubject, ReadText>();

/** All text of the terms, read for `Vocabulary.isIn`. */
export function termsTextOf(subject: BountySubject): ReadText {
  const known = READ.get(subject);
  if (known) return known;
  const text = readText([...proseOf(subject), ...patternsOf(subject)].join('\n'));
  READ.set(subject, text);
  return text;
}

/** What people or models are told, each on its own line. */
export function proseOf({ title, instructions, criteria }: BountySubject): string[] {
  return [title, instructions, ...textsOf(criteria?.all ?? [], promptOf)];
}

/** Patterns for text in the scene. */
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
