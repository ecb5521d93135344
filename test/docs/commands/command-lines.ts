import type { Block } from '../blocks.js';

/** One program as a reader would start it. */
export interface CommandLine {
  readonly words: readonly string[];
  /** As it stands on the page. */
  readonly text: string;
}

/** The commands of a block: lines without their comments, joined by `&&`, with everything optional taken (`[--json FILE]`). */
export function commandLines({ text }: Block): CommandLine[] {
  const lines = text.split('\n').map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  return lines
    .flatMap((line) => line.split('&&'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => ({ text: line, words: wordsOf(line) }));
}

/** Without variables that are set before the program, and without the `…` that stands for more. */
const wordsOf = (line: string): string[] =>
  line
    .replace(/[[\]]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '…')
    .filter(
      (word, at, all) => !(/^[A-Z_0-9]+=/.test(word) && all.slice(0, at).every((before) => before.includes('='))),
    );
