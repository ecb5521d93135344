import {
  instrumentSchema,
  parseReading,
  READING_MEDIA_TYPES,
  readingHeaderSchema,
  toBase64Url,
  utf8,
  type Instrument,
  type Reservation,
} from '../protocol/index.js';
import type { SigningDevice } from './sealing.js';

/** The media type of what `signReading` makes. */
export const READING_MEDIA_TYPE = READING_MEDIA_TYPES[0];

/** What an instrument measured, and for whom. */
export interface Measurement {
  readonly reservation: Pick<Reservation, 'id' | 'bounty_id' | 'challenge'>;
  readonly device: SigningDevice;
  /** `calibrated_on`: the day (`2026-03-01`) of its last calibration; null when there was none or nobody knows. */
  readonly instrument: Instrument;
  /** A number higher than in every reading this device has signed before, for whomever. Keep it where it outlives the program. */
  readonly seq: number;
  /** UCUM code of the unit of all samples, one that the quantity asked for takes: `Cel`, `%`, `hPa`. */
  readonly unit: string;
  /** 1 to 256, in order of time: RFC 3339 or epoch milliseconds, and a finite number. */
  readonly samples: readonly { readonly at: string | number; readonly value: number }[];
  /** Of the series, e.g. `temperature`; the instrument's id is put before it. */
  readonly name?: string;
}

/**
 * Signs a reading: a SenML pack (RFC 8428) in a compact JWS (RFC 7515) by the device's key, bound to the reservation. In Node and in
 * browsers; needs no network. Seal and hand in what it answers like any shot, or let `measure` of the client do all of it.
 *
 * @example
 * const instrument = { id: 'bme280-7', calibrated_on: null };
 * const samples = [{ at: Date.now(), value: 21.4 }];
 * const reservation = readingReservation;
 * const bytes = await signReading({ reservation, device, instrument, seq: 17, unit: 'Cel', samples });
 * const captured_at = new Date().toISOString();
 * const sealed = await sealCapture(reservation, { bytes, media_type: READING_MEDIA_TYPE, place, captured_at }, device);
 * @returns The bytes of the file, at most 64 KiB. Signing again gives other bytes.
 * @throws {ReadingFault} for samples that the server would refuse. @throws {ZodError} for a header that it would.
 */
export async function signReading({
  reservation,
  device,
  instrument,
  seq,
  unit,
  samples,
  name = 'value',
}: Measurement): Promise<Uint8Array> {
  const header = readingHeaderSchema.parse({
    alg: 'ES256',
    kid: device.id,
    cty: 'senml+json',
    bounty_id: reservation.bounty_id,
    reservation_id: reservation.id,
    nonce: reservation.challenge.nonce,
    seq,
    instrument: instrumentSchema.parse(instrument),
  });
  const pack = samples.map(({ at, value }, index) => ({
    ...(index === 0 && { bn: `${instrument.id}:`, bu: unit }),
    n: name,
    t: (typeof at === 'number' ? at : Date.parse(at)) / 1000,
    v: value,
  }));
  const input = [header, pack].map((part) => toBase64Url(utf8(JSON.stringify(part)))).join('.');
  const bytes = utf8(`${input}.${await device.key.sign(utf8(input))}`);
  parseReading(bytes);
  return bytes;
}
