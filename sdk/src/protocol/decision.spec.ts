import fc from 'fast-check';
import { CHECK_STAGE, CHECK_STATUSES, CHECKS, type CheckName, type CheckResult } from './check.js';
import { criteriaSchema, FINDINGS, TIERS, type Criteria } from './criteria.js';
import { decide, requiredChecks } from './decision.js';

const SIMILAR = { similar_to: { reference: `ref_${'1'.repeat(32)}`, min_cosine: 0.8 } };
const criterion = fc.constantFrom({ object: { label: 'boat' } }, { text: { pattern: 'OPEN' } }, SIMILAR);
const criteria: fc.Arbitrary<Criteria> = fc
  .record({
    all: fc.array(criterion, { minLength: 1, maxLength: 3 }),
    code_in_scene: fc.boolean(),
    unique: fc.boolean(),
  })
  .map((value) => criteriaSchema.parse(value));
const result: fc.Arbitrary<CheckResult> = fc.record({
  check: fc.constantFrom(...CHECKS),
  status: fc.oneof({ weight: 6, arbitrary: fc.constant('pass' as const) }, fc.constantFrom(...CHECK_STATUSES)),
  score: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  absent_below: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  evidence: fc.constant({}),
  duration_ms: fc.constant(1),
  version: fc.constant(1),
});
const checks = fc.uniqueArray(result, { selector: ({ check }) => check, minLength: 8 });
const [declared, tier] = [fc.constantFrom(...FINDINGS), fc.constantFrom(...TIERS)];

const statusOf = (name: string, all: readonly CheckResult[]) =>
  all.find(({ check }) => check === name)?.status ?? 'unavailable';
const passed = (all: readonly CheckResult[], names: readonly string[]) =>
  names.every((name) => statusOf(name, all) === 'pass');

/** Whether a check looks for what was asked, so that it may find nothing; `nsfw` looks for what nobody asked. */
const looksFor = (check: CheckName) => CHECK_STAGE[check] === 'content' && check !== 'nsfw';

/** Every check of these criteria with one status, and whatever the detectors saw. */
function every(criteria: Criteria, status: CheckResult['status'], seen: Partial<CheckResult> = {}): CheckResult[] {
  return requiredChecks(criteria).map((check) => ({
    check, status, evidence: {}, duration_ms: 1, version: 1, ...(looksFor(check) && seen),
  })); // prettier-ignore
}
const ABSENT = { status: 'fail', score: 0.01, absent_below: 0.05 } as const;
const BOAT = criteriaSchema.parse({ all: [{ object: { label: 'boat' } }], code_in_scene: true });

describe('a decision', () => {
  it('accepts what was declared present only when every required check passed', () => {
    fc.assert(
      fc.property(criteria, tier, checks, (asked, tier, all) => {
        const { outcome, finding } = decide(asked, 'present', tier, all);
        expect(outcome === 'accepted').toBe(passed(all, requiredChecks(asked)));
        if (outcome === 'accepted') expect(finding).toBe('present');
      }),
      { numRuns: 2_000 },
    );
  });

  it('accepts an absence only when origin is proven, somebody vouches, and every detector saw nothing', () => {
    fc.assert(
      fc.property(criteria, tier, checks, (asked, tier, all) => {
        const { outcome, finding } = decide(asked, 'absent', tier, all);
        const gates = requiredChecks(asked).filter((name) => !looksFor(name));
        const seen = requiredChecks(asked)
          .filter(looksFor)
          .map((name) => all.find(({ check }) => check === name));
        const nothing = seen.every((one) => one?.score !== undefined && one.absent_below !== undefined && one.score < one.absent_below); // prettier-ignore
        const vouched = asked.code_in_scene || tier === 'attested';
        expect(outcome === 'accepted').toBe(passed(all, gates) && vouched && nothing);
        if (outcome === 'accepted') expect(finding).toBe('absent');
      }),
      { numRuns: 2_000 },
    );
  });

  it('names the first required check that failed, and accepts or rejects nothing without a reason', () => {
    fc.assert(
      fc.property(criteria, declared, tier, checks, (asked, declared, tier, all) => {
        const { outcome, finding, failed_check, failed_stage } = decide(asked, declared, tier, all);
        const failures = requiredChecks(asked).filter((name) => statusOf(name, all) === 'fail');
        expect(outcome === 'rejected').toBe(failed_check !== null);
        expect(finding === null).toBe(outcome !== 'accepted');
        if (failed_check) expect([failed_check, failed_stage]).toEqual([failures[0], CHECK_STAGE[failures[0]!]]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not depend on the order of the checks, nor on checks that nobody asked for', () => {
    fc.assert(
      fc.property(criteria, declared, tier, checks, (asked, declared, tier, all) => {
        const needed = all.filter(({ check }) => requiredChecks(asked).includes(check)).reverse();
        expect(decide(asked, declared, tier, needed)).toEqual(decide(asked, declared, tier, all));
      }),
    );
  });

  it('never becomes better for the contributor by a check that gets worse', () => {
    const rank = { rejected: 0, review: 1, accepted: 2 };
    fc.assert(
      fc.property(criteria, tier, checks, fc.nat(), (asked, tier, all, n) => {
        const better = all.map((one, i) => (i === n % all.length ? { ...one, status: 'pass' as const } : one));
        const [before, after] = [all, better].map((some) => rank[decide(asked, 'present', tier, some).outcome]);
        expect(after!).toBeGreaterThanOrEqual(before!);
      }),
    );
  });

  it.each([
    ['every check passed', every(BOAT, 'pass'), 'present', 'signed', 'accepted'],
    ['no check was recorded', [], 'present', 'attested', 'review'],
    ['every check is unavailable', every(BOAT, 'unavailable'), 'present', 'attested', 'review'],
    ['the detector found nothing', every(BOAT, 'pass', { status: 'fail' }), 'present', 'signed', 'rejected'],
    [
      'absence was declared and the detector found nothing',
      every(BOAT, 'pass', ABSENT),
      'absent',
      'signed',
      'accepted',
    ],
    [
      'absence was declared and the score is at the bar',
      every(BOAT, 'pass', { ...ABSENT, score: 0.05 }),
      'absent',
      'signed',
      'review',
    ],
    [
      'absence was declared but the detector has no bar for it',
      every(BOAT, 'pass', { status: 'fail', score: 0 }),
      'absent',
      'signed',
      'review',
    ],
    [
      'absence was declared and the thing is there',
      every(BOAT, 'pass', { score: 0.9, absent_below: 0.05 }),
      'absent',
      'attested',
      'review',
    ],
  ] as const)('when %s', (_, all, declared, tier, outcome) => {
    expect(decide(BOAT, declared, tier, all).outcome).toBe(outcome);
  });

  it('takes nobody’s word for an absence that neither code nor hardware vouches for', () => {
    const uncoded = criteriaSchema.parse({ all: [{ object: { label: 'boat' } }] });
    expect(decide(uncoded, 'absent', 'signed', every(uncoded, 'pass', ABSENT)).outcome).toBe('review');
    expect(decide(uncoded, 'absent', 'attested', every(uncoded, 'pass', ABSENT)).outcome).toBe('accepted');
  });

  it('asks of a reading nothing that only a picture can answer', () => {
    const reading = { quantity_kind: 'air_temperature', unit: 'Cel', min: 0, max: 40 };
    const asked = criteriaSchema.parse({ all: [{ reading }], unique: true, c2pa: 'third_party' });
    expect(requiredChecks(asked)).toEqual([
      'integrity',
      'format',
      'window',
      'geofence',
      'freshness',
      'provenance',
      'challenge',
      'reading_range',
      'reading_sequence',
      'reading_neighbours',
    ]);
    expect(decide(asked, 'present', 'signed', every(asked, 'pass')).outcome).toBe('accepted');
    expect(decide(asked, 'absent', 'attested', every(asked, 'pass')).outcome).toBe('review');
  });

  it('asks for a look at the duplicate only where captures must be unique', () => {
    const many = criteriaSchema.parse({ all: [{ object: { label: 'boat' } }], unique: false });
    expect(requiredChecks(many)).not.toContain('duplicate');
    expect(requiredChecks(BOAT)).toContain('duplicate');
  });
});
