import { z } from 'zod';

/**
 * Models that no npm package holds: fetched once by `npm run models:fetch` into MODELS_DIR, or put there by hand, and refused there
 * like any other unless they hash to what is pinned.
 */

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const unit = z.number().min(0).max(1);
const three = z.tuple([z.number(), z.number(), z.number()]);
const tensorName = z.string().min(1).max(100);

/** A file in MODELS_DIR. */
export const fetchedFileSchema = z.strictObject({
  /** A plain name, never a path. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  sha256: sha256Hex,
  /** Where it is fetched from; null: it is put there by hand. */
  url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
});
export type FetchedFile = z.infer<typeof fetchedFileSchema>;

const thresholdsSchema = z
  .strictObject({ pass_at: unit, fail_below: unit, absent_below: unit, guard_band: unit })
  .refine(
    ({ pass_at, fail_below, absent_below }) => absent_below <= fail_below && fail_below <= pass_at,
    'expected absent_below ≤ fail_below ≤ pass_at',
  );

/**
 * How the cosine of picture and prompt becomes a score from 0 to 1: `sigmoid(scale · cosine + bias)` (SigLIP), or the share of the
 * prompt in a softmax of `scale · cosine` over itself and fixed other prompts (CLIP).
 */
const scoreSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sigmoid'), scale: z.number().positive(), bias: z.number() }),
  z.strictObject({
    kind: z.literal('softmax'),
    scale: z.number().positive(),
    against: z.array(z.string().min(1).max(200)).min(1).max(8),
  }),
]);

/** The model card of an open vocabulary: the file OPEN_VOCABULARY_CARD names. */
export const openVocabularyCardSchema = z.strictObject({
  model: z.string().min(1).max(40),
  vision: z.strictObject({ file: fetchedFileSchema, output: tensorName }),
  text: z.strictObject({ file: fetchedFileSchema, output: tensorName }),
  /** A `tokenizer.json` of the Hugging Face tokenizers. */
  tokenizer: fetchedFileSchema,
  picture: z.strictObject({
    /** Side of the square the network takes, in pixels. */
    side: z.int().min(1).max(1024),
    /** `stretch` ignores proportions; `centre` cuts the middle square out, so that what lies outside is never seen. */
    fit: z.enum(['stretch', 'centre']),
    /** Of channel values from 0 to 1. */
    mean: three,
    deviation: three,
  }),
  prompt: z.strictObject({
    /** Token ids put before and after those of the prompt, and what fills up to `length`. */
    before: z.array(z.int().min(0)).max(4),
    after: z.array(z.int().min(0)).max(4),
    pad: z.int().min(0),
    length: z.int().min(2).max(256),
    /** Lower case, and without punctuation, as the model was trained. */
    lowercase: z.boolean(),
    without_punctuation: z.boolean(),
  }),
  score: scoreSchema,
  thresholds: thresholdsSchema,
});
export type OpenVocabularyCard = z.infer<typeof openVocabularyCardSchema>;

/** What is configured besides the packaged models; the verifier hands it to its decoder. */
export const optionalModelsSchema = z.strictObject({
  second_detector: z.enum(['yolox-nano']).nullable(),
  open_vocabulary: openVocabularyCardSchema.nullable(),
});
export type OptionalModels = z.infer<typeof optionalModelsSchema>;
export const NO_OPTIONAL_MODELS: OptionalModels = { second_detector: null, open_vocabulary: null };
