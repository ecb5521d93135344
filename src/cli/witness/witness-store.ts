import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** What a witness saw last of a log. */
export interface Seen {
  readonly origin: string;
  readonly size: number;
  /** 64 hex digits. */
  readonly root: string;
  /** The checkpoint: with another one of the same log that contradicts it, the proof of a fork. */
  readonly note: string;
}

/**
 * One file a log, in a folder of one witness process. What is kept is on the disk before anything is signed on the strength of it: a witness
 * that forgot, even through a loss of power, could be led to cosign a fork.
 */
export class WitnessStore {
  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<WitnessStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new WitnessStore(folder);
  }

  /** Null for a log of which nothing was seen yet. @throws {Error} for a file that is damaged: better no witness than one that starts anew. */
  async last(origin: string): Promise<Seen | null> {
    const text = await readFile(this.file(origin), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    const seen = JSON.parse(text) as Seen;
    if (seen.origin !== origin || !Number.isSafeInteger(seen.size))
      throw new Error(`what was seen of ${origin} is damaged`);
    return seen;
  }

  /** Whole and on the disk when it resolves, or unchanged. */
  async keep(seen: Seen): Promise<void> {
    const file = this.file(seen.origin);
    const draft = await open(`${file}.new`, 'w', 0o600);
    try {
      await draft.writeFile(`${JSON.stringify(seen)}\n`);
      await draft.sync();
    } finally {
      await draft.close();
    }
    await rename(`${file}.new`, file);
    const folder = await open(this.folder);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  private file(origin: string): string {
    return join(this.folder, `${createHash('sha256').update(origin).digest('hex')}.json`);
  }
}
