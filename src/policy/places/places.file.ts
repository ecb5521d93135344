import { polygonSchema, sha256, toHex, utf8, type Area } from '@groundtruth/sdk/protocol';
import { z } from 'zod';
import { circleProblem, polygonProblem } from '../../kernel/geo.js';
import type { SensitivePlace } from '../facts.js';
import { PlaceIndex } from './place.index.js';

/** More are a mistake in the file: the whole world has fewer schools and clinics in common maps. */
const PLACES_MAX = 5_000_000;
/** A point without a radius stands for something of this size, in metres. */
const RADIUS_M = 100;

const featureSchema = z.object({
  type: z.literal('Feature'),
  geometry: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('Point'),
      coordinates: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
    }),
    polygonSchema,
  ]),
  properties: z.object({
    category: z.string(),
    name: z.string().optional(),
    /** Of a point: how far the place reaches from it, in metres. */
    radius_m: z.number().min(1).max(50_000).default(RADIUS_M),
  }),
});

const fileSchema = z.object({
  type: z.literal('FeatureCollection'),
  /** As its maker counts them, such as `osm-2026-11-01`. */
  version: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/),
  as_of: z.iso.date(),
  source: z.string().min(3),
  features: z.array(featureSchema).max(PLACES_MAX),
});

/** GeoJSON of sensitive places (docs/policy.md). */
export type PlacesFile = z.input<typeof fileSchema>;

/**
 * Reads a file of sensitive places. Its version is the file's own with the first 16 hex digits of the SHA-256 of its text.
 * @throws {Error} when it is no such file, names a category no rule is for, or has an outline that cannot be.
 */
export function readPlaces(text: string, categories: readonly string[]): PlaceIndex {
  const file = fileSchema.parse(JSON.parse(text));
  const places = file.features.map(({ geometry, properties }, at): SensitivePlace => {
    const { category, radius_m } = properties;
    if (!categories.includes(category))
      throw new Error(`features.${at}: no rule is for places of category ${category}`);
    const area: Area =
      geometry.type === 'Polygon' ? geometry : { lng: geometry.coordinates[0], lat: geometry.coordinates[1], radius_m };
    const problem = 'type' in area ? polygonProblem(area) : circleProblem(area);
    if (problem) throw new Error(`features.${at}: ${problem}`);
    return { category, area };
  });
  return new PlaceIndex(`${file.version}@${toHex(sha256(utf8(text))).slice(0, 16)}`, places);
}
