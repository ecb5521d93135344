import { DomainError } from '../../src/kernel/problem.js';

/** Longest time one upload may take, in milliseconds: 2 MiB at 1 Mbit/s. */
const UPLOAD_MS_MAX = 20_000;

/** Stores bytes at a signed link, which says what they may be. Repeatable. */
export type Upload = (url: string, bytes: Uint8Array, mediaType: string) => Promise<void>;

/** Follows no redirect. @throws {DomainError} `dependency_unavailable` when storage does not answer or refuses: the job must come again. */
export const uploadTo: Upload = async (url, bytes, mediaType) => {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': mediaType },
      body: new Uint8Array(bytes),
      redirect: 'error',
      signal: AbortSignal.timeout(UPLOAD_MS_MAX),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`storage answered ${response.status}`);
  } catch (cause) {
    throw new DomainError('dependency_unavailable', 'the derivative could not be stored', {}, { cause });
  }
};
