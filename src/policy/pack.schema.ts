import { BOUNTY_KINDS, PURPOSES } from '@groundtruth/sdk/protocol';
import { z } from 'zod';

const ruleId = z.string().regex(/^[a-z][a-z0-9_]*$/);
const hint = z.string().min(10).max(200);
const day = z.iso.date();
const reason = z.strictObject({ rule: ruleId, hint });
const deadline_s = z
  .int()
  .min(60)
  .max(7 * 86_400);
const phrase = z.string().regex(/^[a-z0-9]+\*?(?:\|[a-z0-9]+\*?)*(?: (?:\.\. )?[a-z0-9]+\*?(?:\|[a-z0-9]+\*?)*)*$/);
const phrases = z.array(phrase);
const action = z.enum(['refuse', 'hold']);

const jurisdictionSchema = z.strictObject({
  id: ruleId,
  name: z.string(),
  action,
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

/** Categories of sensitive places. Where such places are stands in a file of its own. */
const sensitiveSchema = z.strictObject({
  deadline_s,
  categories: z.array(
    z.strictObject({
      /** The rule is `place_<category>`. */
      category: ruleId,
      action,
      /** How far from its outline the rule reaches, in metres. */
      buffer_m: z.int().min(0).max(5_000),
      hint,
    }),
  ),
});

/** All that is said must hold; words, places or night must be said. */
const hazardConditionSchema = z
  .strictObject({
    words: phrases.min(1).optional(),
    except: phrases.default([]),
    /** Near a sensitive place of one of these categories. */
    places: z.array(ruleId).min(1).optional(),
    /** The whole window is in the night of the place. */
    night: z.literal(true).optional(),
    kinds: z.array(z.enum(BOUNTY_KINDS)).min(1).optional(),
    purposes: z.array(z.enum(PURPOSES)).min(1).optional(),
  })
  .refine(({ words, places, night }) => words || places || night, 'a hazard is told by words, a place or the night');

const hazardSchema = reason.extend({
  /** Cap of the price of one slot, in units of whatever currency: a dollar and a USDC count alike. */
  price_max: z.string().regex(/^\d{1,9}\.\d{6}$/),
  /** Least time between posting and the end of the window, in seconds. */
  notice_s_min: z.int().min(0).max(86_400),
  /** How much later than it was accepted others may learn of it, in seconds: time to be gone from there. */
  publish_delay_s: z
    .int()
    .min(0)
    .max(7 * 86_400)
    .default(0),
  when: z.array(hazardConditionSchema).min(1),
});

const linkageSchema = z.strictObject({
  /** How far back bounties count, in seconds. */
  lookback_s: z.int().min(3_600),
  /** Bounties within this distance are around one target, in metres; wider ones than `extent_m_max` are around none. */
  reach_m: z.int().min(1),
  extent_m_max: z.int().min(1),
  /** Read as one text, they ask for what is prohibited. */
  words: reason,
  /** Open at one time, they pay more for a hazard than its cap. */
  price: reason,
  /** A spot no larger than a home, looked at again and again. */
  watch: reason.extend({
    deadline_s,
    extent_m_max: z.int(),
    apart_m_max: z.int(),
    bounties_min: z.int().min(2),
    days_min: z.int().min(2),
  }),
  /** Short looks that move on as somebody would who is followed. */
  following: reason.extend({
    deadline_s,
    extent_m_max: z.int(),
    bounties_min: z.int().min(3),
    span_s: z.int(),
    window_s_max: z.int(),
    step_m_min: z.int(),
    speed_m_per_s_max: z.int(),
  }),
});

export const packSchema = z.strictObject({
  name: z.string().regex(/^v\d+$/),
  suspended_area: reason,
  adults: reason,
  purposes: reason.extend({ allowed: z.array(z.enum(PURPOSES)) }),
  prohibited: z.array(reason.extend({ phrases: phrases.min(1), except: phrases.default([]) })).min(1),
  unreadable: reason.extend({ deadline_s }),
  jurisdictions: z.array(jurisdictionSchema),
  sensitive: sensitiveSchema,
  hazards: z.array(hazardSchema),
  /** Hours of the sun's own time at the place, from 0 to 24. */
  night: z.strictObject({ from_hour: z.number().min(12).max(24), to_hour: z.number().min(0).max(12) }),
  linkage: linkageSchema,
  sanctions: z.strictObject({
    list_age_s_max: z.int().min(1),
    deadline_s,
    stale: reason,
    unknown: reason,
    listed: reason,
  }),
  review: z.strictObject({
    /** What a caller is told whose request an operator, or an operator's silence, refused. */
    hint,
    /** How long an answer counts, in seconds: longer than the longest window with its late uploads. */
    answer_s: z.int().min(86_400),
    /** How long a refusal by silence counts, in seconds; then the same request can be looked at anew. */
    silence_s: z.int().min(60),
  }),
});

/** A pack as it is written. Its rules are tried in the order in which they are listed. */
export type PackData = z.input<typeof packSchema>;
export type ParsedPack = z.output<typeof packSchema>;
