import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;

/**
 * Secrets of this machine, one file each, in a folder only its owner may enter. What is missing is made once; two processes that
 * start together get the same.
 */
export class KeyStore {
  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<KeyStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    return new KeyStore(folder);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** 32 random bytes as `0x` and 64 hex digits: a secp256k1 private key (a random value is out of its range with odds of 2^-128), or a seed. */
  async hex32(name: string): Promise<`0x${string}`> {
    return (await this.text(name, () =>
      Promise.resolve(`0x${randomBytes(KEY_BYTES).toString('hex')}`),
    )) as `0x${string}`;
  }

  /** The text of a secret, made by `make` when there is none yet. */
  async text(name: string, make: () => Promise<string>): Promise<string> {
    return (await this.read(name)) ?? (await this.keep(name, await make()));
  }

  private async read(name: string): Promise<string | null> {
    try {
      return (await readFile(this.path(name), 'utf8')).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Whole or not at all, and whoever came first stays: a link fails when its name is taken. */
  private async keep(name: string, text: string): Promise<string> {
    const draft = `${this.path(name)}.${randomBytes(6).toString('hex')}`;
    await writeFile(draft, `${text}\n`, { mode: 0o600, flush: true });
    try {
      await link(draft, this.path(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(draft, { force: true });
    }
    return (await this.read(name))!;
  }
}
