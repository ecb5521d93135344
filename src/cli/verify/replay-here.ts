import { extname } from 'node:path';
import { readBytes, UsageError } from '@groundtruth/sdk/cli';
import { MEDIA_TYPES, type CheckResult, type Verdict } from '@groundtruth/sdk/protocol';
import { captureContextSchema } from '../../../workers/verifier/context.js';
import { replayContent, replayOriginal, type Replay } from '../../../workers/verifier/replay/replay.js';
import type { Config } from '../../platform/config/index.js';
import { SystemClock } from '../../platform/time.js';
import { withDecoderHere } from '../decoder-here.js';

const CLOCK = new SystemClock();

/** Level 3: from the sealed original and the inputs kept with the verdict. */
export async function replayOriginalHere(
  verdict: Verdict,
  inputs: unknown,
  file: string,
  config: Config,
): Promise<Replay> {
  if (inputs === null || inputs === undefined) {
    throw new UsageError(
      '--original needs the inputs of the verdict, which the contributor and the operator are given',
    );
  }
  const context = captureContextSchema.safeParse(inputs);
  if (!context.success) throw new UsageError('the inputs of the verdict are malformed', { cause: context.error });
  const content = await readBytes(file);
  return withDecoderHere(config, (here) => replayOriginal(verdict, context.data, content, { ...here, clock: CLOCK }));
}

/** Level 2: from the media as it was published. */
export async function replayMediaHere(
  verdict: Verdict,
  recorded: readonly CheckResult[],
  file: string,
  config: Config,
): Promise<Replay> {
  const content = await readBytes(file);
  const media = { content, media_type: TYPE_OF[extname(file).toLowerCase()] ?? MEDIA_TYPES[0] };
  return withDecoderHere(config, (here) => replayContent(verdict, recorded, media, { ...here, clock: CLOCK }));
}

/** By name, for want of a better word: the decoder goes by the first bytes. */
const TYPE_OF: Readonly<Record<string, (typeof MEDIA_TYPES)[number]>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.mp4': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
};
