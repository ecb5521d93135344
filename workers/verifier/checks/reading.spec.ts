import { QUANTITIES, requiredChecks } from '@groundtruth/sdk/protocol';
import {
  CLOSES_AT,
  evidenceOf,
  measured,
  ok,
  READING_ASKED,
  readingEvidenceOf,
  signedReading,
  STRANGER_KEY,
  T0,
  T1,
} from '../verify.fixture.js';
import { judge } from '../judge.js';
import { format } from './format.js';
import { DEVIATIONS_MAX, neighbourhoodOf, readingNeighbours } from './reading-neighbours.js';
import { CALIBRATION_MS_MAX, readingRange } from './reading-range.js';
import { readingSequence } from './reading-sequence.js';

const MINUTE_MS = 60_000;
const reasonOf = (judgement: ReturnType<typeof readingRange>) => [judgement?.status, judgement?.evidence.reason];
const rangeOf = (...values: number[]) =>
  reasonOf(readingRange(readingEvidenceOf({}, { reading: ok(measured(...values)) })));

/** The reading with some claims changed. */
function claiming(change: Partial<NonNullable<ReturnType<typeof measured>['claims']>>) {
  const honest = measured(21.4);
  return { reading: ok({ ...honest, claims: { ...honest.claims!, ...change } }) };
}

describe('an honest reading', () => {
  it('passes every required check, and nothing that only a picture can answer is asked', () => {
    const evidence = readingEvidenceOf();
    const results = judge(evidence);
    expect(results.map(({ check }) => check)).toEqual(requiredChecks(evidence.context.criteria));
    expect(results.map(({ check, status }) => [check, status])).toEqual(results.map(({ check }) => [check, 'pass']));
  });
});

describe('the range of a reading', () => {
  it.each([
    [0, 'pass', undefined],
    [40, 'pass', undefined],
    [-0.001, 'fail', 'out_of_range'],
    [40.001, 'fail', 'out_of_range'],
    [60.001, 'fail', 'implausible'],
    [-90.001, 'fail', 'implausible'],
  ])('takes %d °C where 0 to 40 is asked: %s', (value, status, reason) => {
    expect(rangeOf(value)).toEqual([status, reason]);
  });

  it('holds for every sample, not for the median', () => {
    expect(rangeOf(21, 21, 41, 21, 21)).toEqual(['fail', 'out_of_range']);
  });

  it('is asked in the unit of the bounty, and a value on the bar is inside', () => {
    const asked = (min: number) => ({
      criteria: { all: [{ reading: { quantity_kind: 'air_temperature', unit: '[degF]', min, max: 104 } }] },
    });
    const freezing = { reading: ok(measured(0)) };
    expect(readingRange(readingEvidenceOf(asked(32), freezing))).toMatchObject({
      status: 'pass',
      evidence: { unit: '[degF]', value: 32, samples: 1 },
    });
    expect(readingRange(readingEvidenceOf(asked(32.01), freezing))?.status).toBe('fail');
  });

  it('waits for a person when a value jumps by more than the quantity can in a minute', () => {
    const { step_per_minute_max } = QUANTITIES.air_temperature;
    expect(rangeOf(20, 20 + step_per_minute_max)).toEqual(['pass', undefined]);
    expect(rangeOf(20, 20 + step_per_minute_max + 0.01)).toEqual(['inconclusive', 'jump']);
  });

  it('allows a larger step over a longer time, in proportion', () => {
    const over = (value: number) => {
      const samples = [
        { at: T0, value: 20 },
        { at: T0 + 2 * MINUTE_MS, value },
      ];
      return reasonOf(readingRange(readingEvidenceOf({}, { reading: ok({ ...measured(20), samples }) })));
    };
    expect(over(26)).toEqual(['pass', undefined]);
    expect(over(26.01)).toEqual(['inconclusive', 'jump']);
  });

  it('allows no more within one minute by many small steps', () => {
    const { step_per_minute_max: step } = QUANTITIES.air_temperature;
    expect(rangeOf(20, 20 + step / 3, 20 + (2 * step) / 3, 20 + step)).toEqual(['pass', undefined]);
    expect(rangeOf(20, 20 + step / 2, 20 + step, 20 + 1.5 * step)).toEqual(['inconclusive', 'jump']);
  });

  it("waits for a person when it lies too far from the device's reading before, and says nothing of that one", () => {
    const since = (value: number, minutes: number) =>
      readingRange(
        readingEvidenceOf({}, { reading: ok(measured(20)), previous: { value, at: T0 + MINUTE_MS * (1 - minutes) } }),
      );
    expect(reasonOf(since(14, 2))).toEqual(['pass', undefined]);
    expect(reasonOf(since(13.99, 2))).toEqual(['inconclusive', 'jump_from_previous']);
    expect(JSON.stringify(since(13.99, 2))).not.toContain('13.99');
    expect(readingRange(readingEvidenceOf({}, { previous: undefined }))).toBeNull();
  });

  it('waits for a person when the instrument was calibrated too long ago, or tomorrow; no date is none', () => {
    const calibrated = (calibrated_on: string | null) =>
      reasonOf(readingRange(readingEvidenceOf({}, claiming({ instrument: { id: 'x', calibrated_on } }))));
    const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
    const day = 86_400_000;
    expect(calibrated(null)).toEqual(['pass', undefined]);
    expect(calibrated(dayOf(T1 - CALIBRATION_MS_MAX + day))).toEqual(['pass', undefined]);
    expect(calibrated(dayOf(T1 - CALIBRATION_MS_MAX))).toEqual(['inconclusive', 'calibration_stale']);
    expect(calibrated(dayOf(T1))).toEqual(['pass', undefined]);
    expect(calibrated(dayOf(T1 + 2 * day))).toEqual(['inconclusive', 'calibration_in_future']);
  });

  it("waits for a person when the samples were measured outside the proven interval by the device's clock", () => {
    const at = (instant: number) =>
      reasonOf(
        readingRange(
          readingEvidenceOf({}, { reading: ok({ ...measured(20), samples: [{ at: instant, value: 20 }] }) }),
        ),
      );
    expect(at(T0 - 5 * MINUTE_MS)).toEqual(['pass', undefined]);
    expect(at(T0 - 5 * MINUTE_MS - 1)).toEqual(['inconclusive', 'clock_conflict']);
    expect(at(CLOSES_AT)).toEqual(['inconclusive', 'clock_conflict']);
  });
});

describe('the sequence of readings', () => {
  const sequence = (facts: Parameters<typeof readingEvidenceOf>[1]) =>
    reasonOf(readingSequence(readingEvidenceOf({}, facts)));

  it('holds for what the enrolled device signed for this reservation', () => {
    expect(sequence({})).toEqual(['pass', undefined]);
  });

  it('fails for a signature by another key, over other bytes, or none', () => {
    const bytes = (content: Buffer) => ({ downloaded: ok({ content, sha256: '', duration_ms: 0 }) });
    expect(sequence(bytes(signedReading(STRANGER_KEY)))).toEqual(['fail', 'signature_invalid']);
    const edited = signedReading();
    edited[30] = edited[30]! ^ 1;
    expect(sequence(bytes(edited))).toEqual(['fail', 'signature_invalid']);
    expect(sequence(bytes(Buffer.from('eyJhbGciOiJub25lIn0.W10.')))).toEqual(['fail', 'signature_invalid']);
  });

  it.each<[Parameters<typeof claiming>[0], string]>([
    [{ kid: `dev_${'2'.repeat(32)}` as never }, 'other_device'],
    [{ bounty_id: `bty_${'2'.repeat(32)}` as never }, 'other_reservation'],
    [{ reservation_id: `rsv_${'2'.repeat(32)}` as never }, 'other_reservation'],
    [{ nonce: 'nonce-nonce-nonce-nonce-2' }, 'other_nonce'],
  ])('fails for a claim of something else: %o', (claim, reason) => {
    expect(sequence(claiming(claim))).toEqual(['fail', reason]);
  });

  it('fails for a number out of sequence, and waits while the database has not been asked', () => {
    expect(sequence({ in_sequence: false })).toEqual(['fail', 'not_in_sequence']);
    expect(readingSequence(readingEvidenceOf({}, { in_sequence: undefined }))).toBeNull();
  });
});

describe('the neighbours of a reading', () => {
  it('say nothing while they are fewer than three', () => {
    expect(neighbourhoodOf('air_temperature', 40, [10, 10])).toEqual({ count: 2, fits: true });
    expect(neighbourhoodOf('air_temperature', 40, [10, 10, 10])).toEqual({ count: 3, fits: false });
    const judgement = readingNeighbours(readingEvidenceOf({}, { neighbourhood: { count: 2, fits: true } }));
    expect(judgement).toMatchObject({ status: 'pass', evidence: { neighbours: 2, too_few: true } });
  });

  it('are compared by median and median absolute deviation', () => {
    // Median 12, absolute deviations 2, 1, 0, 1, 2: their median is 1.
    const neighbours = [10, 11, 12, 13, 14];
    const bar = DEVIATIONS_MAX * 1.4826;
    expect(neighbourhoodOf('air_temperature', 12 + bar - 0.001, neighbours).fits).toBe(true);
    expect(neighbourhoodOf('air_temperature', 12 + bar + 0.001, neighbours).fits).toBe(false);
    expect(neighbourhoodOf('air_temperature', 12 - bar - 0.001, neighbours).fits).toBe(false);
  });

  it('who all say the same still grant the spread of the quantity', () => {
    const bar = DEVIATIONS_MAX * QUANTITIES.air_temperature.neighbour_spread_min;
    expect(neighbourhoodOf('air_temperature', 20 + bar, [20, 20, 20]).fits).toBe(true);
    expect(neighbourhoodOf('air_temperature', 20 + bar + 0.001, [20, 20, 20]).fits).toBe(false);
  });

  it('never reject: one that is unlike them waits for a person, and their values stay unsaid', () => {
    const judgement = readingNeighbours(readingEvidenceOf({}, { neighbourhood: { count: 4, fits: false } }));
    expect(judgement).toEqual({ status: 'inconclusive', evidence: { reason: 'unlike_neighbours', neighbours: 4 } });
  });
});

describe('the format of a reading', () => {
  it('fails for a file that cannot be resolved, naming why', () => {
    const refused = { ...measured(), claims: null, unit: null, refusal: { reason: 'no_unit' as const, detail: '' } };
    expect(reasonOf(format(readingEvidenceOf({}, { reading: ok(refused) })))).toEqual(['fail', 'no_unit']);
  });

  it('fails for a reading where a photo is asked, and for a photo where a reading is', () => {
    const photoAsked = readingEvidenceOf({
      criteria: { all: [{ object: { label: 'boat' } }] },
      context: { kind: 'photo' },
    });
    expect(reasonOf(format(photoAsked))).toEqual(['fail', 'other_kind']);
    expect(reasonOf(format(evidenceOf(READING_ASKED)))).toEqual(['fail', 'other_kind']);
  });
});
