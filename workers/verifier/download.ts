import { createHash } from 'node:crypto';
import type { Clock } from '../../src/kernel/clock.js';
import { DomainError } from '../../src/kernel/problem.js';
import type { Sources } from './sources.js';

/** Longest time one download may take: 25 MiB at 7 Mbit/s. */
const DOWNLOAD_MS_MAX = 30_000;
/** Answers that say the upload is gone for good; a link that has expired (403) is made anew with the next job. */
const GONE = [404, 410];

/**
 * Reads an upload from storage and hashes it. Of one that is longer than announced only the first byte too many is read, which is
 * enough to tell. Follows no redirect: the link leads to our storage or nowhere.
 * @throws {DomainError} `dependency_unavailable` when storage does not answer or refuses the link.
 */
export function downloadFrom(clock: Clock): Sources['download'] {
  return async (url, bytes) => {
    const started = clock.now();
    try {
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(DOWNLOAD_MS_MAX) });
      if (GONE.includes(response.status))
        return { ok: false, reason: 'missing', detail: `storage answered ${response.status}` };
      if (!response.ok || !response.body) throw new Error(`storage answered ${response.status}`);
      const content = await readAtMost(response.body, bytes + 1);
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { ok: true, value: { content, sha256, duration_ms: Math.max(0, clock.now() - started) } };
    } catch (cause) {
      throw new DomainError('dependency_unavailable', 'the upload could not be read from storage', {}, { cause });
    }
  };
}

async function readAtMost(body: ReadableStream<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const reader = body.getReader();
  const content = new Uint8Array(bytesMax);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return content.subarray(0, length);
    const taken = value.subarray(0, bytesMax - length);
    content.set(taken, length);
    length += taken.length;
    if (length < bytesMax) continue;
    await reader.cancel();
    return content;
  }
}
