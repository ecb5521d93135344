import { loadBlazeFace, type FaceFinder } from './blazeface.js';
import { convertedOnnx } from './converted.js';
import { loadCenterNet } from './centernet.js';
import type { Detector } from './detector.js';
import { readFetched } from './fetched-file.js';
import { loadImageTextScorer, type ImageTextScorer } from './image-text-scorer.js';
import { NO_OPTIONAL_MODELS, type OpenVocabularyCard, type OptionalModels } from './optional.js';
import type { Provider } from './providers.js';
import { BLAZEFACE, CENTERNET, MOBILENET, PP_OCR, YOLOX } from './manifest.js';
import { loadMobileNet, type Embedder } from './mobilenet.js';
import { readPinned } from './package-file.js';
import { loadTextReader, type TextReader } from './text-reader.js';
import { loadYolox } from './yolox.js';

export interface ModelLibrary {
  readonly detector: Detector;
  readonly text: TextReader;
  readonly embedder: Embedder;
  readonly faces: FaceFinder;
  /** Null unless configured. */
  readonly second_detector: Detector | null;
  /** Null unless configured. */
  readonly open_vocabulary: ImageTextScorer | null;
}

/**
 * Loads and checks every model once, at start: the first photo waits for nothing.
 * @throws {ModelRefused} when any file is not the pinned one; {NoProvider} when none of `providers` works.
 */
export async function loadModels(
  cacheDirectory: string,
  packageRoot: string,
  providers?: readonly Provider[],
  optional: OptionalModels = NO_OPTIONAL_MODELS,
): Promise<ModelLibrary> {
  const detector = await loadCenterNet(await convertedOnnx(CENTERNET, cacheDirectory, packageRoot), providers);
  const text = await loadTextReader(
    {
      detector: await readPinned(PP_OCR.detector, packageRoot),
      recogniser: await readPinned(PP_OCR.recogniser, packageRoot),
      keys: await readPinned(PP_OCR.keys, packageRoot),
    },
    [detector.provider],
  );
  const embedder = await loadMobileNet(await convertedOnnx(MOBILENET, cacheDirectory, packageRoot), [
    detector.provider,
  ]);
  const same = [detector.provider];
  const faces = await loadBlazeFace(await convertedOnnx(BLAZEFACE, cacheDirectory, packageRoot), same);
  return {
    detector,
    text,
    embedder,
    faces,
    second_detector: optional.second_detector && (await loadYolox(await readFetched(YOLOX.file, cacheDirectory), same)),
    open_vocabulary: optional.open_vocabulary && (await loadScorer(optional.open_vocabulary, cacheDirectory, same)),
  };
}

async function loadScorer(card: OpenVocabularyCard, directory: string, providers: readonly Provider[]) {
  const files = {
    vision: await readFetched(card.vision.file, directory),
    text: await readFetched(card.text.file, directory),
    tokenizer: await readFetched(card.tokenizer, directory),
  };
  return loadImageTextScorer(card, files, providers);
}
