import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DomainError } from '../../kernel/problem.js';
import type { DiskFiles } from './disk-files.js';
import type { DepositTerms } from './storage.js';

/**
 * Takes the bytes of a deposit, which are few and are held in memory, and stores them once; the same bytes again change nothing.
 * @throws {DomainError} in this order: `media_mismatch` for another type, `upload_too_large`, `upload_conflict` when the key holds something else.
 */
export async function receiveDeposit(
  files: DiskFiles,
  { key, media_type, bytes_max }: DepositTerms,
  body: Readable,
  claimed: string,
): Promise<void> {
  if (claimed !== media_type)
    throw new DomainError('media_mismatch', `the link is for ${media_type}`, { param: 'Content-Type' });
  const content = await atMost(body, bytes_max);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const object = { key, bytes: content.length, sha256, media_type };
  if (await files.store(object, 'once', async (file) => void (await file.write(content)))) return;
  const present = await files.stat(key);
  if (present?.sha256 !== sha256) throw new DomainError('upload_conflict', `${key} already holds other bytes`);
}

async function atMost(body: Readable, bytes_max: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The default would destroy the socket on the way out, and with it the answer that says why.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytes_max)
      throw new DomainError('upload_too_large', `the link is for at most ${bytes_max} bytes`, { bytes_max });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
