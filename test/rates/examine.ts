import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { signatureState } from '../../workers/verifier/checks/signature.js';
import type { Evidence } from '../../workers/verifier/checks/check.js';
import type { ModelCards } from '../../workers/verifier/checks/thresholds.js';
import type { CaptureContext } from '../../workers/verifier/context.js';
import { gatherAll } from '../../workers/verifier/replay/gather-all.js';
import { recordedAnswers } from '../../workers/verifier/replay/recorded-answers.js';
import type { MediaDecoder } from '../../workers/verifier/sources.js';
import { homeOf } from './home.js';
import { contextOf, jobOf, type Spoil } from '../../workers/verifier/verify.fixture.js';

/** Who looks at files: a decoder, and what its scores mean. */
export interface Examiner {
  readonly decoder: MediaDecoder;
  readonly cards: ModelCards;
}

/** Makes the context of a capture of these bytes, by an honest contributor unless spoiled. */
export type ContextOf = (spoil?: Spoil) => CaptureContext;

export interface Examined {
  readonly bytes: Buffer;
  /** At the place and time that its EXIF gives, as far as it gives any: the capture of somebody who was there. */
  readonly contextOf: ContextOf;
  /** Everything the decoder can say about the file, gathered once; judged again for every trial. */
  readonly evidence: Evidence;
}

const TYPES: Readonly<Record<string, CaptureContext['sealed']['manifest']['media']['media_type']>> = {
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.mp4': 'video/mp4',
};

export async function examineFile(path: string, examiner: Examiner): Promise<Examined> {
  return examine(await readFile(path), TYPES[extname(path).toLowerCase()] ?? 'image/jpeg', examiner);
}

/** Lets the real decoder look at the bytes with every model, as the capture of an honest contributor who states this type. */
export async function examine(
  bytes: Buffer,
  media_type: (typeof TYPES)[string],
  { decoder, cards }: Examiner,
): Promise<Examined> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const media = { sha256, media_type, bytes: Math.max(1, bytes.length) };
  const kind = media_type.startsWith('video/') ? 'video' : 'photo';
  const made: ContextOf = (spoil = {}) =>
    contextOf({ ...spoil, manifest: { media, ...spoil.manifest }, context: { kind, ...spoil.context } });
  const context = made({ criteria: { all: EVERYTHING, code_in_scene: true, c2pa: 'third_party' } });
  const evidence = await gatherAll(evidenceIn(context, cards), {
    ...recordedAnswers([]),
    decoder,
    download: async () => ({ ok: true, value: { content: bytes, sha256, duration_ms: 0 } }),
  });
  await decoder.forget();
  const home = homeOf(evidence.inspected?.ok ? evidence.inspected.value.exif : null);
  const atHome: ContextOf = (spoil = {}) =>
    made({
      ...spoil,
      manifest: { ...home.manifest, ...spoil.manifest },
      context: { ...home.context, ...spoil.context },
    });
  return { bytes, contextOf: atHome, evidence };
}

/** The same facts, held against another capture of the same bytes. */
export function evidenceFor({ evidence }: Examined, context: CaptureContext): Evidence {
  return { ...evidence, ...evidenceIn(context, evidence.cards) };
}

function evidenceIn(
  context: CaptureContext,
  cards: ModelCards,
): Pick<Evidence, 'job' | 'context' | 'cards' | 'signature'> {
  return { job: jobOf(context), context, cards, signature: signatureState(context) };
}

/** Wants every model asked. */
const EVERYTHING = [{ object: { label: 'person' } }, { text: { pattern: 'ABC' } }];
