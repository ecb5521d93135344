import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where a system keeps the programs it has installed. */
const FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin'];

/** A program by its configured path, or by its name where a system keeps its programs; null when it is not there. */
export function findProgram(name: string, configured: string | undefined): string | null {
  const candidates = configured ? [configured] : FOLDERS.map((folder) => join(folder, name));
  return candidates.find((path) => existsSync(path)) ?? null;
}
