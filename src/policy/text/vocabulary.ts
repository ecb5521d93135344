import { spellingsOf, type ReadText, type Word } from './words.js';

/** One place of a phrase: any of these words, or words beginning so; or a gap of a few words. */
type Slot = { readonly words: ReadonlySet<string>; readonly stems: readonly string[] } | 'gap';
type Phrase = readonly Slot[];

/** Words between the two sides of a gap, at most. */
const GAP_WORDS_MAX = 4;
/** Below these lengths, single letters or scraps of words spell something by chance. */
const LETTERS_LENGTH_MIN = 3;
const SCRAPS_LENGTH_MIN = 6;

/**
 * Phrases to look for. In a phrase, `a|b` is either word, `stem*` any word that begins so, `..` up to four words of the same sentence.
 * A word inside an exception's phrase does not count in that sentence, so `except` can only be met by writing it there.
 */
export class Vocabulary {
  private readonly phrases: PhraseIndex;
  private readonly exceptions: PhraseIndex;
  private readonly hidden: readonly string[];

  constructor(phrases: readonly string[], exceptions: readonly string[] = []) {
    const compiled = phrases.flatMap(compile);
    this.phrases = new PhraseIndex(compiled);
    this.exceptions = new PhraseIndex(exceptions.flatMap(compile));
    this.hidden = compiled.flatMap(soleSpellings);
  }

  /** Whether any phrase is in the text, in any of its readings. */
  isIn({ readings, spelled }: ReadText): boolean {
    return (
      readings.some((words) => this.isInReading(words)) ||
      this.isSpelled(spelled.letters, LETTERS_LENGTH_MIN) ||
      this.isSpelled(spelled.scraps, SCRAPS_LENGTH_MIN)
    );
  }

  private isInReading(words: readonly Word[]): boolean {
    const isIn = (counts: Counts) => words.some((_, at) => this.phrases.endsAt(words, at, counts) > at);
    if (!isIn(() => true)) return false;
    const excused = this.excusedIn(words);
    return isIn((at) => !excused.has(at));
  }

  private excusedIn(words: readonly Word[]): ReadonlySet<number> {
    const excused = new Set<number>();
    words.forEach(({ sentence }, at) => {
      const end = this.exceptions.endsAt(words, at, (i) => words[i]!.sentence === sentence);
      for (let i = at; i < end; i++) excused.add(i);
    });
    return excused;
  }

  private isSpelled(rows: readonly string[], length_min: number): boolean {
    return rows.some((row) => this.hidden.some((word) => word.length >= length_min && row.includes(word)));
  }
}

/** Which words of a text a phrase may use. */
type Counts = (at: number) => boolean;

/** Phrases by how they begin, so that most words of a text are looked up once and dropped. */
class PhraseIndex {
  private readonly byWord = new Map<string, Phrase[]>();
  private readonly byStem = new Map<string, Phrase[]>();

  constructor(phrases: readonly Phrase[]) {
    for (const phrase of phrases) {
      const first = phrase[0] as Exclude<Slot, 'gap'>; // The schema of packs lets no phrase begin with a gap.
      for (const word of first.words) this.byWord.set(word, [...(this.byWord.get(word) ?? []), phrase]);
      for (const stem of first.stems) this.byStem.set(stem, [...(this.byStem.get(stem) ?? []), phrase]);
    }
  }

  /** Index after the longest phrase that starts at `at`; -1 when none does. */
  endsAt(words: readonly Word[], at: number, counts: Counts): number {
    const phrases = words[at]!.spellings.flatMap((spelling) => this.beginningWith(spelling));
    return Math.max(-1, ...phrases.map((phrase) => endOfMatch(phrase, words, at, counts)));
  }

  private beginningWith(spelling: string): Phrase[] {
    const stems = Array.from(spelling, (_, i) => this.byStem.get(spelling.slice(0, i + 1)) ?? []);
    return [...(this.byWord.get(spelling) ?? []), ...stems.flat()];
  }
}

/** Index after the phrase when it starts at `at`; -1 when it does not. */
function endOfMatch(phrase: Phrase, words: readonly Word[], at: number, counts: Counts, from = 0): number {
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

function fits(slot: Exclude<Slot, 'gap'>, { spellings }: Word): boolean {
  return spellings.some((word) => slot.words.has(word) || slot.stems.some((stem) => word.startsWith(stem)));
}

/** A phrase, and when all its places are whole words also the word that they make when written together. */
function compile(text: string): Phrase[] {
  const phrase = text.split(' ').map(slotOf);
  const sole = phrase.length > 1 && phrase.every((slot) => slot !== 'gap' && slot.stems.length === 0);
  return sole ? [phrase, [slotOfTogether(text)]] : [phrase];
}

function slotOf(text: string): Slot {
  if (text === '..') return 'gap';
  const choices = text.split('|');
  const spell = (choice: string) => spellingsOf(choice)[0]!;
  return {
    words: new Set(choices.filter((choice) => !choice.endsWith('*')).map(spell)),
    stems: choices.filter((choice) => choice.endsWith('*')).map((choice) => spell(choice.slice(0, -1))),
  };
}

function slotOfTogether(text: string): Slot {
  const together = text
    .split(' ')
    .map((choices) => choices.split('|'))
    .reduce((heads, tails) => heads.flatMap((head) => tails.map((tail) => head + tail)));
  return slotOf(together.join('|'));
}

function soleSpellings(phrase: Phrase): string[] {
  const [slot, ...rest] = phrase;
  return rest.length === 0 && slot && slot !== 'gap' ? [...slot.words, ...slot.stems] : [];
}
