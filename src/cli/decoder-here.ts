import { join } from 'node:path';
import { cardsOf } from '../../workers/verifier/cards.js';
import type { ModelCards } from '../../workers/verifier/checks/thresholds.js';
import { DecoderProcess } from '../../workers/verifier/decoder-process.js';
import { readTrust } from '../../workers/verifier/trust.js';
import { readOptionalModels } from '../../workers/verifier/optional-models.js';
import type { Config } from '../platform/config/index.js';
import { findProgram } from '../platform/find-program.js';
import { projectRoot } from '../platform/project-root.js';

/** A decoder and what the scores of its models mean, as a verifier of this configuration has them. */
export interface DecoderHere {
  readonly decoder: DecoderProcess;
  readonly cards: ModelCards;
}

/**
 * Lends a decoder process of its own, which is where the exchange opens media; this process opens none. It is ended afterwards.
 * @throws {Error} when it does not start, e.g. for a model that is not the pinned one.
 */
export async function withDecoderHere<T>(config: Config, use: (here: DecoderHere) => Promise<T>): Promise<T> {
  const optional = await readOptionalModels(config);
  const ffmpeg = findProgram('ffmpeg', config.FFMPEG_PATH);
  const decoder = await DecoderProcess.start({
    cache_directory: join(config.DATA_DIR, 'models'),
    package_root: projectRoot(),
    optional_models: optional,
    // Manifests of our own devices raise no tier and are trusted by roots only the exchange has; here they are a stranger’s.
    trust: await readTrust({
      C2PA_TRUST_FILES: [...config.C2PA_TRUST_FILES],
      DEVICE_ROOT_TEST: '',
      DEVICE_ROOT_LIVE: '',
    }),
    environment: ffmpeg === null ? {} : { FFMPEG_PATH: ffmpeg },
  });
  try {
    return await use({ decoder, cards: cardsOf(optional) });
  } finally {
    await decoder.stop();
  }
}
