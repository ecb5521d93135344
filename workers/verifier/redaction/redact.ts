import {
  DETECTIONS_MAX,
  REDACTED_BYTES_MAX,
  TEXT_LINES_MAX,
  type Box,
  type Detection,
  type TextLine,
} from '../decoder/evidence.js';
import { sharpOf, type Picture } from '../media/picture.js';
import { FACES_MAX } from '../models/blazeface.js';
import type { Face } from '../models/face-boxes.js';
import { blocksOf, covered, coveredShare } from './cover.js';
import { COVER_SCORE, REGION_KINDS, regionsOf, type Region, type RegionKind } from './regions.js';
import { withheldOf, type Asked } from './withheld.js';

export interface Redaction {
  readonly withheld: 'covers_the_fact' | 'covers_most' | 'too_many' | 'too_large' | null;
  /** How many places of each kind were covered. */
  readonly regions: Readonly<Record<RegionKind, number>>;
  /** 0 to 1. */
  readonly covered_share: number;
  /** Null when withheld. */
  readonly jpeg: Buffer | null;
}

/** What the models found in the picture; the same picture and models find the same. */
export interface Found {
  readonly faces: readonly Face[];
  /** Of every detector there is. */
  readonly detections: readonly Detection[];
  readonly lines: readonly TextLine[];
}

/**
 * Covers what would identify people or vehicles and writes the rest anew as JPEG: from bare pixels, so no metadata, colour profile or
 * thumbnail of the original can be in it. Deterministic for one build: the same picture and findings give the same bytes.
 */
export async function redact(picture: Picture, found: Found, asked: Asked): Promise<Redaction> {
  const seen = { ...found, aspect: picture.width / picture.height };
  const places = regionsOf(seen, asked.kept);
  const { picture: result, mask } = covered(
    picture,
    places.map(({ box }) => blocksOf(box, picture)),
  );
  const shareOf = (box?: Box): number => coveredShare(mask, picture, box);
  const counted = { regions: countOf(places), covered_share: shareOf() };
  const withheld = isCut(found) ? 'too_many' : withheldOf(asked, found.detections, shareOf);
  if (withheld) return { withheld, ...counted, jpeg: null };
  const jpeg = await sharpOf(result).jpeg(JPEG).toBuffer();
  if (jpeg.length > REDACTED_BYTES_MAX) return { withheld: 'too_large', ...counted, jpeg: null };
  return { withheld: null, ...counted, jpeg };
}

/** Colour at full resolution keeps blocks at 8 pixels, which covers are aligned to. */
const JPEG = { quality: 85, chromaSubsampling: '4:4:4' } as const;

/** A full list may lack something that had to be covered. Detections below the score that counts may be missing. */
function isCut({ faces, detections, lines }: Found): boolean {
  const counting = detections.filter(({ score }) => score >= COVER_SCORE);
  return faces.length >= FACES_MAX || counting.length >= DETECTIONS_MAX || lines.length >= TEXT_LINES_MAX;
}

function countOf(places: readonly Region[]): Record<RegionKind, number> {
  const count = (kind: RegionKind): number => places.filter((place) => place.kind === kind).length;
  return Object.fromEntries(REGION_KINDS.map((kind) => [kind, count(kind)])) as Record<RegionKind, number>;
}
