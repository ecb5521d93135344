import { Inject, Injectable } from '@nestjs/common';
import { VERIFICATION_QUEUE, type VerificationJob } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { ReferencesRepository } from '../bounties/index.js';
import { CapturesRepository, DerivativesService, Race, type CaptureRow } from '../captures/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { Queue } from '../platform/queue/index.js';
import { Storage } from '../platform/storage/index.js';
import { VerdictsRepository } from './verdicts.repository.js';

interface Handed {
  readonly row: CaptureRow;
  readonly attempt: number;
  /** Whether a derivative is wanted. */
  readonly derive: boolean;
}

/** Hands captures to the verifier. The queue is only a wake-up: whatever it loses is handed over again from the database. */
@Injectable()
export class DispatchService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly race: Race,
    private readonly verdicts: VerdictsRepository,
    private readonly derivatives: DerivativesService,
    private readonly references: ReferencesRepository,
    private readonly queue: Queue,
    private readonly storage: Storage,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Queues one capture that awaits a verdict. Repeatable: any other is left alone, another hand-over is another attempt with its own job. */
  async dispatch(captureId: string): Promise<void> {
    const handed = await this.unitOfWork.run((tx) => this.handOver(tx, captureId), { commits: 'ordered' });
    if (handed)
      await this.queue.add(VERIFICATION_QUEUE, {
        id: `${captureId}-${handed.attempt}`,
        payload: await this.job(handed.row, handed.derive ? handed.attempt : null),
      });
  }

  /** A crash that undoes it leaves the capture as it was before, to be handed over again. */
  private async handOver(tx: Tx, captureId: string): Promise<Handed | null> {
    const now = this.clock.now();
    if (!(await this.race.admits(tx, captureId))) return null;
    await this.captures.advance(tx, captureId, 'verify', now);
    const row = await this.captures.lock(tx, captureId);
    if (!row || !(await this.awaitsVerdict(tx, row))) return null;
    const derive = await this.derivatives.isWanted(tx, captureId);
    return { row, attempt: await this.captures.dispatch(tx, captureId, now), derive };
  }

  /** A rejected capture awaits one only when its appeal was upheld. */
  private async awaitsVerdict(tx: Tx, { id, state }: CaptureRow): Promise<boolean> {
    if (state === 'rejected') return (await this.verdicts.decision(tx, id)) !== null;
    return state === 'verifying' || state === 'review';
  }

  /** @param depositAttempt whose link the derivative is stored by; null when none is wanted. */
  private async job(row: CaptureRow, depositAttempt: number | null): Promise<VerificationJob> {
    const { sha256, media_type, bytes } = row.sealed.manifest.media;
    const expires_at = this.clock.now() + seconds(this.config.VERIFICATION_TIMEOUT_S) * 2;
    const { url } = await this.storage.presignDownload({ key: row.storage_key, expires_at });
    const deposit = depositAttempt === null ? null : await this.derivatives.deposit(row.id, depositAttempt, expires_at);
    const references = await this.referencesOf(row, expires_at);
    return { capture_id: row.id, download_url: url, sha256, media_type, bytes, references, deposit };
  }

  private async referencesOf(row: CaptureRow, expires_at: Instant): Promise<VerificationJob['references']> {
    const named = await this.unitOfWork.run((tx) => this.references.ofBounty(tx, row.bounty_id));
    return Promise.all(
      named.map(async ({ id, storage_key: key }) => {
        return { id, download_url: (await this.storage.presignDownload({ key, expires_at })).url };
      }),
    );
  }
}
