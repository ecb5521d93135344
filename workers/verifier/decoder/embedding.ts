import { inspect } from '../media/inspect.js';
import { decodePicture } from '../media/picture.js';
import { cosineOf, EMBEDDING_HASH_VERSION, embeddingHash } from '../models/embedding-hash.js';
import { MOBILENET } from '../models/manifest.js';
import type { Embedder, Embedding } from '../models/mobilenet.js';
import { rounded } from '../models/rounded.js';
import type { CompareEvidence, EmbedEvidence } from './evidence.js';

/** What the checks need of a photo's embedding: the features themselves stay here. */
export function embeddingEvidence(
  { model, model_sha256, provider }: Embedder,
  { classes, features }: Embedding,
): Omit<EmbedEvidence, 'duration_ms'> {
  const named = Object.fromEntries(MOBILENET.classes.map((name, i) => [name, rounded(classes[i] ?? 0)]));
  return {
    model,
    classes: named as EmbedEvidence['classes'],
    hash: embeddingHash(features),
    hash_version: EMBEDDING_HASH_VERSION,
    model_sha256,
    provider,
  };
}

/** Opens a reference picture as carefully as a photo, compares it with the photo's features and keeps nothing of it. */
export async function compareWith(
  embedder: Embedder,
  { features }: Embedding,
  reference: Buffer,
  claimedMediaType: string,
): Promise<Omit<CompareEvidence, 'duration_ms'>> {
  const { model, model_sha256, provider } = embedder;
  const answer = { refusal: null, model, cosine: null, model_sha256, provider };
  const { refusal } = await inspect(reference, claimedMediaType);
  if (refusal) return { ...answer, refusal };
  const { picture, evidence } = await decodePicture(reference);
  if (!picture) return { ...answer, refusal: evidence.refusal };
  const other = await embedder.embed(picture);
  return { ...answer, cosine: rounded(cosineOf(features, other.features)) };
}
