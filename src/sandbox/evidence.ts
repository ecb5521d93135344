import {
  READING_MEDIA_TYPE,
  signReading,
  type CaptureRequest,
  type EnrolledDevice,
} from '@groundtruth/sdk/contributor';
import { readingAsked, type BountyTerms, type Point, type Reservation } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { assert } from '../kernel/assert.js';
import { diceOf } from './dice.js';
import { valueOutside, valueWithin } from './measured-value.js';
import { textAgainst, textFor } from './pattern-text.js';
import { drawScene } from './scene.js';
import type { SimulationRow } from './simulation.entity.js';

const ACCURACY_M = 8;
/** How far a fraudulent one was really away, in degrees of latitude: some 110 km. */
const ELSEWHERE_DEG = 1;
const POLAR_LAT = 80;

/** What a simulated contributor works with. */
export interface Assignment {
  readonly row: Pick<SimulationRow, 'id' | 'fraud' | 'replays'>;
  readonly terms: BountyTerms;
  readonly reservation: Reservation;
  readonly device: EnrolledDevice;
  /** For the scene, where one is asked for: that of its reservation, or the one in the picture that it replays. */
  readonly code: string;
  readonly at: Point;
  readonly now: Instant;
}

type Shot = Pick<CaptureRequest, 'bytes' | 'media_type' | 'place'>;

/** What it seals: a drawn picture or a signed reading, true to the criteria unless its fraud says otherwise. The same row draws the same. */
export async function makeEvidence(work: Assignment): Promise<Shot> {
  const place = { ...placeOf(work), accuracy_m: ACCURACY_M };
  const reading = readingAsked(work.terms.criteria);
  if (reading) return { bytes: await measured(work, reading), media_type: READING_MEDIA_TYPE, place };
  return { bytes: await drawScene(seedOf(work), linesOf(work)), media_type: 'image/jpeg', place };
}

/** The same with the value or a byte changed after it was signed. */
export function tamperedWith({ bytes, ...shot }: Shot): Shot {
  if (shot.media_type !== READING_MEDIA_TYPE)
    return { ...shot, bytes: bytes.with(bytes.length >> 1, ~bytes[bytes.length >> 1]! & 0xff) };
  const [header, payload, signature] = Buffer.from(bytes).toString().split('.');
  const [sample] = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as [{ v: number }];
  const better = Buffer.from(JSON.stringify([{ ...sample, v: sample.v + 0.25 }])).toString('base64url');
  return { ...shot, bytes: Buffer.from([header, better, signature].join('.')) };
}

/** Whoever replays a picture draws what the other one drew. */
const seedOf = ({ row }: Assignment): string => row.replays ?? row.id;

function placeOf({ row, at }: Assignment): Point {
  if (row.fraud !== 'elsewhere') return at;
  return { ...at, lat: at.lat + (at.lat > POLAR_LAT ? -ELSEWHERE_DEG : ELSEWHERE_DEG) };
}

function linesOf(work: Assignment): string[] {
  const { criteria } = work.terms;
  const patterns = criteria.all.flatMap((criterion) => ('text' in criterion ? [criterion.text.pattern] : []));
  const seed = seedOf(work);
  const texts =
    work.row.fraud === 'wrong_content'
      ? [textAgainst(patterns, seed)]
      : patterns.map((pattern, index) => textFor(pattern, `${seed}:${index}`) ?? textFor(pattern, ''));
  const code = criteria.code_in_scene ? [work.code] : [];
  return [...texts, ...code].map((line) => {
    assert(line !== null, 'what cannot be drawn is refused before anybody is asked to draw it');
    return line;
  });
}

async function measured(
  { row, reservation, device, now }: Assignment,
  asked: NonNullable<ReturnType<typeof readingAsked>>,
) {
  const value = row.fraud === 'wrong_content' ? valueOutside(asked) : valueWithin(asked, diceOf(row.id));
  const samples = [{ at: now, value }];
  const instrument = { id: 'simulated-1', calibrated_on: null };
  return signReading({ reservation, device, instrument, seq: 1, unit: asked.unit, samples });
}
