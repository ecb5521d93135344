import { FILM_MS_MAX, type FilmEvidence } from '../decoder/evidence.js';
import { DECODED, INSPECTED, evidenceOf, ok } from '../verify.fixture.js';
import { DURATION_DIFFERS_MS, FILM_MS_MIN, footage, GAP_MS_MAX } from './footage.js';
import { format } from './format.js';

const FILM: FilmEvidence = { frames: 50, first_ms: 0, last_ms: 4_900, gap_ms_max: 100, backwards: 0, cuts_ms: [], still: false, sampled_ms: [0, 2_400, 4_900] }; // prettier-ignore
const judged = (change: Partial<FilmEvidence> = {}, claimed: number | null = null) => {
  const { status, evidence } = footage({ ...FILM, ...change }, claimed);
  return [status, evidence.reason];
};

describe('footage', () => {
  it('passes as one shot', () => {
    expect(judged()).toEqual(['pass', undefined]);
  });

  it.each<[string, Partial<FilmEvidence>, number | null, unknown[]]>([
    ['as short as allowed', { last_ms: FILM_MS_MIN }, null, ['pass', undefined]],
    ['one millisecond shorter', { last_ms: FILM_MS_MIN - 1 }, null, ['fail', 'too_short']],
    ['as long as allowed', { last_ms: FILM_MS_MAX }, null, ['pass', undefined]],
    ['one millisecond longer', { last_ms: FILM_MS_MAX + 1 }, null, ['fail', 'too_long']],
    ['with the longest gap allowed', { gap_ms_max: GAP_MS_MAX }, null, ['pass', undefined]],
    ['with a longer gap', { gap_ms_max: GAP_MS_MAX + 1 }, null, ['inconclusive', 'gap']],
    ['whose header differs as far as allowed', {}, 4_900 + DURATION_DIFFERS_MS, ['pass', undefined]],
    ['whose header differs further', {}, 4_901 + DURATION_DIFFERS_MS, ['inconclusive', 'duration_differs']],
    ['with a cut', { cuts_ms: [1_500] }, null, ['inconclusive', 'cut']],
    ['of one picture held still', { still: true }, null, ['inconclusive', 'still_picture']],
    ['whose times fall', { backwards: 1 }, null, ['inconclusive', 'times_not_rising']],
  ])('%s', (_what, change, claimed, expected) => {
    expect(judged(change, claimed)).toEqual(expected);
  });
});

describe('the format of a film', () => {
  const video = { context: { kind: 'video' } } as const;
  const inspected = ok({ ...INSPECTED, media_type: 'video/mp4', sniffed: 'mp4', exif: null, film_ms: 5_000 } as const);
  const decoded = (change: object = {}) => ok({ ...DECODED, film: FILM, ...change });
  const status = (spoil: object, facts: object) => {
    const judgement = format(evidenceOf(spoil, facts));
    return [judgement?.status, judgement?.evidence.reason];
  };

  it('passes as what was asked for, and notes how it runs', () => {
    const judgement = format(evidenceOf(video, { inspected, decoded: decoded() }));
    expect(judgement).toMatchObject({
      status: 'pass',
      evidence: { media_type: 'video/mp4', frames: 50, claimed_ms: 5_000 },
    });
  });

  it('fails as a photo for a film, and as a film for a photo', () => {
    expect(status(video, { inspected: ok(INSPECTED) })).toEqual(['fail', 'other_kind']);
    expect(status({}, { inspected })).toEqual(['fail', 'other_kind']);
  });

  it.each(['no_film_reader', 'film_too_slow'])('is unavailable for %s, which is no fault of the film', (reason) => {
    const refusal = { reason, detail: '' };
    expect(status(video, { inspected, decoded: decoded({ film: undefined, refusal }) })).toEqual([
      'unavailable',
      reason,
    ]);
  });

  it.each(['damaged', 'too_many_frames'])('fails when it is %s', (reason) => {
    const refusal = { reason, detail: '' };
    expect(status(video, { inspected, decoded: decoded({ film: undefined, refusal }) })).toEqual(['fail', reason]);
  });
});
