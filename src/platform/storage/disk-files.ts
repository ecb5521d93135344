import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import { encodeHeader, pathOfKey, readHeader } from './disk-object.js';
import type { StoredObject } from './storage.js';

/** No upload takes this long, so a draft this old was left by a process that died. */
const DRAFT_AGE_MS_MAX = 24 * 60 * 60 * 1000;

/** The files of the disk adapter: drafts become objects in one step, after their bytes are on the disk. */
export class DiskFiles {
  private readonly objects: string;
  private readonly drafts: string;

  constructor(
    root: string,
    private readonly clock: Clock,
  ) {
    this.objects = join(root, 'objects');
    this.drafts = join(root, 'drafts');
  }

  /** Makes the folders, for this user only, and clears drafts that nobody will finish. */
  async prepare(): Promise<void> {
    for (const folder of [this.objects, this.drafts]) await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.drafts)) {
      const path = join(this.drafts, name);
      const draft = await ifThere(stat(path));
      if (draft && this.clock.now() - draft.mtimeMs > DRAFT_AGE_MS_MAX) await rm(path, { force: true });
    }
  }

  async check(): Promise<void> {
    await access(this.drafts, constants.R_OK | constants.W_OK);
    await access(this.objects, constants.R_OK | constants.W_OK);
  }

  /** An open object and what it is; null when there is none. The caller closes the file. */
  async open(key: string): Promise<{ readonly object: StoredObject; readonly file: FileHandle } | null> {
    const file = await ifThere(open(join(this.objects, pathOfKey(key)), 'r'));
    if (!file) return null;
    try {
      return { object: await readHeader(file), file };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async stat(key: string): Promise<StoredObject | null> {
    const found = await this.open(key);
    await found?.file.close();
    return found?.object ?? null;
  }

  /**
   * Writes a draft by `write` and publishes it. `once` refuses to replace: false when the key is taken, and nothing has changed.
   * Whatever happens, no draft stays behind.
   */
  async store(
    object: StoredObject,
    mode: 'once' | 'replace',
    write: (file: FileHandle) => Promise<void>,
  ): Promise<boolean> {
    const path = join(this.drafts, randomUUID());
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        await file.write(encodeHeader(object));
        await write(file);
        await file.sync();
      } finally {
        await file.close();
      }
      return await this.publish(path, join(this.objects, pathOfKey(object.key)), mode);
    } catch (error) {
      throw asOutage(error);
    } finally {
      await rm(path, { force: true });
    }
  }

  async remove(key: string): Promise<void> {
    const path = join(this.objects, pathOfKey(key));
    await rm(path, { force: true });
    await ifThere(syncFolder(dirname(path)));
  }

  /** A link is made only where nothing is, which two writers cannot both find; a rename replaces. Both happen at once or not at all. */
  private async publish(draft: string, path: string, mode: 'once' | 'replace'): Promise<boolean> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (mode === 'replace') await rename(draft, path);
    else if (!(await linked(draft, path))) return false;
    await syncFolder(dirname(path));
    return true;
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

async function ifThere<T>(opening: Promise<T>): Promise<T | null> {
  try {
    return await opening;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A full disk is an outage that an operator ends, not a bug. */
function asOutage(error: unknown): unknown {
  const full = ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');
  return full ? new DomainError('dependency_unavailable', 'the storage is full', {}, { cause: error }) : error;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;
