import type { Tier } from '@groundtruth/sdk/protocol';
import {
  EXIF,
  INSPECTED,
  MIDDLE,
  STRANGER_KEY,
  T0,
  T1,
  contextOf,
  evidenceOf,
  lost,
  ok,
  read,
} from '../verify.fixture.js';
import { provenance } from './provenance.js';
import { signatureState } from './signature.js';
import { tierOf } from './tier.js';

const MINUTE = 60_000;
const METRES_PER_DEGREE = 111_195.08;
const unsigned = { signer: null };
const withExif = (exif: object | null) => ({ inspected: ok({ ...INSPECTED, exif: exif && { ...EXIF, ...exif } }) });
const withDevice = (device: object) => ({ context: { device: { ...contextOf().device!, ...device } } });

describe('the signature of a device', () => {
  it('is valid from an enrolled key over the sealed manifest', () => {
    expect(signatureState(contextOf())).toBe('valid');
    expect(signatureState(contextOf(unsigned))).toBe('absent');
  });

  it('is invalid from another key, or over another manifest', () => {
    expect(signatureState(contextOf({ signer: STRANGER_KEY }))).toBe('invalid');
    const context = contextOf();
    const moved = { ...context.sealed.manifest, place: { lat: 0, lng: 0, accuracy_m: 5 } };
    expect(signatureState({ ...context, sealed: { ...context.sealed, manifest: moved } })).toBe('invalid');
  });

  it('is worth nothing from a device that is not the one named', () => {
    expect(signatureState(contextOf({ context: { device: null } }))).toBe('unknown_device');
    expect(
      signatureState({ ...contextOf(), device: { ...contextOf().device!, id: `dev_${'f'.repeat(32)}` as never } }),
    ).toBe('unknown_device');
  });

  it.each([
    ['begins as the seal is seen', { certificate_from: T1 }, 'valid'],
    ['begins one millisecond later', { certificate_from: T1 + 1 }, 'certificate_not_valid'],
    ['ends as the seal is seen', { certificate_until: T1 }, 'valid'],
    ['ended one millisecond before', { certificate_until: T1 - 1 }, 'certificate_not_valid'],
  ])('is judged by a certificate that %s', (_when, certificate, state) => {
    expect(signatureState(contextOf(withDevice(certificate)))).toBe(state);
  });
});

describe('the tier of a capture', () => {
  const codeShown = { text: ok(read('KX7-42P')) };
  it.each<[string, object, object, Tier]>([
    ['signed by an enrolled device', {}, withExif(null), 'signed'],
    ['unsigned with EXIF that agrees', unsigned, {}, 'exif'],
    ['unsigned without EXIF', unsigned, withExif(null), 'none'],
    ['unsigned with EXIF time alone', unsigned, withExif({ place: null }), 'none'],
    ['unsigned with EXIF place alone', unsigned, withExif({ taken_at: null, taken_local: null, gps_at: null }), 'none'],
    [
      'unsigned with a time of unknown zone',
      unsigned,
      withExif({ taken_at: null, offset_min: null, gps_at: null }),
      'none',
    ],
    ['unsigned, its code read as asked', { ...unsigned, criteria: { code_in_scene: true } }, codeShown, 'nonce'],
    [
      'unsigned, its code nearly read',
      { ...unsigned, criteria: { code_in_scene: true } },
      { text: ok(read('KX7-42R')) },
      'exif',
    ],
    ['unsigned, its nonce merely in the manifest', unsigned, withExif(null), 'none'],
    ['signed by a device attested as the seal is seen', withDevice({ attested_at: T1 }), withExif(null), 'attested'],
    [
      'signed by a device attested one millisecond later',
      withDevice({ attested_at: T1 + 1 }),
      withExif(null),
      'signed',
    ],
    [
      'unsigned, though the device is attested',
      { ...unsigned, ...withDevice({ attested_at: T1 }) },
      withExif(null),
      'none',
    ],
    ['signed by an expired certificate', withDevice({ certificate_until: T1 - 1 }), withExif(null), 'none'],
  ])('that is %s is honest', (_what, spoil, facts, tier) => {
    expect(tierOf(evidenceOf(spoil, facts))).toBe(tier);
  });
});

describe('the provenance check', () => {
  it.each<[Tier, object, object, string]>([
    ['none', unsigned, withExif(null), 'pass'],
    ['exif', unsigned, {}, 'pass'],
    ['exif', unsigned, withExif({ place: null }), 'fail'],
    ['exif', unsigned, { inspected: lost('crashed') }, 'unavailable'],
    ['nonce', unsigned, { text: ok(read('KX7-42P')) }, 'pass'],
    ['nonce', unsigned, { text: ok(read('KX7-42R')) }, 'inconclusive'],
    ['nonce', unsigned, { text: ok(read('CLOSED')) }, 'fail'],
    ['nonce', unsigned, { text: lost('timeout') }, 'unavailable'],
    ['nonce', {}, { text: undefined }, 'pass'],
    ['signed', {}, withExif(null), 'pass'],
    ['signed', unsigned, {}, 'fail'],
    ['signed', withDevice({ certificate_until: T1 - 1 }), {}, 'fail'],
    ['signed', {}, { inspected: lost('crashed') }, 'unavailable'],
    ['attested', {}, {}, 'fail'],
    ['attested', withDevice({ attested_at: T1 + 1 }), {}, 'fail'],
    ['attested', withDevice({ attested_at: T1 }), {}, 'pass'],
    ['attested', withDevice({ attested_at: T1, certificate_until: T1 - 1 }), {}, 'fail'],
    ['signed', withDevice({ attested_at: T1 }), {}, 'pass'],
  ])('asking for %s', (wanted, spoil, facts, status) => {
    expect(provenance(evidenceOf({ ...spoil, criteria: { provenance: wanted } }, facts))?.status).toBe(status);
  });

  it.each<[Tier, object, string | undefined]>([
    ['attested', {}, 'fail'],
    ['attested', withDevice({ attested_at: T1 }), undefined],
    ['signed', unsigned, 'fail'],
    ['signed', {}, undefined],
    ['nonce', unsigned, undefined],
    ['exif', unsigned, undefined],
  ])('asking for %s decides before any byte is read only what no byte can change', (wanted, spoil, status) => {
    const early = evidenceOf(
      { ...spoil, criteria: { provenance: wanted } },
      { downloaded: undefined, inspected: undefined, text: undefined },
    );
    expect(provenance(early)?.status).toBe(status);
  });

  it('fails a forged signature whatever tier is asked for', () => {
    const forged = evidenceOf({ criteria: { provenance: 'none' }, signer: STRANGER_KEY });
    expect(provenance(forged)).toMatchObject({ status: 'fail', evidence: { reason: 'signature_invalid' } });
  });

  it('leaves C2PA to its own check', () => {
    expect(provenance(evidenceOf({ criteria: { c2pa: 'third_party' } }))?.status).toBe('pass');
  });

  it.each([
    ['EXIF five minutes before the interval', { taken_at: T0 - 5 * MINUTE, gps_at: null }, 'pass'],
    ['EXIF a little earlier', { taken_at: T0 - 5 * MINUTE - 1, gps_at: null }, 'inconclusive'],
    ['EXIF five minutes after the interval', { taken_at: T1 + 5 * MINUTE, gps_at: null }, 'pass'],
    ['EXIF a little later', { taken_at: T1 + 5 * MINUTE + 1, gps_at: null }, 'inconclusive'],
    ['GPS that dates a day late', { gps_at: T0 + 86_400_000 }, 'inconclusive'],
    [
      'a local time that fits in some zone',
      { taken_at: null, gps_at: null, offset_min: null, taken_local: '2026-11-21T20:12:00' },
      'pass',
    ],
    [
      'a local time that fits in no zone',
      { taken_at: null, gps_at: null, offset_min: null, taken_local: '2026-11-21T20:36:00' },
      'inconclusive',
    ],
    [
      'a local time of last week',
      { taken_at: null, gps_at: null, offset_min: null, taken_local: '2026-11-14T06:12:00' },
      'inconclusive',
    ],
    ['no time at all', { taken_at: null, gps_at: null, offset_min: null, taken_local: null }, 'pass'],
    ['a place 217.9 m away, with 12 m and 6 m claimed', { place: north(217.9) }, 'pass'],
    ['a place 218.1 m away', { place: north(218.1) }, 'inconclusive'],
    ['a place on another continent', { place: { lat: 48.8, lng: 2.3 } }, 'inconclusive'],
  ])('takes %s as consistency, never as proof or guilt', (_what, exif, status) => {
    expect(provenance(evidenceOf({}, withExif(exif)))?.status).toBe(status);
  });

  it.each([
    [T1 + 5 * MINUTE, 'pass'],
    [T1 + 5 * MINUTE + 1, 'inconclusive'],
    [T0 - 5 * MINUTE - 1, 'inconclusive'],
  ])('reports a device clock that shows %d', (at, status) => {
    const captured_at = new Date(at).toISOString();
    expect(provenance(evidenceOf({ manifest: { captured_at } }))?.status).toBe(status);
  });

  it('tells no exact place', () => {
    expect(JSON.stringify(provenance(evidenceOf()))).not.toContain(String(MIDDLE.lat));
  });
});

function north(m: number) {
  return { lat: MIDDLE.lat + m / METRES_PER_DEGREE, lng: MIDDLE.lng };
}
