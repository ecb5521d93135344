import { z } from 'zod';
import { fromBase64Url } from './bytes.js';
import { idSchema } from './ids.js';

/**
 * A reading file: a JWS in compact serialization (RFC 7515) whose payload is a SenML pack in JSON (RFC 8428) of one series of numbers.
 * Media type `application/jose` (RFC 7515 §9.2.1); the payload's type is in the header's `cty`.
 */
export const READING_BYTES_MAX = 64 * 1024;
export const READING_RECORDS_MAX = 256;
/** Times below it are relative to "now" (RFC 8428 §4.5.3), and nobody can say which now a stored file means. Seconds. */
const ABSOLUTE_TIME_S_MIN = 2 ** 28;
/** The end of the year 9999, in seconds. */
const TIME_S_MAX = 253_402_300_799;
const SENML_VERSION = 10;

/** Characters of a SenML name (RFC 8428 §4.5.1); the instrument's id is the first part of one. */
const SENML_NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/;

/** Who measured with what. The identifier and the calibration date are what the contributor says. */
export const instrumentSchema = z.strictObject({
  id: z.string().max(80).regex(SENML_NAME, 'expected letters, digits and -:./_, a letter or digit first'),
  /** The day of the last calibration; null when there was none or nobody knows. */
  calibrated_on: z.iso.date().nullable(),
});
export type Instrument = z.infer<typeof instrumentSchema>;

/** The protected header: who signs (`kid` is the enrolled device), and for which reservation, so that a reading cannot be handed in twice. */
export const readingHeaderSchema = z.strictObject({
  alg: z.literal('ES256'),
  kid: idSchema('device'),
  cty: z.literal('senml+json'),
  bounty_id: idSchema('bounty'),
  reservation_id: idSchema('reservation'),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
  /** Rises with every reading a device signs, whichever reservation it is for. */
  seq: z.int().min(1),
  instrument: instrumentSchema,
});
export type ReadingHeader = z.infer<typeof readingHeaderSchema>;

export const READING_FAULTS = [
  'too_large',
  'not_a_jws',
  'header',
  'not_senml',
  'too_many_records',
  'unknown_mandatory_field',
  'version',
  'several_series',
  'name',
  'not_a_number',
  'no_unit',
  'time',
  'unit',
] as const;
export type ReadingFaultReason = (typeof READING_FAULTS)[number];

/** Why a file is no reading. */
export class ReadingFault extends Error {
  constructor(
    readonly reason: ReadingFaultReason,
    detail: string,
  ) {
    super(detail);
    this.name = 'ReadingFault';
  }
}

/** One measured value. `at` in epoch milliseconds, rounded. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** A reading as its file states it: in the unit of the file, nothing verified. */
export interface StatedReading {
  readonly header: ReadingHeader;
  /** Of the series; one in a file. */
  readonly name: string;
  readonly unit: string;
  /** In order of time, at least one. */
  readonly samples: readonly Sample[];
}

const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]{86}$/;

/**
 * Reads a file, without a look at its signature: that takes the device's key.
 * @throws {ReadingFault} for anything but one series of finite numbers at absolute, never falling times.
 */
export function parseReading(bytes: Uint8Array): StatedReading {
  if (bytes.length > READING_BYTES_MAX) throw new ReadingFault('too_large', `more than ${READING_BYTES_MAX} bytes`);
  const [, header, payload] = COMPACT.exec(new TextDecoder('latin1').decode(bytes)) ?? [];
  if (!header || !payload) throw new ReadingFault('not_a_jws', 'not three parts of base64url with an ES256 signature');
  const stated = readingHeaderSchema.safeParse(jsonOf(header, 'header'));
  if (!stated.success) throw new ReadingFault('header', 'the protected header has another form');
  return { header: stated.data, ...resolvePack(jsonOf(payload, 'not_senml')) };
}

const recordSchema = z.looseObject({
  bn: z.string().max(200).optional(),
  bt: z.number().optional(),
  bu: z.string().max(40).optional(),
  bv: z.number().optional(),
  bver: z.int().optional(),
  n: z.string().max(200).optional(),
  u: z.string().max(40).optional(),
  v: z.number().optional(),
  t: z.number().optional(),
});
const packSchema = z.array(recordSchema).min(1);
type Pack = z.infer<typeof packSchema>;
/** Values that are no numbers, and sums, which are no samples. */
const OTHER_VALUES = ['vs', 'vb', 'vd', 's', 'bs'];

/**
 * Resolves a pack (RFC 8428 §4.6): base name, time, unit and value apply from their record on, until another one replaces them.
 * @throws {ReadingFault}
 */
export function resolvePack(json: unknown): Omit<StatedReading, 'header'> {
  if (Array.isArray(json) && json.length > READING_RECORDS_MAX)
    throw new ReadingFault('too_many_records', `more than ${READING_RECORDS_MAX} records`);
  const pack = packSchema.safeParse(json);
  if (!pack.success) throw new ReadingFault('not_senml', 'not a pack of SenML records');
  const base = { name: '', time: 0, unit: '', value: 0 };
  const series = new Set<string>();
  const units = new Set<string>();
  const samples: Sample[] = [];
  for (const record of pack.data) {
    refuseStrange(record);
    base.name = record.bn ?? base.name;
    base.time = record.bt ?? base.time;
    base.unit = record.bu ?? base.unit;
    base.value = record.bv ?? base.value;
    series.add(base.name + (record.n ?? ''));
    units.add(record.u ?? base.unit);
    const value = valueOf(record, base.value);
    samples.push({ at: timeOf(base.time + (record.t ?? 0), samples.at(-1)), value });
  }
  const [name] = series;
  const [unit] = units;
  if (series.size > 1 || units.size > 1 || !name)
    throw new ReadingFault('several_series', 'not one series with a name');
  if (!SENML_NAME.test(name)) throw new ReadingFault('name', 'a name with characters that SenML has not');
  if (!unit) throw new ReadingFault('no_unit', 'no unit');
  return { name, unit, samples };
}

function refuseStrange(record: Pack[number]): void {
  const mandatory = Object.keys(record).find((field) => field.endsWith('_'));
  if (mandatory) throw new ReadingFault('unknown_mandatory_field', 'a field that must be understood is not');
  if (record.bver !== undefined && record.bver !== SENML_VERSION)
    throw new ReadingFault('version', `not version ${SENML_VERSION} of SenML`);
}

function valueOf(record: Pack[number], base: number): number {
  const value = record.v === undefined ? Number.NaN : record.v + base;
  if (!Number.isFinite(value) || OTHER_VALUES.some((field) => field in record))
    throw new ReadingFault('not_a_number', 'a record whose value is not one finite number');
  return value;
}

function timeOf(seconds: number, previous: Sample | undefined): number {
  if (!(seconds >= ABSOLUTE_TIME_S_MIN && seconds <= TIME_S_MAX))
    throw new ReadingFault('time', 'a time that is not absolute');
  const at = Math.round(seconds * 1000);
  if (previous && at < previous.at) throw new ReadingFault('time', 'times that run backwards');
  return at;
}

/** @throws {ReadingFault} `reason` when the part holds no JSON in UTF-8. */
function jsonOf(part: string, reason: ReadingFaultReason): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64Url(part)));
  } catch (cause) {
    throw Object.assign(new ReadingFault(reason, 'not JSON in base64url'), { cause });
  }
}

/** The median of at least one number; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
