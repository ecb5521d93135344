import { createBountySchema, readingHeaderSchema } from '@groundtruth/sdk/protocol';
import { readPlaces } from '../../src/policy/places/places.file.js';
import { openVocabularyCardSchema } from '../../workers/verifier/models/optional.js';

const ID = '019a9f3c5d2e7b41a6c08e4f7d913b25';
const SHA256 = 'ab'.repeat(32);

/** By the word after the fence: the very reader of such a JSON, which throws for one that is wrong. */
export const READERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  bounty: (value) => createBountySchema.parse(value),
  'reading-header': (value) => readingHeaderSchema.parse(value),
  places: (value) => readPlaces(JSON.stringify(value), ['school']),
  'open-vocabulary-card': (value) => openVocabularyCardSchema.parse(value),
};

/**
 * What a reader would put where a page writes `…` or `<what belongs here>`: of an id its digits, of an address its host, of a hash all of it.
 * Everything else has to be right as it stands.
 */
export function filled(value: unknown): unknown {
  if (typeof value === 'string') return filledText(value);
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner)]));
}

function filledText(text: string): string {
  if (text === '…') return SHA256;
  if (/^<.*>$/.test(text)) return ID;
  return text.replace(/^([a-z]{3}_)…$/, `$1${ID}`).replace('://…/', '://example.org/');
}
