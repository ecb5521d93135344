import { canonicalJson, parseAmount, sha256, toHex, utf8, type Polygon } from '@groundtruth/sdk/protocol';
import { packSchema, type ParsedPack } from './pack.schema.js';
import { Vocabulary } from './text/vocabulary.js';

export type { PackData } from './pack.schema.js';

export type Jurisdiction = Omit<ParsedPack['jurisdictions'][number], 'rings'> & {
  readonly polygons: readonly Polygon[];
};

/** What makes a hazard: all that is said of it must hold. */
export type HazardCondition = Omit<ParsedPack['hazards'][number]['when'][number], 'words' | 'except'> & {
  readonly vocabulary: Vocabulary | null;
};

/** Work that can hurt whoever does it: no price above the cap, and no haste. */
export interface HazardClass {
  readonly rule: string;
  readonly hint: string;
  readonly price_max_micros: bigint;
  /** Least time between posting and the end of the window, in seconds. */
  readonly notice_s_min: number;
  /** How much later than it was accepted others may learn of it, in seconds. */
  readonly publish_delay_s: number;
  /** Any of these makes the class. */
  readonly when: readonly HazardCondition[];
}

/** A pack ready for `decide`. A class, so that it can be injected. */
export abstract class Pack {
  /** `v1@` + the first 16 hex digits of the SHA-256 of the pack's canonical JSON: another word is another version. */
  abstract readonly version: string;
  /** All 64 digits. */
  abstract readonly sha256: string;
  abstract readonly suspended_area: ParsedPack['suspended_area'];
  abstract readonly adults: ParsedPack['adults'];
  abstract readonly purposes: { readonly rule: string; readonly hint: string; readonly allowed: readonly string[] };
  abstract readonly prohibited: readonly { rule: string; hint: string; vocabulary: Vocabulary }[];
  abstract readonly unreadable: ParsedPack['unreadable'];
  abstract readonly jurisdictions: readonly Jurisdiction[];
  abstract readonly sensitive: ParsedPack['sensitive'];
  abstract readonly hazards: readonly HazardClass[];
  abstract readonly night: ParsedPack['night'];
  abstract readonly linkage: ParsedPack['linkage'];
  abstract readonly sanctions: ParsedPack['sanctions'];
  abstract readonly review: ParsedPack['review'];
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
    hazards: pack.hazards.map(({ price_max, when, ...rest }) => ({
      ...rest,
      price_max_micros: parseAmount(price_max)!,
      when: when.map(({ words, except, ...condition }) => ({
        ...condition,
        vocabulary: words ? new Vocabulary(words, except) : null,
      })),
    })),
  };
}

function polygonOf(ring: string): Polygon {
  const positions = ring.split(' ').map((pair) => pair.split(',').map(Number) as [number, number]);
  return { type: 'Polygon', coordinates: [[...positions, positions[0]!]] };
}
