import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';

/** No program knows it: the parser that refuses it has taken everything before it. */
const UNKNOWN = '--not-an-option';
const ALL_MS_MAX = 60_000;

export interface Started {
  readonly program: string;
  readonly args: readonly string[];
}

/** What the programs' own parsers have against these arguments, in order; null where it is nothing. */
export function refusalsOf(started: readonly Started[]): (string | null)[] {
  const folder = mkdtempSync(join(tmpdir(), 'commands-'));
  try {
    const given = started.map(({ program, args }) => ({ program: resolve(program), args: [...args, UNKNOWN] }));
    const told = execFileSync(process.execPath, [resolve('test/docs/commands/options.mjs'), JSON.stringify(given)], {
      env: { PATH: process.env.PATH, DATA_DIR: folder },
      timeout: ALL_MS_MAX,
      encoding: 'utf8',
    });
    const answers = JSON.parse(told) as string[];
    return answers.map((answer) =>
      answer.includes(UNKNOWN) ? null : answer.trim() || 'it took an option that is not there',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
