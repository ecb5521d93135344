import { latinOf } from './confusables.js';

const MARKS = /\p{M}+/gu;
/** Zero-width characters, soft hyphens, direction marks, fillers, tags: nothing to see, everything to hide behind. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]+/gu;
/** Greek mu and capital omega are units here (µg, Ω). Modifier letters, such as the Hawaiian okina, are no words. */
const FOREIGN_LETTER = /(?![μΩ])(?!\p{Script=Latin})[\p{Lu}\p{Ll}\p{Lt}\p{Lo}]/u;

/** Text as a reader sees it: compatibility forms, case, marks, invisible characters and look-alike letters made equal. */
export function fold(text: string): string {
  const plain = text.normalize('NFKC').replace(INVISIBLE, '').toLowerCase().normalize('NFD').replace(MARKS, '');
  return Array.from(plain, latinOf).join('');
}

/** Whether there are letters of another script than Latin, look-alikes included: no word list here can judge them. */
export const hasForeignLetters = (text: string): boolean => FOREIGN_LETTER.test(text.normalize('NFKC'));

/** A name in a form in which order, case, marks and punctuation do not count. */
export function foldName(name: string): string {
  return (fold(name).match(/[\p{L}\p{N}]+/gu) ?? []).sort().join(' ');
}
