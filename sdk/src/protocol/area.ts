import { z } from 'zod';

/** Named point; GeoJSON positions are `[lng, lat]` instead. Degrees, WGS 84. */
export const pointSchema = z.strictObject({
  lat: z.number().min(-90).max(90),
  lng: z.number().min(-180).max(180),
});
export type Point = z.infer<typeof pointSchema>;

/** Smallest radius a bounty may ask for: below it consumer positioning cannot tell in from out. */
export const RADIUS_M_MIN = 10;
/** Largest radius: a capture further away says nothing about one place. */
export const RADIUS_M_MAX = 50_000;
/** Most corners a polygon may have, its closing repetition included. */
export const POLYGON_POSITIONS_MAX = 200;

export const circleSchema = z.strictObject({
  lat: z.number().min(-90).max(90),
  lng: z.number().min(-180).max(180),
  radius_m: z.number().min(RADIUS_M_MIN).max(RADIUS_M_MAX),
});

const position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);

/** GeoJSON polygon with one ring, closed, `[lng, lat]`. Shape rules (no self-crossing, no antimeridian) are checked by the server. */
export const polygonSchema = z.strictObject({
  type: z.literal('Polygon'),
  coordinates: z.tuple([z.array(position).min(4).max(POLYGON_POSITIONS_MAX)]),
});

export const areaSchema = z.union([circleSchema, polygonSchema]);
export type Circle = z.infer<typeof circleSchema>;
export type Polygon = z.infer<typeof polygonSchema>;
export type Area = z.infer<typeof areaSchema>;

export const isPolygon = (area: Area): area is Polygon => 'type' in area;
