import { RE2JS } from 're2js';
import { diceOf, type Dice } from './dice.js';
import { WRITABLE } from './glyphs.js';
import { LINE_MAX } from './scene.js';

/** Tries before a pattern counts as beyond the sandbox. */
const TRIES_MAX = 60;
/** How often `*` and `+` repeat at most beyond their least. */
const REPEATS_MORE = 3;
/** Parts written in one try, empty ones too: a stranger’s repetitions of repetitions end here. */
const PARTS_MAX = 1_000;
const LETTERS = WRITABLE.filter((sign) => /[A-Z]/.test(sign));
const DIGITS = WRITABLE.filter((sign) => /\d/.test(sign));

/** What a pattern is made of that this does not know, or that cannot be written. */
class NotWritable extends Error {}

/**
 * A text of at most `LINE_MAX` signs that the pattern matches and that can be drawn; null when none was found. Knows literals, classes, groups,
 * alternatives and repetition; the pattern itself says at the end whether the text matches.
 */
export function textFor(pattern: string, seed: string): string | null {
  const compiled = RE2JS.compile(pattern);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const text = attempt(pattern, diceOf(`${seed}:${tries}`));
    if (text === null || !/^\S+( \S+)*$/.test(text) || text.length > LINE_MAX) continue;
    if (compiled.matcher(text).find()) return text;
  }
  return null;
}

/** A word that none of the patterns matches; null when none was found. */
export function textAgainst(patterns: readonly string[], seed: string): string | null {
  const compiled = patterns.map((pattern) => RE2JS.compile(pattern));
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const dice = diceOf(`${seed}:${tries}`);
    const text = Array.from({ length: 6 }, () => dice.pick(tries % 2 === 0 ? LETTERS : DIGITS)).join('');
    if (compiled.every((each) => !each.matcher(text).find())) return text;
  }
  return null;
}

function attempt(pattern: string, dice: Dice): string | null {
  try {
    return new Generator(pattern, dice).text();
  } catch (error) {
    if (error instanceof NotWritable) return null;
    throw error;
  }
}

/** Walks over a pattern and writes a text that it should match. */
class Generator {
  private at = 0;
  private ignoresCase = false;
  private parts = 0;

  constructor(
    private readonly source: string,
    private readonly dice: Dice,
  ) {}

  text(): string {
    const text = this.alternatives()();
    if (this.at < this.source.length) throw new NotWritable(this.source);
    return text;
  }

  /** Parses first and writes later, so that a part may be written several times or not at all. */
  private alternatives(): () => string {
    const branches = [this.sequence()];
    while (this.take('|')) branches.push(this.sequence());
    return () => this.dice.pick(branches)();
  }

  private sequence(): () => string {
    const parts: (() => string)[] = [];
    while (this.at < this.source.length && !/[|)]/.test(this.source[this.at]!)) parts.push(this.repeated(this.atom()));
    return () => parts.map((part) => part()).join('');
  }

  private repeated(part: () => string): () => string {
    const [least, most] = this.bounds();
    return () => {
      const times = this.dice.whole(least, most);
      this.parts += times;
      if (this.parts > PARTS_MAX) throw new NotWritable(this.source);
      return Array.from({ length: times }, part).join('');
    };
  }

  private bounds(): [number, number] {
    const found = /^(?:([?*+])|\{(\d+)(,(\d*))?\})\??/.exec(this.source.slice(this.at));
    if (!found) return [1, 1];
    this.at += found[0].length;
    const [, sign, low, range, high] = found;
    if (sign) return sign === '?' ? [0, 1] : [sign === '+' ? 1 : 0, REPEATS_MORE];
    const least = Number(low);
    return [least, range === undefined ? least : Math.min(high ? Number(high) : Infinity, least + REPEATS_MORE)];
  }

  private atom(): () => string {
    if (this.take('(')) return this.group();
    if (this.take('[')) return this.one(this.klass());
    if (this.take('\\')) return this.escape();
    if (this.take('^') || this.take('$')) return () => '';
    if (this.take('.')) return this.one([...LETTERS, ...DIGITS]);
    return this.one(this.cased(this.source[this.at++]!));
  }

  private group(): () => string {
    const named = /^\?(?:P?<\w+>|:)/.exec(this.source.slice(this.at));
    const flags = /^\?([a-zA-Z]+)(:|\))/.exec(this.source.slice(this.at));
    if (named) this.at += named[0].length;
    else if (flags) {
      this.at += flags[0].length;
      this.ignoresCase ||= flags[1]!.includes('i');
      if (flags[2] === ')') return () => '';
    } else if (this.source[this.at] === '?') throw new NotWritable(this.source);
    const inside = this.alternatives();
    if (!this.take(')')) throw new NotWritable(this.source);
    return inside;
  }

  private escape(): () => string {
    const sign = this.source[this.at++];
    if (sign === undefined) throw new NotWritable(this.source);
    if (/[bAzB]/.test(sign)) return () => '';
    return this.one(setOf(sign) ?? this.cased(sign));
  }

  /** The signs of a class that can be written, from after its bracket. */
  private klass(): string[] {
    const denied = this.take('^');
    const within = new Set<string>();
    for (let first = true; first || this.source[this.at] !== ']'; first = false) {
      const posix = /^\[:(\w+):\]/.exec(this.source.slice(this.at));
      const found = posix ?? /^(\\.|[^\\])(?:-(\\.|[^\\\]]))?/.exec(this.source.slice(this.at));
      if (!found) throw new NotWritable(this.source);
      this.at += found[0].length;
      for (const sign of posix ? posixSet(posix[1]!) : this.range(found[1]!, found[2])) within.add(sign);
    }
    this.at += 1;
    return denied ? WRITABLE.filter((sign) => sign !== ' ' && !within.has(sign)) : [...within];
  }

  private range(from: string, to: string | undefined): string[] {
    const named = from.length === 2 ? setOf(from[1]!) : null;
    if (named) return named;
    const [low, high] = [from.at(-1)!, (to ?? from).at(-1)!];
    const fits = (sign: string): boolean => sign >= low && sign <= high;
    return WRITABLE.filter((sign) => fits(sign) || (this.ignoresCase && fits(sign.toLowerCase())));
  }

  private cased(sign: string): string[] {
    return WRITABLE.filter((known) => known === sign || (this.ignoresCase && known === sign.toUpperCase()));
  }

  /** One of these signs; not to be written when there is none. */
  private one(signs: readonly string[]): () => string {
    return () => {
      if (signs.length === 0) throw new NotWritable(this.source);
      return this.dice.pick(signs);
    };
  }

  private take(sign: string): boolean {
    if (this.source[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }
}

function setOf(sign: string): string[] | null {
  const sets: Readonly<Record<string, string[]>> = {
    d: DIGITS,
    w: [...LETTERS, ...DIGITS],
    s: [' '],
    S: [...LETTERS, ...DIGITS],
    D: LETTERS,
    W: ['-'],
  };
  return sets[sign] ?? null;
}

function posixSet(name: string): string[] {
  if (name === 'digit') return DIGITS;
  if (name === 'upper' || name === 'alpha') return LETTERS;
  return name === 'alnum' || name === 'word' ? [...LETTERS, ...DIGITS] : [];
}
