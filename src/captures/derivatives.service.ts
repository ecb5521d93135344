import { Inject, Injectable } from '@nestjs/common';
import {
  DERIVATIVE_BYTES_MAX,
  DERIVATIVE_MEDIA_TYPE,
  type Derivative,
  type DerivativeMedia,
  type WithheldReason,
} from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import type { Tx } from '../platform/database/index.js';
import { Storage } from '../platform/storage/index.js';
import { CapturesRepository } from './captures.repository.js';
import { DerivativesRepository, mediaOf } from './derivatives.repository.js';

/** A stored derivative for whoever may see it. */
export interface DerivativeLink {
  readonly media: DerivativeMedia | null;
  /** Why there is none; null when there is one, and when none was ever made. */
  readonly withheld: WithheldReason | null;
  /** Null without media. */
  readonly link: { readonly url: string; readonly expires_at: Instant } | null;
}

/** Where the derivative goes that a hand-over brings; each hand-over has its own place, so none can replace another's. */
export const derivativeKey = (captureId: string, attempt: number): string => `derivatives/${captureId}-${attempt}`;

/** Redacted derivatives from the link the verifier stores them by to the link a buyer reads them by. */
@Injectable()
export class DerivativesService {
  constructor(
    private readonly derivatives: DerivativesRepository,
    private readonly captures: CapturesRepository,
    private readonly storage: Storage,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Whether a derivative is still to be made. */
  async isWanted(tx: Tx, captureId: string): Promise<boolean> {
    return (await this.derivatives.get(tx, captureId)) === null;
  }

  /** A link by which the verifier may store what it made, without a key to the storage. */
  async deposit(captureId: string, attempt: number, expires_at: Instant) {
    const key = derivativeKey(captureId, attempt);
    const terms = { key, media_type: DERIVATIVE_MEDIA_TYPE, bytes_max: DERIVATIVE_BYTES_MAX, expires_at };
    const { url } = await this.storage.presignDeposit(terms);
    return { url, attempt };
  }

  /** Proves that the bytes a verdict names are the bytes stored. Before the transaction: storage is another machine. @throws otherwise. */
  async confirm(captureId: string, derivative: Derivative | null): Promise<void> {
    if (!derivative?.media) return;
    const { sha256, bytes, media_type } = derivative.media;
    const outcome = await this.storage.confirm(derivativeKey(captureId, derivative.attempt), {
      sha256,
      bytes,
      media_type,
    });
    assert(outcome === 'confirmed', `the derivative of ${captureId} is ${outcome}`);
  }

  /** In the transaction of the verdict that lets it be seen. The first one stays. */
  async record(tx: Tx, captureId: string, derivative: Derivative | null): Promise<void> {
    if (!derivative) return;
    const storage_key = derivative.media ? derivativeKey(captureId, derivative.attempt) : null;
    const at = this.clock.now();
    if (await this.derivatives.insert(tx, { capture_id: captureId, storage_key, derivative, at }))
      await this.captures.setDerivative(tx, captureId, storage_key);
  }

  /** The facts of the derivative, for the record that is sold. */
  async media(tx: Tx, captureId: string): Promise<Pick<DerivativeLink, 'media' | 'withheld'>> {
    const row = await this.derivatives.get(tx, captureId);
    return { media: mediaOf(row), withheld: row?.withheld_reason ?? null };
  }

  /** The same with a short-lived link, for whoever has the right to see it: the caller has made sure. */
  async linkTo(tx: Tx, captureId: string): Promise<DerivativeLink> {
    const row = await this.derivatives.get(tx, captureId);
    const known = { media: mediaOf(row), withheld: row?.withheld_reason ?? null };
    if (row?.storage_key == null) return { ...known, link: null };
    const expires_at = this.clock.now() + seconds(this.config.DOWNLOAD_URL_TTL_S);
    const filename = `${captureId}.jpg`;
    const { url } = await this.storage.presignDownload({ key: row.storage_key, expires_at, filename });
    return { ...known, link: { url, expires_at } };
  }
}
