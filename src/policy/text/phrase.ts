import { spellingsOf, type Word } from './words.js';

/** One place of a phrase: any of these words, or words beginning so; or a gap of a few words. */
type Slot = WordSlot | 'gap';
interface WordSlot {
  readonly words: ReadonlySet<string>;
  readonly stems: readonly string[];
}
/** Never begins with a gap: the schema of packs sees to it. */
export type Phrase = readonly [WordSlot, ...Slot[]];

/** Which words of a text a phrase may use. */
export type Counts = (at: number) => boolean;

/** Words between the two sides of a gap, at most. */
const GAP_WORDS_MAX = 4;

/** Index after the phrase when it starts at `at`; -1 when it does not. */
export function endOfMatch(phrase: Phrase, words: readonly Word[], at: number, counts: Counts, from = 0): number {
  const slot = phrase[from];
  if (slot === undefined) return at;
  if (slot === 'gap') return endOfGap(phrase, words, at, counts, from);
  const word = words[at];
  return word && counts(at) && fits(slot, word) ? endOfMatch(phrase, words, at + 1, counts, from + 1) : -1;
}

function endOfGap(phrase: Phrase, words: readonly Word[], at: number, counts: Counts, from: number): number {
  const { sentence } = words[at - 1]!;
  for (let next = at; next <= at + GAP_WORDS_MAX && words[next]?.sentence === sentence; next++) {
    const end = endOfMatch(phrase, words, next, counts, from + 1);
    if (end >= 0) return end;
  }
  return -1;
}

function fits(slot: WordSlot, { spellings }: Word): boolean {
  return spellings.some((word) => slot.words.has(word) || slot.stems.some((stem) => word.startsWith(stem)));
}

/** A phrase, and when all its places are whole words also the word that they make when written together. */
export function compile(text: string): Phrase[] {
  const phrase = text.split(' ').map((place) => (place === '..' ? 'gap' : slotOf(place))) as unknown as Phrase;
  const sole = phrase.length > 1 && phrase.every((slot) => slot !== 'gap' && slot.stems.length === 0);
  return sole ? [phrase, [slotOf(together(text))]] : [phrase];
}

function slotOf(text: string): WordSlot {
  const choices = text.split('|');
  const spell = (choice: string) => spellingsOf(choice)[0]!;
  return {
    words: new Set(choices.filter((choice) => !choice.endsWith('*')).map(spell)),
    stems: choices.filter((choice) => choice.endsWith('*')).map((choice) => spell(choice.slice(0, -1))),
  };
}

/** Every way to write the places of a phrase as one word. */
function together(text: string): string {
  const choices = text.split(' ').map((place) => place.split('|'));
  return choices.reduce((heads, tails) => heads.flatMap((head) => tails.map((tail) => head + tail))).join('|');
}

/** The words of a phrase of one place; none for longer phrases. */
export function soleSpellings([slot, ...rest]: Phrase): string[] {
  return rest.length === 0 ? [...slot.words, ...slot.stems] : [];
}
