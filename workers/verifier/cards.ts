import type { ModelCards } from './checks/thresholds.js';
import { CENTERNET, MOBILENET, PP_OCR, YOLOX } from './models/manifest.js';
import type { OptionalModels } from './models/optional.js';

/** What the scores of the models in use mean. Who verifies and who replays hold scores against the same bars. */
export const MODEL_CARDS: ModelCards = {
  objects: CENTERNET.thresholds,
  text: PP_OCR.thresholds,
  similarity: MOBILENET.thresholds,
  nsfw: MOBILENET.nsfw,
};

/** The same with those configured besides the packaged ones. */
export function cardsOf({ second_detector, open_vocabulary }: OptionalModels): ModelCards {
  return {
    ...MODEL_CARDS,
    ...(second_detector ? { second_objects: YOLOX.thresholds } : {}),
    ...(open_vocabulary ? { open_vocabulary: open_vocabulary.thresholds } : {}),
  };
}
