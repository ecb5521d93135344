import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change, Store } from './store.js';

/** Where changes go before an answer leaves. */
export interface Journal {
  append(changes: readonly Change[]): void;
}

export const forgetful: Journal = { append: () => undefined };

/**
 * Reads `state.jsonl` of the folder into the store and writes it anew in its shortest form; later each set of changes becomes one line,
 * handed to the operating system before it returns: killing the process loses nothing. A last line cut short was never answered and is
 * dropped. One process a folder.
 */
export function openJournal(dataDir: string, store: Store): Journal {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'state.jsonl');
  if (existsSync(file)) for (const line of wholeLines(file)) store.replay(JSON.parse(line) as Change[]);
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${JSON.stringify(store.dump())}\n`, { mode: 0o600, flush: true });
  renameSync(draft, file);
  return {
    append: (changes) => {
      if (changes.length > 0) appendFileSync(file, `${JSON.stringify(changes)}\n`);
    },
  };
}

function wholeLines(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}
