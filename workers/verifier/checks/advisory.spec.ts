import { decide } from '@groundtruth/sdk/protocol';
import { ADVICE, Bench, statuses, TO_HASH } from '../verify.bench.js';
import { evidenceOf, LIGHT, lost, MIDDLE, MOIRE, ok, THUMBNAIL } from '../verify.fixture.js';
import { RECAPTURE_PEAK, recapture } from './recapture.js';
import { SKY_SHARE_MIN, sun } from './sun.js';
import { THUMBNAIL_BITS_MAX, thumbnail } from './thumbnail.js';

const HOUR_MS = 3_600_000;
/** 23:00 at the sealed place; the sun is far below the horizon. */
const NIGHT = Date.parse('2026-11-21T14:00:00Z');
const at = (t0: number, t1 = t0 + 300_000) => ({ context: { t0, t1 } });
const blue = (sky_share: number) => ({ light: ok({ ...LIGHT, sky_share }) });

describe('the thumbnail of a photo', () => {
  const differing = (distance: number) => thumbnail(evidenceOf({}, { thumbnail: ok({ ...THUMBNAIL, distance }) }));

  it('may differ by what cameras do, and not by more', () => {
    expect(differing(THUMBNAIL_BITS_MAX)).toMatchObject({ status: 'pass', evidence: { distance: THUMBNAIL_BITS_MAX } });
    expect(differing(THUMBNAIL_BITS_MAX + 1)).toMatchObject({
      status: 'inconclusive',
      evidence: { reason: 'other_picture' },
    });
  });

  it.each(['too_large', 'unreadable', 'other_shape'] as const)('says nothing when it is %s', (refusal) => {
    const compared = ok({ refusal, distance: null, contrast: null, duration_ms: 1 });
    expect(thumbnail(evidenceOf({}, { thumbnail: compared }))).toMatchObject({
      status: 'unavailable',
      evidence: { reason: refusal },
    });
  });

  it('contradicts nothing when there is none', () => {
    const none = ok({ refusal: 'no_thumbnail' as const, distance: null, contrast: null, duration_ms: 1 });
    expect(thumbnail(evidenceOf({}, { thumbnail: none }))).toMatchObject({
      status: 'pass',
      evidence: { reason: 'no_thumbnail' },
    });
  });

  it('says nothing of a picture too flat to hash', () => {
    const flat = (contrast: number) => ({ thumbnail: ok({ ...THUMBNAIL, distance: 120, contrast }) });
    expect(thumbnail(evidenceOf({}, flat(0.0199)))).toMatchObject({ status: 'unavailable' });
    expect(thumbnail(evidenceOf({}, flat(0.02)))).toMatchObject({ status: 'inconclusive' });
  });
});

describe('the search for a filmed screen', () => {
  it.each([
    [RECAPTURE_PEAK - 0.0001, 'pass'],
    [RECAPTURE_PEAK, 'inconclusive'],
  ])('takes a peak of %d for: %s', (peak, status) => {
    expect(recapture(evidenceOf({}, { moire: ok({ ...MOIRE, peak }) }))?.status).toBe(status);
  });

  it('says nothing of a picture too small, or lost', () => {
    const small = ok({ peak: null, squares: 0, duration_ms: 0 });
    expect(recapture(evidenceOf({}, { moire: small }))?.status).toBe('unavailable');
    expect(recapture(evidenceOf({}, { moire: lost('timeout') }))?.status).toBe('unavailable');
  });
});

describe('the sun', () => {
  it('contradicts a clear blue sky in the middle of the night', () => {
    expect(sun(evidenceOf(at(NIGHT), blue(SKY_SHARE_MIN)))).toMatchObject({
      status: 'inconclusive',
      evidence: { reason: 'daylight_at_night' },
    });
    expect(sun(evidenceOf(at(NIGHT), blue(SKY_SHARE_MIN - 0.0001)))?.status).toBe('pass');
  });

  it('contradicts nothing when any part of the proven interval is day', () => {
    expect(sun(evidenceOf(at(NIGHT - 6 * HOUR_MS, NIGHT), blue(1)))?.status).toBe('pass');
    expect(sun(evidenceOf(at(NIGHT, NIGHT + 10 * HOUR_MS), blue(1)))?.status).toBe('pass');
  });

  // On 21 November at the sealed place the sun sets at about 17:18 and civil twilight ends at about 17:45 local time (UTC+9).
  it.each([
    ['2026-11-21T08:30:00Z', 'pass'],
    ['2026-11-21T09:10:00Z', 'inconclusive'],
  ])('lets twilight be bright: a blue sky at %s is %s', (time, status) => {
    const t0 = Date.parse(time);
    expect(sun(evidenceOf(at(t0, t0 + 60_000), blue(1)))?.status).toBe(status);
  });

  it('knows the polar night and the midnight sun', () => {
    const north = (t0: number) =>
      evidenceOf({ ...at(t0), manifest: { place: { lat: 78.2, lng: 15.6, accuracy_m: 9 } } }, blue(1));
    expect(sun(north(Date.parse('2026-12-21T12:00:00Z')))?.status).toBe('inconclusive');
    expect(sun(north(Date.parse('2026-06-21T23:00:00Z')))?.status).toBe('pass');
  });

  it('tells no place: its altitude is rounded to a degree', () => {
    const judged = sun(evidenceOf({ ...at(NIGHT), manifest: { place: { ...MIDDLE, accuracy_m: 5 } } }, blue(0)));
    expect(Number.isInteger(judged?.evidence.highest_deg)).toBe(true);
  });
});

describe('a check that only advises', () => {
  const suspicious = (bench: Bench): Bench => {
    bench.thumbnails = ok({ ...THUMBNAIL, distance: 120 });
    bench.grid = ok({ ...MOIRE, peak: 9 });
    bench.brightness = ok({ ...LIGHT, sky_share: 0.9 });
    return bench;
  };
  const night = {
    context: { t0: NIGHT, t1: NIGHT + 300_000, window: { opens_at: NIGHT - HOUR_MS, closes_at: NIGHT + HOUR_MS } },
  };

  it('is recorded and changes no outcome', async () => {
    const bench = suspicious(new Bench(night));
    const verdict = await bench.verdict();
    expect(statuses(verdict)).toMatchObject({
      thumbnail: 'inconclusive',
      recapture: 'inconclusive',
      sun: 'inconclusive',
    });
    const trusting = await new Bench(night).verdict();
    expect([verdict.outcome, verdict.finding]).toEqual([trusting.outcome, trusting.finding]);
    expect(decide(verdict.criteria, verdict.declared, verdict.tier, verdict.checks).outcome).toBe(verdict.outcome);
    expect(bench.asked.slice(-ADVICE.length - 1)).toEqual([...ADVICE, 'light']);
  });

  it('asks about the light only at night', async () => {
    const bench = suspicious(new Bench());
    expect(statuses(await bench.verdict()).sun).toBe('pass');
    expect(bench.asked).not.toContain('light');
  });

  it('costs nothing once the capture is rejected', async () => {
    const bench = suspicious(new Bench());
    bench.near = true;
    expect((await bench.verdict()).outcome).toBe('rejected');
    expect(bench.asked).toEqual(TO_HASH);
  });

  it('does not keep a capture from its verdict when its fact is lost', async () => {
    const bench = new Bench();
    bench.grid = lost('timeout');
    const verdict = await bench.verdict();
    expect([verdict.outcome, statuses(verdict).recapture]).toEqual(['accepted', 'unavailable']);
  });
});
