import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DomainError } from '../../kernel/problem.js';
import type { DiskFiles } from './disk-files.js';
import type { StoredObject, UploadTerms } from './storage.js';

/**
 * Takes the bytes of an upload while counting and hashing them; they become an object only when all of them are right. The same bytes again
 * change nothing. The body is left unread from the first wrong byte on.
 * @throws {DomainError} in this order: `upload_conflict` when the key holds something else, `upload_too_large`, `media_mismatch`.
 */
export async function receiveUpload(files: DiskFiles, terms: UploadTerms, body: Readable): Promise<void> {
  const present = await files.stat(terms.key);
  if (present && !isSame(present, terms)) throw conflict(terms);
  if (present) return drain(terms, body, () => Promise.resolve());
  const stored = await files.store(terms, 'once', (file) =>
    drain(terms, body, async (chunk) => void (await file.write(chunk))),
  );
  if (stored) return;
  const winner = await files.stat(terms.key);
  if (winner && !isSame(winner, terms)) throw conflict(terms);
}

async function drain(terms: UploadTerms, body: Readable, write: (chunk: Buffer) => Promise<void>): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  // The default would destroy the socket on the way out, and with it the answer that says why.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > terms.bytes) throw tooLarge(terms);
    hash.update(chunk);
    await write(chunk);
  }
  if (bytes < terms.bytes)
    throw new DomainError('media_mismatch', `${bytes} bytes arrived, the link is for ${terms.bytes}`);
  if (hash.digest('hex') !== terms.sha256)
    throw new DomainError('media_mismatch', 'the bytes have another SHA-256 than the link is for');
}

/** What the headers alone tell, before a byte is read; null sizes are not known yet. */
export function refuseByHeaders(
  terms: UploadTerms,
  given: { readonly media_type: string; readonly bytes: number | null },
): void {
  if (given.media_type !== terms.media_type) {
    throw new DomainError('media_mismatch', `the link is for ${terms.media_type}`, { param: 'Content-Type' });
  }
  if (given.bytes !== null && given.bytes > terms.bytes) throw tooLarge(terms);
  if (given.bytes !== null && given.bytes < terms.bytes) {
    throw new DomainError('media_mismatch', `the link is for ${terms.bytes} bytes`, { param: 'Content-Length' });
  }
}

const tooLarge = (terms: UploadTerms) =>
  new DomainError('upload_too_large', `the link is for ${terms.bytes} bytes`, { bytes_max: terms.bytes });
const conflict = (terms: UploadTerms) => new DomainError('upload_conflict', `${terms.key} already holds other bytes`);

function isSame(a: StoredObject, b: StoredObject): boolean {
  return a.sha256 === b.sha256 && a.bytes === b.bytes && a.media_type === b.media_type;
}
