import { createHash, createHmac } from 'node:crypto';
import type { Instant } from '../../kernel/clock.js';

export interface S3Account {
  /** Scheme, host and port that holders of a link reach, without a path. */
  readonly endpoint: string;
  readonly region: string;
  readonly access_key: string;
  readonly secret_key: string;
}

export interface S3Request {
  readonly method: 'GET' | 'PUT';
  readonly bucket: string;
  /** Characters of a storage key, which need no escape in a path. */
  readonly key: string;
  /** Headers that the holder of the link must send with exactly these values, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly signed_at: Instant;
  readonly valid_s: number;
}

/**
 * A presigned URL in path style by AWS Signature Version 4 ("Authenticating Requests: Using Query Parameters"). The `minio` client presigns
 * too, but leaves Content-Type and Content-Length unsigned, which are what an upload link must bind. The payload stays unsigned: servers
 * disagree about binding its hash, so the bytes are checked after they have arrived.
 */
export function presignS3(account: S3Account, request: S3Request): string {
  const { host } = new URL(account.endpoint);
  const time = new Date(request.signed_at).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${account.region}/s3/aws4_request`;
  const headers = Object.entries({ host, ...request.headers }).sort(byName);
  const signedHeaders = headers.map(([name]) => name).join(';');
  const query = Object.entries({
    ...request.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${account.access_key}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(request.valid_s),
    'X-Amz-SignedHeaders': signedHeaders,
  })
    .map(([name, value]) => [escape(name), escape(value)] as const)
    .sort(byName)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const path = `/${request.bucket}/${request.key}`;
  const canonical = [
    request.method,
    path,
    query,
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    signedHeaders,
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const signature = hmac(signingKey(account, scope), toSign).toString('hex');
  return `${account.endpoint}${path}?${query}&X-Amz-Signature=${signature}`;
}

function signingKey(account: S3Account, scope: string): Buffer {
  return scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${account.secret_key}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Everything but unreserved characters, as the signature's own rules want it; `encodeURIComponent` leaves five more alone. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function byName(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1;
}
