import { inconclusive, pass, unavailable, type Evidence, type Judgement } from './check.js';

/**
 * No earlier capture resembles this one: neither cropped, nor mirrored, nor with something pasted on. A suspicion only, for two honest
 * photos of one scene resemble each other too, so a person looks. As for duplicates, which one and how near stays unsaid.
 */
export function resemblance({ embedded, resembles }: Evidence): Judgement | null {
  if (!embedded) return null;
  if (!embedded.ok) return unavailable(embedded);
  if (resembles === undefined) return null;
  const { hash_version, model_sha256, provider, duration_ms } = embedded.value;
  const judgement = resembles ? inconclusive({ reason: 'resembles_earlier', hash_version }) : pass({ hash_version });
  return { ...judgement, model_sha256, provider, duration_ms };
}
