import { sealOf } from '@groundtruth/sdk/protocol';
import { fail, pass, unavailable, type Evidence, type Judgement } from './check.js';

/** The seal is of this manifest, and the bytes are the ones it seals: hash of the bytes = manifest = job. */
export function integrity({ job, context, downloaded }: Evidence): Judgement | null {
  const { media } = context.sealed.manifest;
  if (sealOf(context.sealed) !== context.seal) return fail('seal_mismatch');
  if (job.sha256 !== media.sha256 || job.bytes !== media.bytes) return fail('other_upload');
  if (!downloaded) return null;
  if (!downloaded.ok) return unavailable(downloaded);
  const { sha256, content, duration_ms } = downloaded.value;
  const same = sha256 === media.sha256 && content.length === media.bytes;
  return { ...(same ? pass({ sha256 }) : fail('other_bytes', { sha256, sealed_sha256: media.sha256 })), duration_ms };
}
