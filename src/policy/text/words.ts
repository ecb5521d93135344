import { fold } from './fold.js';

/** One word of a text, in every spelling that it may stand for. */
export interface Word {
  readonly spellings: readonly string[];
  /** Number of its sentence: an exception holds within one sentence only. */
  readonly sentence: number;
}

/** A text in the ways in which words can be hidden in it. */
export interface ReadText {
  /**
   * Split at everything that is no letter, digit or stand-in for a letter (`k1d$`); split at spaces alone (`mil-itary`); and split at
   * everything but letters, and before capitals (`open|army`, `parkArmy`).
   */
  readonly readings: readonly (readonly Word[])[];
  /** What rows of single letters spell, and what rows of very short words do: `k i d s`, `mi li ta ry`. */
  readonly spelled: { readonly letters: readonly string[]; readonly scraps: readonly string[] };
}

const LEET: Readonly<Record<string, string>> = {
  '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g',
  '@': 'a', $: 's', '!': 'i', '|': 'i', '€': 'e', '£': 'i', '+': 't',
}; // prettier-ignore
const SENTENCE_END = /(?:[.!?;:]+(?=\s|$)|[\n\r])+/u;
const WORD = /[\p{L}\p{N}@$](?:[\p{L}\p{N}@$!|€£+]*[\p{L}\p{N}$@])?/gu;
const LETTERS = /\p{L}+/gu;
const HUMP = /(\p{Ll})(\p{Lu})/gu;
const NOT_IN_WORD = /[^\p{L}\p{N}@$!|€£+]/gu;
const LETTER = /[a-z]/;
const SCRAP_LENGTH_MAX = 3;
/** Two initials or two small words are no hidden word. */
const ROW_LENGTH_MIN = 3;

/** Reads a text for `Vocabulary.isIn`. Longer texts have all the words of their lines, so adding a line hides nothing. */
export function readText(text: string): ReadText {
  const sentences = sentencesOf(text);
  const words = sentences.flatMap((sentence, i) => wordsOf(sentence, i));
  const chunks = sentences.flatMap((sentence, i) =>
    sentence.split(/\s+/u).flatMap((chunk) => wordsOf(chunk.replace(NOT_IN_WORD, ''), i)),
  );
  const plain = sentencesOf(text.replace(HUMP, '$1 $2')).flatMap((sentence, i) => wordsOf(sentence, i, LETTERS));
  const row = words.map(({ spellings }) => spellings[0]!);
  return {
    readings: [words, chunks, plain],
    spelled: { letters: rowsOf(row, 1), scraps: rowsOf(row, SCRAP_LENGTH_MAX) },
  };
}

const sentencesOf = (text: string): string[] => fold(text).split(SENTENCE_END);

function wordsOf(text: string, sentence: number, pattern = WORD): Word[] {
  return (text.match(pattern) ?? []).map((word) => ({ spellings: spellingsOf(word), sentence }));
}

/** The spellings of a folded word: digits as the letters they pass for, drawn-out letters shortened, digits at its ends dropped. */
export function spellingsOf(word: string): string[] {
  if (!LETTER.test(word)) return [word];
  const forms = [word, word.replace(/^\d+|\d+$/g, '')].filter((form) => LETTER.test(form));
  const spellings = forms.map((form) => Array.from(form, (letter) => LEET[letter] ?? letter).join(''));
  const short = spellings.flatMap((form) => [
    form,
    form.replace(/(.)\1{2,}/gu, '$1$1'),
    form.replace(/(.)\1{2,}/gu, '$1'),
  ]);
  return [...new Set(short.map((form) => form.replaceAll('l', 'i')))]; // `1`, `|` and `!` pass for both.
}

/** What each run of words no longer than `length_max` spells. */
function rowsOf(words: readonly string[], length_max: number): string[] {
  const rows: string[][] = [[]];
  for (const word of words) {
    if (word.length <= length_max) rows.at(-1)!.push(word);
    else if (rows.at(-1)!.length > 0) rows.push([]);
  }
  return rows.filter((row) => row.length >= ROW_LENGTH_MIN).flatMap((row) => spellingsOf(row.join('')));
}
