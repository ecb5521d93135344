import { z } from 'zod';
import { PROVIDER_ORDER } from '../models/providers.js';
import {
  type Box,
  c2paEvidenceSchema,
  compareEvidenceSchema,
  decodeEvidenceSchema,
  embedEvidenceSchema,
  FILE_BYTES_MAX,
  hashEvidenceSchema,
  inspectEvidenceSchema,
  lightEvidenceSchema,
  moireEvidenceSchema,
  objectsEvidenceSchema,
  openVocabularyEvidenceSchema,
  readingEvidenceSchema,
  redactEvidenceSchema,
  REDACTED_BYTES_MAX,
  textEvidenceSchema,
  thumbnailEvidenceSchema,
} from './evidence.js';

export * from './evidence.js';

/** Messages between the verifier (parent) and the decoder (child). Frames: `frame.ts`. One request at a time. */

/** The stages of one photo. `inspect` brings the bytes; the others speak of the bytes inspected last, and cost nothing when not asked. */
export const EVIDENCE_SCHEMAS = {
  inspect: inspectEvidenceSchema,
  c2pa: c2paEvidenceSchema,
  decode: decodeEvidenceSchema,
  hash: hashEvidenceSchema,
  objects: objectsEvidenceSchema,
  text: textEvidenceSchema,
  embed: embedEvidenceSchema,
  compare: compareEvidenceSchema,
  open_vocabulary: openVocabularyEvidenceSchema,
  thumbnail: thumbnailEvidenceSchema,
  moire: moireEvidenceSchema,
  light: lightEvidenceSchema,
  reading: readingEvidenceSchema,
  redact: redactEvidenceSchema,
} as const;
export type Stage = keyof typeof EVIDENCE_SCHEMAS;
export type Evidence<S extends Stage> = z.infer<(typeof EVIDENCE_SCHEMAS)[S]>;

/**
 * The photo's bytes follow an `inspect`, trust anchors a `c2pa`, those of a reference picture a `compare`, which forgets them with its
 * answer; nothing follows the others. `forget` drops the photo and its pixels.
 */
export type DecoderRequest =
  | { readonly id: number; readonly stage: 'open_vocabulary'; readonly prompts: readonly string[] }
  | { readonly id: number; readonly stage: 'reading'; readonly quantity_kind: string }
  | ({ readonly id: number; readonly stage: 'redact' } & RedactRequest)
  | { readonly id: number; readonly stage: 'inspect' | 'compare'; readonly claimed_media_type: string }
  /** `at`: the moment the signer's certificate is to be valid at, epoch milliseconds. The anchors follow as JSON. */
  | { readonly id: number; readonly stage: 'c2pa'; readonly at: number }
  | {
      readonly id: number;
      readonly stage:
        Exclude<Stage, 'inspect' | 'c2pa' | 'compare' | 'open_vocabulary' | 'reading' | 'redact'> | 'forget';
      /** Of a film: which sampled frame `objects` or `text` look at, from 0; the one in the middle when left out. */
      readonly frame?: number;
    };

/** What a derivative is for: covering must leave it to be seen. */
export interface RedactRequest {
  /** Labels of the objects the bounty asks for. */
  readonly labels: readonly string[];
  /** Whether it asks for text, and the lines that its patterns matched. */
  readonly text: boolean;
  readonly kept: readonly Box[];
}

/** A request carries at most one byte more than the largest file opened, so that the decoder can refuse it; an answer no bytes. */
export const REQUEST_LIMITS = { message_bytes_max: 16 * 1024, payload_bytes_max: FILE_BYTES_MAX + 1 } as const;
/**
 * 64 lines and 100 detections of the longest texts stay well below this. No answer carries bytes but that of `redact`, and only while it is
 * waited for.
 */
export const REPLY_LIMITS = { message_bytes_max: 256 * 1024, payload_bytes_max: 0 } as const;
export const PAYLOAD_OF: Partial<Record<Stage, number>> = { redact: REDACTED_BYTES_MAX };

/** First message of a decoder, once its models are loaded and before it sees any photo. */
export const helloSchema = z.strictObject({
  hello: z.literal(1),
  pid: z.int(),
  /** Whether this process sees no network interface but loopback. Looked up, not assumed. */
  network_isolated: z.boolean(),
  /** Whether it cannot read its parent's environment through /proc. Null where there is no /proc. */
  parent_hidden: z.boolean().nullable(),
  /** Names (never values) of the environment variables it was given. */
  environment: z.array(z.string().max(100)).max(50),
  provider: z.enum(PROVIDER_ORDER),
  models: z
    .array(z.strictObject({ model: z.string().max(40), model_sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .max(16),
  versions: z.record(z.string().max(40), z.string().max(40)),
});
export type Hello = z.infer<typeof helloSchema>;

/** A decoder that cannot start says why, then exits: `model_refused` is a weights file whose sha256 is not the pinned one. */
export const startFailureSchema = z.strictObject({
  start_failure: z.enum(['model_refused', 'no_provider', 'other']),
  detail: z.string().max(500),
});

/** `evidence` is parsed by the schema of the stage that was asked. `bug` means the decoder caught an exception of its own. */
export const replySchema = z.union([
  z.strictObject({ id: z.int(), evidence: z.unknown() }),
  z.strictObject({ id: z.int(), bug: z.string().max(500) }),
]);
export type Reply = z.infer<typeof replySchema>;

/**
 * Why a stage has no evidence, as the parent sees it. None of them says anything about the photo alone: the check is `unavailable`.
 * `garbled` is an answer that is no frame, no JSON or not the schema; the decoder is killed for it as for the others.
 */
export const FAILURES = ['crashed', 'timeout', 'memory', 'garbled', 'bug', 'not_started'] as const;
export type Failure = (typeof FAILURES)[number];

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: Failure; readonly detail: string };
