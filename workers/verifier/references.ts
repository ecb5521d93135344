import type { CaptureContext } from './context.js';
import type { Evidence, Gathered } from './checks/check.js';
import type { Sources } from './sources.js';

/** A reference picture, by its bytes. */
interface ReferenceMedia {
  readonly content: Uint8Array;
  readonly media_type: string;
}

/** Ids of the reference pictures that the criteria name, each once. */
export function referencesOf({ criteria }: CaptureContext): string[] {
  const named = criteria.all.flatMap((criterion) =>
    'similar_to' in criterion ? [criterion.similar_to.reference] : [],
  );
  return [...new Set<string>(named)];
}

/**
 * Reads a reference picture from storage. Where it lies is the job's word; what it must hash to is the database's, so that nobody who
 * can write to the queue chooses what a photo is compared with.
 */
export async function referenceOf(
  id: string,
  { job, context }: Evidence,
  download: Sources['download'],
): Promise<Gathered<ReferenceMedia>> {
  const known = context.references.find((reference) => reference.id === id);
  const place = job.references.find((reference) => reference.id === id);
  if (!known || !place) return { ok: false, reason: 'reference_missing', detail: `${id} is not there` };
  const downloaded = await download(place.download_url, known.bytes);
  if (!downloaded.ok) return downloaded;
  const { content, sha256 } = downloaded.value;
  if (sha256 !== known.sha256) return { ok: false, reason: 'reference_altered', detail: `${id} has other bytes` };
  return { ok: true, value: { content, media_type: known.media_type } };
}
