import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantTiming } from '../http/instant-timing.fixture.js';
import type { Timing } from '../http/timing.js';
import type { Terminal } from './terminal.js';

export interface WatchedTerminal extends Terminal {
  /** What was written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Its configuration folder, empty at first. */
  readonly folder: string;
}

/** For specs: a terminal whose environment is these variables and a folder of its own, with a clock that takes no time. */
export function watchedTerminal(
  env: Readonly<Record<string, string | undefined>> = {},
  { stdin = '', timing = instantTiming(), signal = new AbortController().signal }: { stdin?: string; timing?: Timing; signal?: AbortSignal } = {},
): WatchedTerminal {
  const [out, err]: [string[], string[]] = [[], []];
  const folder = env.GROUNDTRUTH_CONFIG_DIR ?? mkdtempSync(join(tmpdir(), 'groundtruth-cli-'));
  return {
    env: { GROUNDTRUTH_CONFIG_DIR: folder, ...env },
    home: folder,
    write: (text) => void out.push(text),
    writeError: (text) => void err.push(text),
    stdin: () => Promise.resolve(stdin),
    inputEnd: () => Promise.resolve(),
    timing,
    signal,
    out: () => out.join(''),
    err: () => err.join(''),
    folder,
  };
} // prettier-ignore
