import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './command.js';
import { replaceFile } from './replace-file.js';
import type { Terminal } from './terminal.js';

const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;

/** JSON files in the user's own folder, which nobody else may read. */
export class KeptFiles {
  constructor(readonly folder: string) {}

  /** GROUNDTRUTH_CONFIG_DIR, else what the platform says, else `~/.config/groundtruth`. */
  static of({ env, home }: Pick<Terminal, 'env' | 'home'>): KeptFiles {
    const base = env.XDG_CONFIG_HOME || env.APPDATA || join(home, '.config');
    return new KeptFiles(env.GROUNDTRUTH_CONFIG_DIR || join(base, 'groundtruth'));
  }

  /** Null when there is no such file. @throws {UsageError} for one that was damaged. */
  async read(name: string): Promise<unknown> {
    const file = join(this.folder, name);
    const text = await readFile(file, 'utf8').catch((error: { code?: string }) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    try {
      return JSON.parse(text);
    } catch {
      // Without the cause, which would quote the key that is in there.
      throw new UsageError(`${file} is damaged: delete it, or put back what it was`);
    }
  }

  /** Whole or not at all, and readable by its owner alone from the first byte. Answers the file's path. */
  async write(name: string, value: unknown): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: FOLDER_OWNER_ONLY });
    const file = join(this.folder, name);
    await replaceFile(file, `${JSON.stringify(value, null, 2)}\n`, OWNER_ONLY);
    return file;
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.folder, name), { force: true });
  }
}
