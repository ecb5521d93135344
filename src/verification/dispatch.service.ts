import { Inject, Injectable } from '@nestjs/common';
import { VERIFICATION_QUEUE, type VerificationJob } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { CapturesRepository, type CaptureRow } from '../captures/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { Queue } from '../platform/queue/index.js';
import { Storage } from '../platform/storage/index.js';

/** Hands captures to the verifier. The queue is only a wake-up: whatever it loses is handed over again from the database. */
@Injectable()
export class DispatchService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly queue: Queue,
    private readonly storage: Storage,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Queues one undecided capture. Repeatable: a decided capture is left alone, another hand-over is another attempt with its own job. */
  async dispatch(captureId: string): Promise<void> {
    const handed = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      await this.captures.advance(tx, captureId, 'verify', now);
      const row = await this.captures.lock(tx, captureId);
      if (!row || (row.state !== 'verifying' && row.state !== 'review')) return null;
      return { row, attempt: await this.captures.dispatch(tx, captureId, now) };
    });
    if (handed)
      await this.queue.add(VERIFICATION_QUEUE, {
        id: `${captureId}-${handed.attempt}`,
        payload: await this.job(handed.row),
      });
  }

  private async job(row: CaptureRow): Promise<VerificationJob> {
    const { sha256, media_type, bytes } = row.sealed.manifest.media;
    const expires_at = this.clock.now() + seconds(this.config.VERIFICATION_TIMEOUT_S) * 2;
    const { url } = await this.storage.presignDownload({ key: row.storage_key, expires_at });
    return { capture_id: row.id, download_url: url, sha256, media_type, bytes };
  }
}
