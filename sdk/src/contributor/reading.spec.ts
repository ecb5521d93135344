import fc from 'fast-check';
import { fromBase64Url, parseReading, READING_BYTES_MAX, ReadingFault, type Reservation } from '../protocol/index.js';
import { DeviceKey, isSignedBy } from './device-key.js';
import { signReading, type Measurement } from './reading.js';

const AT = Date.parse('2026-11-21T06:12:00Z');
const RESERVATION = {
  id: `rsv_${'1'.repeat(32)}`,
  bounty_id: `bty_${'2'.repeat(32)}`,
  challenge: { nonce: 'n'.repeat(32), code: 'ACD-EFH', issued_at: '2026-11-21T06:00:00.000Z' },
} as Pick<Reservation, 'id' | 'bounty_id' | 'challenge'>;

describe('a signed reading', () => {
  let key: DeviceKey;
  beforeAll(async () => (key = await DeviceKey.generate()));
  const signed = (change: Partial<Measurement> = {}) =>
    signReading({
      reservation: RESERVATION,
      device: { id: `dev_${'3'.repeat(32)}`, key },
      instrument: { id: 'bme280-7', calibrated_on: '2026-03-01' },
      seq: 17,
      unit: 'Cel',
      samples: [{ at: AT, value: 21.4 }],
      ...change,
    });

  it('is read back as it was measured, bound to reservation and device', async () => {
    const sample = fc.record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), step: fc.nat(60_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 40 }), async (series) => {
        let at = AT;
        const samples = series.map(({ value, step }) => ({ at: (at += step), value: value + 0 }));
        const { header, unit, name, samples: resolved } = parseReading(await signed({ samples }));
        expect(header).toMatchObject({ seq: 17, nonce: RESERVATION.challenge.nonce, reservation_id: RESERVATION.id });
        expect([unit, name]).toEqual(['Cel', 'bme280-7:value']);
        expect(resolved).toEqual(samples);
      }),
      { numRuns: 30 },
    );
  });

  it('carries a signature over header and payload that the device key verifies', async () => {
    const text = new TextDecoder().decode(await signed());
    const dot = text.lastIndexOf('.');
    const input = new TextEncoder().encode(text.slice(0, dot));
    expect(await isSignedBy(key.publicKey, input, text.slice(dot + 1))).toBe(true);
    expect(fromBase64Url(text.slice(dot + 1))).toHaveLength(64);
  });

  it('holds a pack whose first record names instrument and unit for all', async () => {
    const [, payload] = new TextDecoder().decode(await signed()).split('.');
    expect(JSON.parse(new TextDecoder().decode(fromBase64Url(payload!)))).toEqual([
      { bn: 'bme280-7:', bu: 'Cel', n: 'value', t: AT / 1000, v: 21.4 },
    ]);
  });

  it.each<[string, Partial<Measurement>]>([
    ['no sample', { samples: [] }],
    ['a value that is not finite', { samples: [{ at: AT, value: Number.POSITIVE_INFINITY }] }],
    ['times that run backwards', { samples: [{ at: AT, value: 1 }, { at: AT - 1, value: 1 }] }], // prettier-ignore
    ['more samples than are taken', { samples: Array.from({ length: 257 }, () => ({ at: AT, value: 1 })) }],
    ['a time that is no time', { samples: [{ at: 'yesterday', value: 1 }] }],
    ['no unit', { unit: '' }],
    ['a sequence number of nought', { seq: 0 }],
    ['an instrument whose id is no part of a name', { instrument: { id: 'BME 280', calibrated_on: null } }],
    ['a calibration date that is no date', { instrument: { id: 'x', calibrated_on: 'spring' } }],
  ])('is not made of %s', async (_what, change) => {
    await expect(signed(change)).rejects.toThrow();
  });
});

describe('a reading file', () => {
  const part = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  const HEADER = {
    alg: 'ES256',
    kid: `dev_${'3'.repeat(32)}`,
    cty: 'senml+json',
    bounty_id: RESERVATION.bounty_id,
    reservation_id: RESERVATION.id,
    nonce: 'n'.repeat(32),
    seq: 1,
    instrument: { id: 'x', calibrated_on: null },
  };
  const SIGNATURE = 'A'.repeat(86);
  const file = (pack: unknown, header: unknown = HEADER) => Buffer.from(`${part(header)}.${part(pack)}.${SIGNATURE}`);
  const faultOf = (bytes: Uint8Array): string | null => {
    try {
      parseReading(bytes);
      return null;
    } catch (error) {
      if (error instanceof ReadingFault) return error.reason;
      throw error;
    }
  };
  const T = AT / 1000;
  const RECORD = { n: 'temperature', u: 'Cel', t: T, v: 21 };

  it('resolves base name, time, unit and value, each until another one replaces it (RFC 8428 §4.6)', () => {
    const pack = [
      { bn: 'urn:dev:ow:10e2073a01080063:', bt: T, bu: 'Cel', bv: 20, bver: 10, n: 't', v: 1 },
      { n: 't', t: 10, v: -0.5 },
      { bt: T + 100, n: 't', v: 2 },
      { bv: 0, n: 't', t: 1, v: 22.5 },
    ];
    const { name, unit, samples } = parseReading(file(pack));
    expect([name, unit]).toEqual(['urn:dev:ow:10e2073a01080063:t', 'Cel']);
    expect(samples).toEqual([
      { at: AT, value: 21 },
      { at: AT + 10_000, value: 19.5 },
      { at: AT + 100_000, value: 22 },
      { at: AT + 101_000, value: 22.5 },
    ]);
  });

  it.each<[string, unknown, string | null]>([
    ['unknown fields are passed over', [{ ...RECORD, comment: 'x' }], null],
    ['one that must be understood', [{ ...RECORD, crs_: 'x' }], 'unknown_mandatory_field'],
    ['another version', [{ ...RECORD, bver: 11 }], 'version'],
    ['a text value', [{ n: 'x', u: 'Cel', t: T, vs: 'warm' }], 'not_a_number'],
    ['two values', [{ ...RECORD, vb: true }], 'not_a_number'],
    ['no value', [{ n: 'x', u: 'Cel', t: T }], 'not_a_number'],
    ['a sum that is not finite', [{ ...RECORD, bv: 1e308, v: 1e308 }], 'not_a_number'],
    ['no unit', [{ n: 'x', t: T, v: 1 }], 'no_unit'],
    ['no name', [{ u: 'Cel', t: T, v: 1 }], 'several_series'],
    ['a name that SenML has not', [{ ...RECORD, n: 'on the roof' }], 'name'],
    ['two series', [RECORD, { ...RECORD, n: 'humidity' }], 'several_series'],
    ['two units', [RECORD, { ...RECORD, u: 'K' }], 'several_series'],
    ['a time relative to now', [{ ...RECORD, t: -5 }], 'time'],
    ['times that fall', [RECORD, { ...RECORD, t: T - 0.002 }], 'time'],
    ['times that stand still', [RECORD, RECORD], null],
    ['256 records', Array.from({ length: 256 }, () => RECORD), null],
    ['257 records', Array.from({ length: 257 }, () => RECORD), 'too_many_records'],
    ['no records', [], 'not_senml'],
    ['no pack', { n: 1 }, 'not_senml'],
  ])('with %s', (_what, pack, fault) => {
    expect(faultOf(file(pack))).toBe(fault);
  });

  it.each([
    ['another algorithm', { ...HEADER, alg: 'none' }],
    ['critical extensions', { ...HEADER, crit: ['b64'] }],
    ['a sequence number of nought', { ...HEADER, seq: 0 }],
    ['a key of its own', { ...HEADER, jwk: {} }],
  ])('with %s in its header is refused', (_what, header) => {
    expect(faultOf(file([RECORD], header))).toBe('header');
  });

  it('is refused when it is no JWS, or larger than is taken', () => {
    expect(faultOf(Buffer.from('not.a.jws'))).toBe('not_a_jws');
    expect(faultOf(Buffer.concat([file([RECORD]), Buffer.from('=')]))).toBe('not_a_jws');
    expect(faultOf(Buffer.alloc(READING_BYTES_MAX + 1, 'A'))).toBe('too_large');
  });

  it('is read or refused, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (header, payload) => {
        const parts = [header, payload].map((text) => Buffer.from(text).toString('base64url'));
        expect(typeof faultOf(Buffer.from(`${parts.join('.')}.${SIGNATURE}`))).toBe('string');
        expect(typeof faultOf(file(JSON.parse(payload)))).toBe('string');
      }),
    );
  });
});
