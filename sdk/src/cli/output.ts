import { escapedJson, escapeUnseen } from '../text/unseen.js';
import type { Terminal } from './terminal.js';

/** A line for a person: a text, or cells of a table. Nothing in it needs to be safe: that is seen to here. */
export type Line = string | readonly string[];

const GAP = '  ';

/** The one way to a terminal. With `--json` a program reads standard output, else a person. */
export class Output {
  constructor(
    private readonly terminal: Pick<Terminal, 'write' | 'writeError'>,
    readonly json: boolean,
  ) {}

  /** What a command answers: one JSON document, or lines. */
  show(document: unknown, lines: readonly Line[]): void {
    this.terminal.write(this.json ? `${escapedJson(document)}\n` : textOf(lines));
  }

  /** One of many: a line of JSON each (NDJSON), or a line. */
  each(document: unknown, line: Line): void {
    this.show(document, [line]);
  }

  /** For a person who waits; a program is not told. */
  note(line: Line): void {
    if (!this.json) this.terminal.writeError(textOf([line]));
  }

  /** Why it failed: a problem document, or lines; on standard error. */
  fail(problem: object, lines: readonly Line[]): void {
    this.terminal.writeError(this.json ? `${escapedJson(problem)}\n` : textOf(lines));
  }
}

/** Lines as a terminal shows them; cells that follow one another in rows are aligned. */
export function textOf(lines: readonly Line[]): string {
  const safe = lines.map((line) => (typeof line === 'string' ? escapeUnseen(line) : line.map(escapeUnseen)));
  const widths: number[] = [];
  for (const line of safe) {
    if (typeof line !== 'string') line.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  }
  const row = (cells: readonly string[]): string => cells.map((cell, i) => cell.padEnd(widths[i]!)).join(GAP);
  return safe.map((line) => `${(typeof line === 'string' ? line : row(line)).trimEnd()}\n`).join('');
}
