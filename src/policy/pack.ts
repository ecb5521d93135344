import { canonicalJson, PURPOSES, sha256, toHex, utf8, type Polygon } from '@groundtruth/sdk/protocol';
import { z } from 'zod';
import { Vocabulary } from './text/vocabulary.js';

const ruleId = z.string().regex(/^[a-z][a-z0-9_]*$/);
const hint = z.string().min(10).max(200);
const day = z.iso.date();
const reason = z.strictObject({ rule: ruleId, hint });
const deadline_s = z
  .int()
  .min(60)
  .max(7 * 86_400);
const phrase = z.string().regex(/^[a-z0-9]+\*?(?:\|[a-z0-9]+\*?)*(?: (?:\.\. )?[a-z0-9]+\*?(?:\|[a-z0-9]+\*?)*)*$/);

const jurisdictionSchema = z.strictObject({
  id: ruleId,
  name: z.string(),
  action: z.enum(['refuse', 'hold']),
  hint,
  /** How long a hold waits for an operator; not used by a refusal. */
  deadline_s,
  /** Why: law or danger, for operators and auditors. */
  reason: z.string().min(3),
  basis: z.string().min(10),
  /** The day up to which the source was known, and the day by which a person has to look again. */
  as_of: day,
  review_by: day,
  /** Rings of `lng,lat` pairs in degrees, closed by the loader. They err outward. */
  rings: z.array(z.string().regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?( -?\d+(\.\d+)?,-?\d+(\.\d+)?){2,}$/)).min(1),
});

export const packSchema = z.strictObject({
  name: z.string().regex(/^v\d+$/),
  suspended_area: reason,
  adults: reason,
  purposes: reason.extend({ allowed: z.array(z.enum(PURPOSES)) }),
  prohibited: z.array(reason.extend({ phrases: z.array(phrase).min(1), except: z.array(phrase).default([]) })).min(1),
  unreadable: reason.extend({ deadline_s }),
  jurisdictions: z.array(jurisdictionSchema),
  sanctions: z.strictObject({
    list_age_s_max: z.int().min(1),
    deadline_s,
    stale: reason,
    unknown: reason,
    listed: reason,
  }),
});
/** A pack as it is written. Its rules are tried in the order in which they are listed. */
export type PackData = z.input<typeof packSchema>;

export type Jurisdiction = Omit<z.output<typeof jurisdictionSchema>, 'rings'> & {
  readonly polygons: readonly Polygon[];
};

type Parsed = z.output<typeof packSchema>;

/** A pack ready for `decide`. A class, so that it can be injected. */
export abstract class Pack {
  /** `v1@` + the first 16 hex digits of the SHA-256 of the pack's canonical JSON: another word is another version. */
  abstract readonly version: string;
  /** All 64 digits. */
  abstract readonly sha256: string;
  abstract readonly suspended_area: Parsed['suspended_area'];
  abstract readonly adults: Parsed['adults'];
  abstract readonly purposes: { readonly rule: string; readonly hint: string; readonly allowed: readonly string[] };
  abstract readonly prohibited: readonly { rule: string; hint: string; vocabulary: Vocabulary }[];
  abstract readonly unreadable: Parsed['unreadable'];
  abstract readonly jurisdictions: readonly Jurisdiction[];
  abstract readonly sanctions: Parsed['sanctions'];
}

/** Checks a pack and makes it ready. @throws {z.ZodError} when it does not fit the schema: a gate never opens on a broken pack. */
export function loadPack(data: unknown): Pack {
  const pack = packSchema.parse(data);
  const digest = toHex(sha256(utf8(canonicalJson(data))));
  return {
    ...pack,
    version: `${pack.name}@${digest.slice(0, 16)}`,
    sha256: digest,
    prohibited: pack.prohibited.map(({ rule, hint, phrases, except }) => ({
      rule,
      hint,
      vocabulary: new Vocabulary(phrases, except),
    })),
    jurisdictions: pack.jurisdictions.map(({ rings, ...rest }) => ({ ...rest, polygons: rings.map(polygonOf) })),
  };
}

function polygonOf(ring: string): Polygon {
  const positions = ring.split(' ').map((pair) => pair.split(',').map(Number) as [number, number]);
  return { type: 'Polygon', coordinates: [[...positions, positions[0]!]] };
}
