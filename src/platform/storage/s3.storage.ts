import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Client } from 'minio';
import { seconds, type Clock, type Instant } from '../../kernel/clock.js';
import { orOutage, unlessMissing } from './s3-errors.js';
import { presignS3, type S3Account, type S3Request } from './s3-presign.js';
import { assertStorageKey, attachment, filenameOf } from './storage-key.js';
import {
  Storage,
  type Confirmation,
  type DepositTerms,
  type DownloadTerms,
  type ExpectedObject,
  type PresignedDownload,
  type PresignedUpload,
  type StoredObject,
  type UploadTerms,
} from './storage.js';

/** Upload links write here and nowhere else. */
const incoming = (key: string) => `incoming/${key}`;
/** Only this class writes here; whoever reads, reads from here. */
const settled = (key: string) => `objects/${key}`;

/** Longest life a presigned URL can have. */
const LINK_S_MAX = 7 * 24 * 60 * 60;

export interface S3StorageOptions {
  /** How this process reaches the server. */
  readonly account: S3Account;
  /** How holders of links reach it, when that is another origin. */
  readonly public_endpoint?: string;
  readonly bucket: string;
  readonly clock: Clock;
}

/**
 * Objects in a bucket of S3, MinIO or Swift. It asks little of the server: presigned URLs, HEAD, GET, PUT, DELETE. A link that was used stays
 * valid until it expires, and servers cannot all be told to write only once, so `confirm` reads what arrived, hashes it, and stores those very
 * bytes where no link can write.
 */
export class S3Storage extends Storage {
  private readonly client: Client;

  constructor(private readonly options: S3StorageOptions) {
    super();
    const { account } = options;
    const endpoint = new URL(account.endpoint);
    this.client = new Client({
      endPoint: endpoint.hostname,
      ...(endpoint.port !== '' && { port: Number(endpoint.port) }),
      useSSL: endpoint.protocol === 'https:',
      accessKey: account.access_key,
      secretKey: account.secret_key,
      region: account.region,
      pathStyle: true,
    });
  }

  async prepare(): Promise<void> {
    await this.check();
  }

  async check(): Promise<void> {
    const { bucket } = this.options;
    if (!(await orOutage(this.client.bucketExists(bucket))))
      throw new RangeError(`the bucket ${bucket} does not exist`);
  }

  routes(): null {
    return null;
  }

  async presignUpload({ key, bytes, media_type, expires_at }: UploadTerms): Promise<PresignedUpload> {
    assertStorageKey(key);
    const headers = { 'content-type': media_type, 'content-length': String(bytes) };
    return { method: 'PUT', url: this.presign({ method: 'PUT', key: incoming(key), headers }, expires_at), headers };
  }

  /** The size is not known when the link is made, so the link cannot bind it: `confirm` looks at it before it reads. */
  async presignDeposit({ key, media_type, expires_at }: DepositTerms): Promise<PresignedUpload> {
    assertStorageKey(key);
    const headers = { 'content-type': media_type };
    return { method: 'PUT', url: this.presign({ method: 'PUT', key: incoming(key), headers }, expires_at), headers };
  }

  async presignDownload({ key, expires_at, filename }: DownloadTerms): Promise<PresignedDownload> {
    assertStorageKey(key);
    const query = {
      'response-content-disposition': attachment(filenameOf(key, filename)),
      'response-cache-control': 'private, no-store',
    };
    return { method: 'GET', url: this.presign({ method: 'GET', key: settled(key), query }, expires_at) };
  }

  async confirm(key: string, expected: ExpectedObject): Promise<Confirmation> {
    const before = await this.stat(key);
    if (before) {
      await this.removeObject(incoming(key));
      return isSame(before, expected) ? 'confirmed' : 'mismatch';
    }
    const arrived = await unlessMissing(this.client.statObject(this.options.bucket, incoming(key)));
    if (!arrived) return 'missing';
    if (arrived.size !== expected.bytes || arrived.metaData['content-type'] !== expected.media_type) return 'mismatch';
    const bytes = await this.bytesOf(incoming(key), expected.bytes);
    if (!bytes) return 'missing';
    if (bytes.length !== expected.bytes || sha256Of(bytes) !== expected.sha256) return 'mismatch';
    await this.put(key, bytes, expected.media_type);
    await this.removeObject(incoming(key));
    return 'confirmed';
  }

  async stat(key: string): Promise<StoredObject | null> {
    assertStorageKey(key);
    const found = await unlessMissing(this.client.statObject(this.options.bucket, settled(key)));
    if (!found) return null;
    return {
      key,
      bytes: found.size,
      sha256: String(found.metaData.sha256),
      media_type: String(found.metaData['content-type']),
    };
  }

  async read(key: string, { max_bytes }: { readonly max_bytes: number }): Promise<Buffer | null> {
    assertStorageKey(key);
    return this.bytesOf(settled(key), max_bytes);
  }

  async put(key: string, bytes: Uint8Array, media_type: string): Promise<void> {
    assertStorageKey(key);
    const metadata = { 'Content-Type': media_type, 'X-Amz-Meta-Sha256': sha256Of(bytes) };
    await orOutage(
      this.client.putObject(this.options.bucket, settled(key), Buffer.from(bytes), bytes.length, metadata),
    );
  }

  async remove(key: string): Promise<void> {
    assertStorageKey(key);
    await this.removeObject(incoming(key));
    await this.removeObject(settled(key));
  }

  private async removeObject(name: string): Promise<void> {
    await unlessMissing(this.client.removeObject(this.options.bucket, name));
  }

  private async bytesOf(name: string, max_bytes: number): Promise<Buffer | null> {
    const stream = await unlessMissing(this.client.getObject(this.options.bucket, name));
    return stream && orOutage(collect(stream, max_bytes));
  }

  /** The server knows whole seconds: a link ends at the last one that is not after `expires_at`, and one that is over is made over. */
  private presign(request: Omit<S3Request, 'bucket' | 'signed_at' | 'valid_s'>, expires_at: Instant): string {
    const { account, public_endpoint, bucket, clock } = this.options;
    const valid_s = Math.min(LINK_S_MAX, Math.max(1, Math.floor(expires_at / 1000) - Math.floor(clock.now() / 1000)));
    const signed_at = Math.min(clock.now(), expires_at - seconds(valid_s));
    return presignS3(
      { ...account, endpoint: public_endpoint ?? account.endpoint },
      { ...request, bucket, signed_at, valid_s },
    );
  }
}

async function collect(stream: Readable, max_bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > max_bytes) throw new RangeError(`the object has more than ${max_bytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isSame(a: StoredObject, b: ExpectedObject): boolean {
  return a.sha256 === b.sha256 && a.bytes === b.bytes && a.media_type === b.media_type;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
