import { createHash } from 'node:crypto';
import type { FastifyPluginCallback } from 'fastify';
import type { Clock } from '../../kernel/clock.js';
import { DiskFiles } from './disk-files.js';
import { DiskLinks } from './disk-links.js';
import { HEADER_BYTES } from './disk-object.js';
import { diskRoutes } from './disk.routes.js';
import { assertStorageKey } from './storage-key.js';
import {
  Storage,
  type Confirmation,
  type DepositTerms,
  type DownloadTerms,
  type ExpectedObject,
  type PresignedDownload,
  type PresignedUpload,
  type UploadTerms,
} from './storage.js';

export interface DiskStorageOptions {
  /** Folder that holds everything; made when it is not there. */
  readonly folder: string;
  /** Signs the links; whoever knows it can read and fill this storage. */
  readonly secret: string;
  readonly clock: Clock;
  /** Where the api that serves `routes()` is reached, without a closing slash. */
  readonly origin: () => string;
}

/** Objects in a folder, their links served by the api itself. An upload becomes visible only when its bytes are right. */
export class DiskStorage extends Storage {
  private readonly files: DiskFiles;
  private readonly links: DiskLinks;
  private readonly origin: () => string;

  constructor({ folder, secret, clock, origin }: DiskStorageOptions) {
    super();
    this.files = new DiskFiles(folder, clock);
    this.links = new DiskLinks(secret, clock);
    this.origin = origin;
  }

  async prepare(): Promise<void> {
    await this.files.prepare();
  }

  routes(): FastifyPluginCallback {
    return diskRoutes(this.files, this.links);
  }

  async presignUpload(terms: UploadTerms): Promise<PresignedUpload> {
    assertStorageKey(terms.key);
    return {
      method: 'PUT',
      url: `${this.origin()}${this.links.upload(terms)}`,
      headers: { 'content-type': terms.media_type },
    };
  }

  async presignDeposit(terms: DepositTerms): Promise<PresignedUpload> {
    assertStorageKey(terms.key);
    return {
      method: 'PUT',
      url: `${this.origin()}${this.links.deposit(terms)}`,
      headers: { 'content-type': terms.media_type },
    };
  }

  async presignDownload(terms: DownloadTerms): Promise<PresignedDownload> {
    assertStorageKey(terms.key);
    return { method: 'GET', url: `${this.origin()}${this.links.download(terms)}` };
  }

  /** The bytes were hashed as they came in, and cannot have changed since. */
  async confirm(key: string, expected: ExpectedObject): Promise<Confirmation> {
    const object = await this.stat(key);
    if (!object) return 'missing';
    const same =
      object.sha256 === expected.sha256 && object.bytes === expected.bytes && object.media_type === expected.media_type;
    return same ? 'confirmed' : 'mismatch';
  }

  async stat(key: string) {
    assertStorageKey(key);
    return this.files.stat(key);
  }

  async read(key: string, { max_bytes }: { readonly max_bytes: number }): Promise<Buffer | null> {
    assertStorageKey(key);
    const found = await this.files.open(key);
    if (!found) return null;
    const { object, file } = found;
    try {
      if (object.bytes > max_bytes) throw new RangeError(`${key} has ${object.bytes} bytes, more than ${max_bytes}`);
      const bytes = Buffer.alloc(object.bytes);
      const { bytesRead } = await file.read(bytes, 0, object.bytes, HEADER_BYTES);
      if (bytesRead !== object.bytes) throw new RangeError(`${key} has fewer bytes than were written`);
      return bytes;
    } finally {
      await file.close();
    }
  }

  async put(key: string, bytes: Uint8Array, media_type: string): Promise<void> {
    assertStorageKey(key);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await this.files.store(
      { key, bytes: bytes.length, sha256, media_type },
      'replace',
      async (file) => void (await file.write(bytes)),
    );
  }

  async remove(key: string): Promise<void> {
    assertStorageKey(key);
    await this.files.remove(key);
  }

  async check(): Promise<void> {
    await this.files.check();
  }
}
