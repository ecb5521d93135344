import { readFile, stat } from 'node:fs/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import type { SanctionsList } from '../facts.js';
import { readSanctions } from './sanctions.list.js';

/**
 * The sanctions list of this process, from a file that the operator renews. A file that cannot be read changes nothing: the list that was
 * read before grows old, and old lists hold live money.
 */
@Injectable()
export class SanctionsSource implements OnModuleInit {
  private loaded: SanctionsList | null = null;
  /** The state of the file that was looked at last, whether it was a list or not. */
  private seen = '';

  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'POLICY_SANCTIONS_FILE'>,
  ) {}

  /** Before the first decision. A list that is wrong at start stops the process: it was named, so it is meant. */
  async onModuleInit(): Promise<void> {
    await this.pass();
  }

  /** null: none was ever read. */
  get list(): SanctionsList | null {
    return this.loaded;
  }

  /** Seconds since the list was true; null without a list. */
  get age_s(): number | null {
    return this.loaded && (this.clock.now() - this.loaded.as_of) / 1_000;
  }

  /**
   * Reads the file again if it has changed. Repeatable; the timers call it.
   * @throws {Error} when the file is missing or no list: once for each state it is found in.
   */
  async pass(): Promise<void> {
    const path = this.config.POLICY_SANCTIONS_FILE;
    if (path === undefined) return;
    const state = await stateOf(path);
    if (state === this.seen) return;
    this.seen = state;
    try {
      this.loaded = readSanctions(await readFile(path, 'utf8'));
    } catch (cause) {
      throw new Error(`the sanctions list ${path} cannot be used; the one before stays and grows old`, { cause });
    }
  }
}

const stateOf = (path: string): Promise<string> =>
  stat(path).then(
    ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
    (error: NodeJS.ErrnoException) => `${error.code}`,
  );
