import { Inject, Injectable } from '@nestjs/common';
import { Clock, seconds } from '../kernel/clock.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { Storage } from '../platform/storage/index.js';
import { derivativeKey } from './derivatives.service.js';
import { OriginalsRepository, type RetiredCapture } from './originals.repository.js';

const BATCH = 100;

/** Removes the bytes of originals whose retention is over, and derivatives that nobody bought. Hashes, verdicts and the log stay. */
@Injectable()
export class OriginalsSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly originals: OriginalsRepository,
    private readonly storage: Storage,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Repeatable: bytes go first, so that a crash between leaves a row that is looked at again, never bytes that nobody remembers. */
  async pass(): Promise<void> {
    const now = this.clock.now();
    const before = now - seconds(this.config.ORIGINAL_RETENTION_S);
    for (const row of await this.unitOfWork.run((tx) => this.originals.retired(tx, before, now, BATCH))) {
      for (const key of keysToRemove(row)) await this.storage.remove(key);
      await this.unitOfWork.run((tx) => this.originals.markRemoved(tx, row.id, now));
    }
  }
}

/** The original, and what any hand-over may have stored besides the derivative that was paid for. */
export function keysToRemove({ id, storage_key, derivative_key, attempt, state }: RetiredCapture): string[] {
  const stored = Array.from({ length: attempt }, (_, i) => derivativeKey(id, i + 1));
  const kept = state === 'settled' ? derivative_key : null;
  return [storage_key, ...stored.filter((key) => key !== kept)];
}
