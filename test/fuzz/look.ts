import { createHash } from 'node:crypto';
import { decide, kindOfMedia } from '@groundtruth/sdk/protocol';
import { SystemClock } from '../../src/platform/time.js';
import { MODEL_CARDS } from '../../workers/verifier/cards.js';
import { signatureState } from '../../workers/verifier/checks/signature.js';
import { recordedAnswers } from '../../workers/verifier/replay/recorded-answers.js';
import type { Sources } from '../../workers/verifier/sources.js';
import { investigate, rulingOfChecks } from '../../workers/verifier/verify.js';
import { contextOf, jobOf, READING_ASKED } from '../../workers/verifier/verify.fixture.js';
import type { HostileFile } from './hostile.js';
import { watched, type StageFailure } from './watched-decoder.js';

/** Files of whose pixels the models see something: one in so many. */
const PIXELS_EVERY = 64;

/** Where a refusal fell: `header` before any pixel was decoded and any signature followed, and the two that may take longer. */
export const REFUSALS = ['header', 'decode', 'c2pa'] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface Look {
  readonly outcome: 'accepted' | 'rejected' | 'review';
  /** Null when the file was not refused for what it is. */
  readonly refusal: Refusal | null;
  /** From bytes in hand to the last word about them, in milliseconds; waiting for a decoder is left out. */
  readonly ms: number;
  readonly failures: readonly StageFailure[];
}

/** Takes one hostile file the verifier's way: gathered by the real decoder, judged, decided. Only the signature is left out. */
export async function look(file: HostileFile, decoder: Sources['decoder']): Promise<Look> {
  const { bytes, media_type } = file;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // A manifest cannot state an empty file; the checks meet one by way of the bytes.
  const kind = kindOfMedia(media_type);
  const context = contextOf({
    manifest: { media: { sha256, media_type, bytes: Math.max(1, bytes.length) } },
    context: { kind },
    ...(kind === 'reading' && { criteria: READING_ASKED.criteria }),
  });
  const watching = watched(decoder, file.index % PIXELS_EVERY === 0);
  const sources: Sources = {
    ...recordedAnswers([]),
    decoder: watching.decoder,
    download: async () => ({ ok: true, value: { content: bytes, sha256, duration_ms: 0 } }),
  };
  const known = { job: jobOf(context), context, cards: MODEL_CARDS, signature: signatureState(context) };
  const began = performance.now();
  const evidence = await investigate(known, sources);
  const ms = performance.now() - began;
  const { outcome, tier, checks } = rulingOfChecks(evidence, CLOCK);
  const { failed_check } = decide(context.criteria, context.declared, tier, checks);
  return { outcome, refusal: refusalOf(failed_check, watching.asked), ms, failures: watching.failures };
}

const CLOCK = new SystemClock();

function refusalOf(failed: string | null, asked: readonly string[]): Refusal | null {
  if (failed === 'c2pa') return 'c2pa';
  if (failed !== 'format' && failed !== 'integrity') return null;
  return asked.includes('decode') ? 'decode' : 'header';
}
