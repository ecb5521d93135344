import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import { filenameOf, isStorageKey } from './storage-key.js';
import type { DepositTerms, DownloadTerms, UploadTerms } from './storage.js';

/** Path below which the api serves its own storage. */
export const STORAGE_PATH = '/storage/';

type Query = Readonly<Record<string, unknown>>;

/**
 * Links that carry their own permission: an HMAC-SHA256 over method, key and everything else the link binds. Whoever holds one may do that
 * one thing until it expires; nothing in it can be changed, added or left out.
 */
export class DiskLinks {
  constructor(
    private readonly secret: string,
    private readonly clock: Clock,
  ) {}

  /** Path and query of an upload link. */
  upload(terms: UploadTerms): string {
    const { key, bytes, media_type, sha256, expires_at } = terms;
    return this.link('PUT', key, { bytes: String(bytes), type: media_type, sha256, expires: String(expires_at) });
  }

  /** Path and query of a deposit link. */
  deposit({ key, media_type, bytes_max, expires_at }: DepositTerms): string {
    return this.link('PUT', key, { bytes_max: String(bytes_max), type: media_type, expires: String(expires_at) });
  }

  /** Path and query of a download link. */
  download({ key, expires_at, filename }: DownloadTerms): string {
    return this.link('GET', key, { filename: filenameOf(key, filename), expires: String(expires_at) });
  }

  /** What an upload link allows. @throws {DomainError} `upload_url_invalid` */
  readUpload(key: string, query: Query): UploadTerms {
    const { bytes, type, sha256, expires } = this.verified('PUT', key, query, ['bytes', 'type', 'sha256', 'expires']);
    return { key, bytes: Number(bytes), media_type: type!, sha256: sha256!, expires_at: Number(expires) };
  }

  /** Whether a query is that of a deposit link; whether we made it is told by `readDeposit`. */
  isDeposit(query: Query): boolean {
    return 'bytes_max' in query;
  }

  /** What a deposit link allows. @throws {DomainError} `upload_url_invalid` */
  readDeposit(key: string, query: Query): DepositTerms {
    const { bytes_max, type, expires } = this.verified('PUT', key, query, ['bytes_max', 'type', 'expires']);
    return { key, bytes_max: Number(bytes_max), media_type: type!, expires_at: Number(expires) };
  }

  /** What a download link allows. @throws {DomainError} `upload_url_invalid` */
  readDownload(key: string, query: Query): { readonly key: string; readonly filename: string } {
    return { key, filename: this.verified('GET', key, query, ['filename', 'expires']).filename! };
  }

  private link(method: 'PUT' | 'GET', key: string, bound: Record<string, string>): string {
    const query = new URLSearchParams({ ...bound, signature: this.sign(method, key, bound).toString('base64url') });
    return `${STORAGE_PATH}${key}?${query}`;
  }

  /** The signature is looked at before the time, so that nobody learns anything from a link that is not ours. */
  private verified(method: 'PUT' | 'GET', key: string, query: Query, names: readonly string[]): Record<string, string> {
    const { signature, ...bound } = query;
    const whole = names.every((name) => typeof bound[name] === 'string') && Object.keys(bound).length === names.length;
    const texts = Object.fromEntries(names.map((name) => [name, bound[name] as string]));
    if (!whole || !isStorageKey(key) || !same(signature, this.sign(method, key, texts))) {
      throw new DomainError(
        'upload_url_invalid',
        'the link was altered, or made for another method or by another server',
      );
    }
    if (this.clock.now() >= Number(texts.expires)) throw new DomainError('upload_url_invalid', 'the link has expired');
    return texts;
  }

  /** JSON of a list keeps neighbours apart: no two different links have the same text. */
  private sign(method: string, key: string, bound: Readonly<Record<string, string>>): Buffer {
    const fields = Object.keys(bound)
      .sort()
      .map((name) => [name, bound[name]]);
    return createHmac('sha256', this.secret)
      .update(JSON.stringify(['storage-link-v1', method, key, fields]))
      .digest();
  }
}

function same(given: unknown, expected: Buffer): boolean {
  const bytes = typeof given === 'string' ? Buffer.from(given, 'base64url') : Buffer.alloc(0);
  // Base64url has several spellings of the same bytes; only ours is taken.
  return (
    bytes.length === expected.length && timingSafeEqual(bytes, expected) && given === expected.toString('base64url')
  );
}
