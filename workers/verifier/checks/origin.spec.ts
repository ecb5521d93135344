import { toWireTime } from '@groundtruth/sdk/protocol';
import {
  CLOSES_AT,
  DECODED,
  HASHED,
  INSPECTED,
  MIDDLE,
  OPENS_AT,
  PHOTO,
  PHOTO_SHA256,
  T0,
  T1,
  evidenceOf,
  lost,
  ok,
} from '../verify.fixture.js';
import { challenge } from './challenge.js';
import { duplicate } from './duplicate.js';
import { format } from './format.js';
import { freshness } from './freshness.js';
import { geofence } from './geofence.js';
import { integrity } from './integrity.js';
import { window } from './window.js';

const METRES_PER_DEGREE = 111_195.08;
const HOUR = 3_600_000;

describe('the integrity check', () => {
  it('passes when seal, manifest, job and bytes agree', () => {
    expect(integrity(evidenceOf())).toMatchObject({
      status: 'pass',
      evidence: { sha256: PHOTO_SHA256 },
      duration_ms: 3,
    });
  });

  it('waits for the bytes when nothing is wrong before them', () => {
    expect(integrity(evidenceOf({}, { downloaded: undefined }))).toBeNull();
  });

  it.each([
    ['the registered seal is of another manifest', { context: { seal: '00'.repeat(32) } }, {}, 'seal_mismatch'],
    ['the upload announced is another file', {}, { job: { sha256: '11'.repeat(32) } }, 'other_upload'],
    ['the upload announced has another length', {}, { job: { bytes: PHOTO.length + 1 } }, 'other_upload'],
  ])('fails before any byte is read when %s', (_why, spoil, { job }: { job?: object }, reason) => {
    const evidence = evidenceOf(spoil, { downloaded: undefined });
    expect(integrity({ ...evidence, job: { ...evidence.job, ...job } })).toMatchObject({
      status: 'fail',
      evidence: { reason },
    });
  });

  it('fails when the bytes are not the sealed ones, and is unavailable when there are none', () => {
    const other = ok({ content: PHOTO, sha256: '22'.repeat(32), duration_ms: 1 });
    expect(integrity(evidenceOf({}, { downloaded: other }))).toMatchObject({
      status: 'fail',
      evidence: { reason: 'other_bytes' },
    });
    const longer = ok({ content: new Uint8Array([...PHOTO, 0]), sha256: PHOTO_SHA256, duration_ms: 1 });
    expect(integrity(evidenceOf({}, { downloaded: longer }))?.status).toBe('fail');
    expect(integrity(evidenceOf({}, { downloaded: lost('missing') }))).toMatchObject({
      status: 'unavailable',
      evidence: { reason: 'missing' },
    });
  });
});

describe('the format check', () => {
  it('passes a whole picture of the sealed type and notes bytes after it', () => {
    const live = ok({ ...INSPECTED, trailing_bytes: 1_000_000 });
    expect(format(evidenceOf({}, { inspected: live }))).toMatchObject({
      status: 'pass',
      evidence: { trailing_bytes: 1_000_000 },
      duration_ms: 152,
    });
  });

  it('waits for the header, then for the pixels', () => {
    expect(format(evidenceOf({}, { inspected: undefined, decoded: undefined }))).toBeNull();
    expect(format(evidenceOf({}, { decoded: undefined }))).toBeNull();
  });

  it.each(['empty', 'too_many_bytes', 'unsupported_type', 'damaged_header', 'too_many_pixels', 'animated'] as const)(
    'fails a file refused as %s by its header alone',
    (reason) => {
      const refused = ok({ ...INSPECTED, refusal: { reason, detail: '' } });
      expect(format(evidenceOf({}, { inspected: refused, decoded: undefined }))).toMatchObject({
        status: 'fail',
        evidence: { reason },
      });
    },
  );

  it.each(['truncated', 'damaged', 'too_many_pixels', 'unsupported_coding'] as const)(
    'fails a picture refused as %s',
    (reason) => {
      const refused = ok({ ...DECODED, refusal: { reason, detail: '' } });
      expect(format(evidenceOf({}, { decoded: refused }))).toMatchObject({ status: 'fail', evidence: { reason } });
    },
  );

  it('fails a file of another type than was sealed', () => {
    const other = ok({ ...INSPECTED, sniffed: 'png', claimed_type_matches: false });
    expect(format(evidenceOf({}, { inspected: other }))).toMatchObject({
      status: 'fail',
      evidence: { reason: 'other_type', sniffed: 'png' },
    });
  });

  it.each(['crashed', 'timeout', 'memory', 'not_started'])(
    'is unavailable, never failed, when the decoder %s',
    (reason) => {
      expect(format(evidenceOf({}, { inspected: lost(reason) }))?.status).toBe('unavailable');
      expect(format(evidenceOf({}, { decoded: lost(reason) }))?.status).toBe('unavailable');
    },
  );
});

describe('the window check', () => {
  it.each([
    ['the whole interval inside', OPENS_AT, CLOSES_AT, 'pass'],
    ['an interval that begins one millisecond early', OPENS_AT - 1, CLOSES_AT, 'inconclusive'],
    ['an interval that ends one millisecond late', OPENS_AT, CLOSES_AT + 1, 'inconclusive'],
    ['an interval that ends as the window opens', OPENS_AT - HOUR, OPENS_AT, 'inconclusive'],
    ['an interval that ends before the window opens', OPENS_AT - HOUR, OPENS_AT - 1, 'fail'],
    ['an interval that begins as the window closes', CLOSES_AT, CLOSES_AT + HOUR, 'inconclusive'],
    ['an interval that begins after the window closed', CLOSES_AT + 1, CLOSES_AT + HOUR, 'fail'],
  ])('judges %s', (_what, t0, t1, status) => {
    expect(window(evidenceOf({ context: { t0, t1 } })).status).toBe(status);
  });

  it('knows no beginning when the bounty has none', () => {
    const context = { t0: 0, t1: CLOSES_AT, window: { opens_at: null, closes_at: CLOSES_AT } };
    expect(window(evidenceOf({ context })).status).toBe('pass');
  });

  it('passes a late upload whose seal came in time', () => {
    const context = { t0: CLOSES_AT - 1000, t1: CLOSES_AT, late_upload_s: 3600, submitted_at: CLOSES_AT + HOUR };
    expect(window(evidenceOf({ context })).status).toBe('pass');
  });
});

describe('the geofence check', () => {
  const north = (m: number) => ({ lat: MIDDLE.lat + m / METRES_PER_DEGREE, lng: MIDDLE.lng });
  it.each([
    [149.9, 12, 'pass'],
    [150.1, 12, 'inconclusive'],
    [161.9, 12, 'inconclusive'],
    [162.1, 12, 'fail'],
    [150.1, 0, 'fail'],
    [5000, 10_000, 'inconclusive'],
  ])('judges a place %d m from the middle of 150 m, accurate to %d m', (distance, accuracy_m, status) => {
    const result = geofence(evidenceOf({ manifest: { place: { ...north(distance), accuracy_m } } }));
    expect(result.status).toBe(status);
    expect(JSON.stringify(result.evidence)).not.toContain('129.87');
  });
});

describe('the freshness check', () => {
  it.each([
    [900_000, 'pass'],
    [900_001, 'fail'],
  ])('judges an interval of %d ms where 900 s are allowed', (span, status) => {
    expect(freshness(evidenceOf({ criteria: { max_age_s: 900 }, context: { t1: T0 + span } })).status).toBe(status);
  });
});

describe('the challenge check', () => {
  it.each([
    ['nonce', { challenge_nonce: 'nonce-of-some-other-reservation' }],
    ['bounty', { bounty_id: `bty_${'f'.repeat(32)}` }],
    ['reservation', { reservation_id: `rsv_${'f'.repeat(32)}` }],
  ])('fails a manifest sealed for another %s, before any byte is read', (_what, manifest) => {
    const evidence = evidenceOf({ manifest }, { downloaded: undefined, text: undefined });
    expect(challenge(evidence)).toMatchObject({ status: 'fail', evidence: { reason: 'other_reservation' } });
  });

  it('needs no text unless the code must be in the scene', () => {
    expect(challenge(evidenceOf({}, { text: undefined }))?.status).toBe('pass');
    expect(challenge(evidenceOf({ criteria: { code_in_scene: true } }, { text: undefined }))).toBeNull();
  });

  it('does not fail a capture whose text could not be read', () => {
    expect(challenge(evidenceOf({ criteria: { code_in_scene: true } }, { text: lost('timeout') }))?.status).toBe(
      'unavailable',
    );
  });
});

describe('the duplicate check', () => {
  it('is one bit', () => {
    expect(duplicate(evidenceOf({}, { near: false }))).toEqual({
      status: 'pass',
      evidence: { hash_version: 1 },
      duration_ms: 15,
    });
    expect(duplicate(evidenceOf({}, { near: true }))).toEqual({
      status: 'fail',
      evidence: { reason: 'near_duplicate', hash_version: 1 },
      duration_ms: 15,
    });
  });

  it.each([
    [0.02, 'fail'],
    [0.0199, 'inconclusive'],
  ])('compares a picture of contrast %d or calls it too flat', (contrast, status) => {
    expect(duplicate(evidenceOf({}, { near: true, hashed: ok({ ...HASHED, contrast }) }))?.status).toBe(status);
  });

  it('waits for the hash and is unavailable without one', () => {
    expect(duplicate(evidenceOf({}, { hashed: undefined }))).toBeNull();
    expect(duplicate(evidenceOf({}, { hashed: lost('crashed') }))?.status).toBe('unavailable');
  });
});

it('states times with their zone', () => {
  expect(window(evidenceOf()).evidence).toEqual({ t0: toWireTime(T0), t1: toWireTime(T1) });
});
