import type { Picture } from '../media/picture.js';
import type { Detector } from '../models/detector.js';
import type { ModelLibrary } from '../models/library.js';
import type { ObjectsEvidence } from './evidence.js';

/** What every detector there is sees in a picture. */
export async function objectsIn(
  { detector, second_detector }: ModelLibrary,
  picture: Picture,
): Promise<Omit<ObjectsEvidence, 'duration_ms'>> {
  const first = await lookWith(detector, picture);
  return second_detector ? { ...first, second: await lookWith(second_detector, picture) } : first;
}

/** What is written in a picture. */
export async function textIn({ text }: ModelLibrary, picture: Picture) {
  const { model, model_sha256, provider } = text;
  return { model, model_sha256, provider, lines: await text.read(picture) };
}

async function lookWith(detector: Detector, picture: Picture) {
  const { model, model_sha256, provider } = detector;
  return { model, model_sha256, provider, ...(await detector.detect(picture)) };
}
