import { centernetOnnx } from './converted.js';
import { loadCenterNet } from './centernet.js';
import type { Detector } from './detector.js';
import type { Provider } from './providers.js';
import { PP_OCR } from './manifest.js';
import { readPinned } from './package-file.js';
import { loadTextReader, type TextReader } from './text-reader.js';

export interface ModelLibrary {
  readonly detector: Detector;
  readonly text: TextReader;
}

/**
 * Loads and checks every model once, at start: the first photo waits for nothing.
 * @throws {ModelRefused} when any file is not the pinned one; {NoProvider} when none of `providers` works.
 */
export async function loadModels(
  cacheDirectory: string,
  packageRoot: string,
  providers?: readonly Provider[],
): Promise<ModelLibrary> {
  const detector = await loadCenterNet(await centernetOnnx(cacheDirectory, packageRoot), providers);
  const text = await loadTextReader(
    {
      detector: await readPinned(PP_OCR.detector, packageRoot),
      recogniser: await readPinned(PP_OCR.recogniser, packageRoot),
      keys: await readPinned(PP_OCR.keys, packageRoot),
    },
    [detector.provider],
  );
  return { detector, text };
}
