import { assert } from '../../../src/kernel/assert.js';
import { decodePicture, type Picture } from '../media/picture.js';
import type { ModelLibrary } from '../models/library.js';
import { redact } from '../redaction/redact.js';
import type { RedactEvidence } from './evidence.js';
import { objectsIn, textIn } from './look.js';
import type { RedactRequest } from './protocol.js';

export interface Derived {
  readonly evidence: Omit<RedactEvidence, 'duration_ms'>;
  /** Null when withheld. */
  readonly jpeg: Buffer | null;
}

/**
 * Makes the derivative of a picture and looks at it as whoever gets it will: opened anew from its bytes, with the same models. Always with
 * detector and reader, whatever the bounty asks for: they find what must be covered.
 */
export async function derive(models: ModelLibrary, picture: Picture, request: RedactRequest): Promise<Derived> {
  const faces = await models.faces.find(picture);
  const { detections, second } = await objectsIn(models, picture);
  const { lines } = await textIn(models, picture);
  const found = { faces, detections: [...detections, ...(second?.detections ?? [])], lines };
  const { withheld, regions, covered_share, jpeg } = await redact(picture, found, request);
  const { model_sha256, provider } = models.faces;
  const common = { withheld, regions, covered_share, model_sha256, provider };
  if (!jpeg) return { evidence: { ...common, width: null, height: null, objects: null, text: null }, jpeg };
  const { picture: published } = await decodePicture(jpeg);
  assert(published, 'our own JPEG cannot be opened');
  const { width, height } = published;
  const objects = request.labels.length > 0 ? await timed(() => objectsIn(models, published)) : null;
  const text = request.text ? await timed(() => textIn(models, published)) : null;
  return { evidence: { ...common, width, height, objects, text }, jpeg };
}

async function timed<T extends object>(look: () => Promise<T>): Promise<T & { duration_ms: number }> {
  const started = performance.now();
  const seen = await look();
  return { ...seen, duration_ms: Math.round((performance.now() - started) * 100) / 100 };
}
