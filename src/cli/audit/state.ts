import { readFile } from 'node:fs/promises';
import { replaceFile, UsageError } from '@groundtruth/sdk/cli';
import type { TrustedLog } from '@groundtruth/sdk/feeds';
import type { LogKeyset, Mode } from '@groundtruth/sdk/protocol';

/** What one audit leaves for the next. The keys are kept too: a server that shows others tomorrow is caught. */
export interface AuditState {
  readonly keys: LogKeyset;
  readonly trusted: TrustedLog;
}

/** Null when there is no such file yet. @throws {UsageError} for one that is something else, or of the other mode. */
export async function openState(file: string | null, mode: Mode): Promise<AuditState | null> {
  if (file === null) return null;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new UsageError(`${file} cannot be read`, { cause: error });
  });
  if (text === null) return null;
  const state = parsed(text);
  if (!state?.keys?.verifier_key || !state.trusted?.root) throw new UsageError(`${file} is no state of an audit`);
  if (state.keys.mode !== mode) throw new UsageError(`${file} is of the ${state.keys.mode} log`);
  return state;
}

/** Whole or not at all. Called only after an audit that holds, so that what was trusted stays what it was. */
export async function saveState(file: string, state: AuditState): Promise<void> {
  await replaceFile(file, `${JSON.stringify(state, null, 2)}\n`);
}

function parsed(text: string): AuditState | null {
  try {
    return JSON.parse(text) as AuditState | null;
  } catch {
    return null; // Said by the caller, with the file's name.
  }
}
