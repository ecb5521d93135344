import { compile, endOfMatch, soleSpellings, type Counts, type Phrase } from './phrase.js';
import type { ReadText, Word } from './words.js';

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
  private readonly hidden: HiddenWords;

  constructor(phrases: readonly string[], exceptions: readonly string[] = []) {
    const compiled = phrases.flatMap(compile);
    this.phrases = new PhraseIndex(compiled);
    this.exceptions = new PhraseIndex(exceptions.flatMap(compile));
    this.hidden = new HiddenWords(compiled.flatMap(soleSpellings));
  }

  /** Whether any phrase is in the text, in any of its readings. */
  isIn({ readings, spelled }: ReadText): boolean {
    return (
      readings.some((words) => this.isInReading(words)) ||
      spelled.letters.some((row) => this.hidden.areIn(row, LETTERS_LENGTH_MIN)) ||
      spelled.scraps.some((row) => this.hidden.areIn(row, SCRAPS_LENGTH_MIN))
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
}

/** Phrases by how they begin, so that most words of a text are looked up once and dropped. */
class PhraseIndex {
  private readonly byWord: ReadonlyMap<string, Phrase[]>;
  private readonly byStem: ReadonlyMap<string, Phrase[]>;
  private readonly stemLengths: readonly number[];

  constructor(phrases: readonly Phrase[]) {
    this.byWord = grouped(phrases.flatMap((phrase) => [...phrase[0].words].map((word) => [word, phrase])));
    this.byStem = grouped(phrases.flatMap((phrase) => phrase[0].stems.map((stem) => [stem, phrase])));
    this.stemLengths = [...new Set([...this.byStem.keys()].map(({ length }) => length))];
  }

  /** Index after the longest phrase that starts at `at`; -1 when none does. */
  endsAt(words: readonly Word[], at: number, counts: Counts): number {
    const phrases = words[at]!.spellings.flatMap((spelling) => this.beginningWith(spelling));
    return Math.max(-1, ...phrases.map((phrase) => endOfMatch(phrase, words, at, counts)));
  }

  private beginningWith(spelling: string): Phrase[] {
    const stems = this.stemLengths.flatMap((length) => this.byStem.get(spelling.slice(0, length)) ?? []);
    return [...(this.byWord.get(spelling) ?? []), ...stems];
  }
}

/** Words to find anywhere in a row of letters, by their first letters, so that a row is passed over once. */
class HiddenWords {
  private readonly byHead: ReadonlyMap<string, string[]>;

  constructor(words: readonly string[]) {
    const long = words.filter(({ length }) => length >= LETTERS_LENGTH_MIN);
    this.byHead = grouped(long.map((word) => [word.slice(0, LETTERS_LENGTH_MIN), word]));
  }

  areIn(row: string, length_min: number): boolean {
    for (let at = 0; at + length_min <= row.length; at++) {
      const words = this.byHead.get(row.slice(at, at + LETTERS_LENGTH_MIN));
      if (words?.some((word) => word.length >= length_min && row.startsWith(word, at))) return true;
    }
    return false;
  }
}

function grouped<T>(entries: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [key, value] of entries) {
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
