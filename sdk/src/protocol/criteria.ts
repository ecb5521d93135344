import { z } from 'zod';
import { idSchema } from './ids.js';

/** Honest tiers of provenance, weakest first (DESIGN §5). */
export const TIERS = ['none', 'exif', 'nonce', 'signed', 'attested'] as const;
export type Tier = (typeof TIERS)[number];

/** Whether `tier` reaches `wanted`. */
export const tierReaches = (tier: Tier, wanted: Tier): boolean => TIERS.indexOf(tier) >= TIERS.indexOf(wanted);

export const FINDINGS = ['present', 'absent'] as const;
export type Finding = (typeof FINDINGS)[number];

/** Longest text pattern, in characters (DESIGN §4). */
export const PATTERN_LENGTH_MAX = 200;
const CRITERIA_MAX = 8;

const objectCriterion = z.strictObject({
  object: z.strictObject({
    label: z.string().min(1).max(40),
    min_count: z.int().min(1).max(100).default(1),
    /** Raises the model's `pass_at`; never lowers it. */
    min_score: z.number().min(0).max(1).optional(),
  }),
});
const textCriterion = z.strictObject({ text: z.strictObject({ pattern: z.string().min(1).max(PATTERN_LENGTH_MAX) }) });
const similarCriterion = z.strictObject({
  similar_to: z.strictObject({
    reference: idSchema('reference'),
    min_cosine: z.number().min(0).max(1),
  }),
});
const openVocabularyCriterion = z.strictObject({
  open_vocabulary: z.strictObject({ prompt: z.string().min(1).max(200) }),
});

/** A sensor's values, all from `min` to `max` in `unit` (UCUM). Only with `kind: reading`, and there exactly one. */
const readingCriterion = z.strictObject({
  reading: z.strictObject({
    /** One of `QUANTITIES`; another is refused at quote. */
    quantity_kind: z.string().min(1).max(40),
    unit: z.string().min(1).max(40),
    min: z.number(),
    max: z.number(),
  }),
});

export const criterionSchema = z.union([
  objectCriterion,
  textCriterion,
  similarCriterion,
  openVocabularyCriterion,
  readingCriterion,
]);
export type Criterion = z.infer<typeof criterionSchema>;
export type ObjectCriterion = z.infer<typeof objectCriterion>;
export type TextCriterion = z.infer<typeof textCriterion>;
export type ReadingCriterion = z.infer<typeof readingCriterion>;

/** What a reading is asked for; null when the criteria ask for pictures. */
export function readingAsked({ all }: Pick<Criteria, 'all'>): ReadingCriterion['reading'] | null {
  const criterion = all.find((asked) => 'reading' in asked);
  return criterion?.reading ?? null;
}

export const criteriaSchema = z.strictObject({
  all: z.array(criterionSchema).min(1).max(CRITERIA_MAX),
  provenance: z.enum(TIERS).default('signed'),
  c2pa: z.enum(['any', 'third_party']).default('any'),
  /** The reservation's short code must be readable in the picture. */
  code_in_scene: z.boolean().default(false),
  /** Longest span of the proven interval, in seconds: how stale the fact may be when a third party first saw its seal. */
  max_age_s: z.int().min(60).max(86_400).default(3_600),
  /** Refuse near-duplicates of accepted captures. */
  unique: z.boolean().default(true),
});
export type Criteria = z.infer<typeof criteriaSchema>;

export const bountyIdSchema = idSchema('bounty');
