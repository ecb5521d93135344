import type { LinkedBounty } from '../facts.js';
import { fold } from '../text/fold.js';
import { readText, type ReadText } from '../text/words.js';

/** Pieces read together, the newest; and how much of each: a phrase is short, and what is read has to stay short too. */
const PIECES_MAX = 16;
const SEAM_WORDS = 8;
const LINE_WORDS_MAX = 24;
const SENTENCE_MARKS = /[.!?;:]+(?=\s|$)|[\r\n]+/gu;
const LEADING_NUMBER = /^\W*(?:part|teil|no|step)?\W*(\d{1,2})\b/iu;

/**
 * The texts of several bounties as one: one after another as they were posted, and by the numbers they begin with; and each before and
 * after the new one, at the seam. Null when there is nothing that is not the same text again.
 */
export function readTogether(now: LinkedBounty, near: readonly LinkedBounty[]): ReadText | null {
  const others = distinct(now, near).slice(0, PIECES_MAX);
  if (others.length === 0) return null;
  const posted = [...others.reverse(), now];
  const numbered = posted.filter(hasNumber).sort((one, other) => numberOf(one) - numberOf(other));
  const lines = [posted, numbered].flatMap((pieces) => [
    pieces.map(({ title }) => head(plain(title, true), LINE_WORDS_MAX)),
    pieces.map(({ instructions }) => head(plain(instructions, true), LINE_WORDS_MAX)),
  ]);
  const seams = others.flatMap((other) => [...seamsOf(other, now), ...seamsOf(now, other)]);
  return readText([...lines.map((pieces) => pieces.join(' ')), ...seams].join('\n'));
}

/** Newest first, without those that say what another says already. */
function distinct(now: LinkedBounty, near: readonly LinkedBounty[]): LinkedBounty[] {
  const seen = new Set([wordsOf(now)]);
  return [...near]
    .sort((one, other) => other.posted_at - one.posted_at)
    .filter((piece) => !seen.has(wordsOf(piece)) && seen.add(wordsOf(piece)));
}

const wordsOf = ({ title, instructions }: LinkedBounty): string => fold(`${title}\n${instructions}`);
const hasNumber = ({ title }: LinkedBounty): boolean => LEADING_NUMBER.test(title);
const numberOf = ({ title }: LinkedBounty): number => Number(LEADING_NUMBER.exec(title)![1]);

function seamsOf(first: LinkedBounty, second: LinkedBounty): string[] {
  const join = (one: string, other: string) => `${tail(plain(one), SEAM_WORDS)} ${head(plain(other), SEAM_WORDS)}`;
  return [join(first.title, second.title), join(first.instructions, second.instructions)];
}

/** Without what would keep sentences apart, and without the number it begins with. */
function plain(text: string, isNumbered = false): string {
  const body = isNumbered ? text.replace(LEADING_NUMBER, ' ') : text;
  return body.replace(SENTENCE_MARKS, ' ').trim();
}

const head = (text: string, words_max: number): string => text.split(/\s+/u).slice(0, words_max).join(' ');
const tail = (text: string, words_max: number): string => text.split(/\s+/u).slice(-words_max).join(' ');
