import fc from 'fast-check';
import { ADVISORY_CHECKS, CHECK_STAGE, CHECK_STATUSES, type CheckName, type CheckResult } from './check.js';
import { criteriaSchema } from './criteria.js';
import { decide, plannedChecks, requiredChecks } from './decision.js';
import { provenancePassed, reviewRoute, type ReviewSubject } from './review.js';

const criteria = criteriaSchema.parse({ all: [{ object: { label: 'boat' } }, { text: { pattern: 'OPEN' } }] });
const PLANNED = plannedChecks(criteria, 'photo');
const NEAR = { status: 'inconclusive', score: 0.3, threshold: 0.42, fail_below: 0.18 } as const;

function checksWith(change: Partial<Record<CheckName, Partial<CheckResult> | null>>): CheckResult[] {
  return PLANNED.flatMap((check) => {
    const changed = change[check];
    return changed === null
      ? []
      : [{ check, status: 'pass' as const, evidence: {}, duration_ms: 0, version: 1, ...changed }];
  });
}
const routeOf = (change: Parameters<typeof checksWith>[0], subject: Partial<ReviewSubject> = {}) =>
  reviewRoute({
    criteria,
    kind: 'photo',
    declared: 'present',
    checks: checksWith(change),
    suspicious: false,
    ...subject,
  });

describe('a review', () => {
  it('begins with the requester when only content is in doubt, inside the published band', () => {
    expect(routeOf({ objects: NEAR })).toBe('requester');
    expect(routeOf({ objects: NEAR, text: { ...NEAR, score: 0.4, fail_below: 0.38 } })).toBe('requester');
  });

  it.each([
    ['just on its lower edge', { ...NEAR, score: 0.18 }, 'requester'],
    ['just below it', { ...NEAR, score: 0.1799 }, 'operator'],
    ['just below the bar', { ...NEAR, score: 0.4199 }, 'requester'],
    ['on the bar and yet in doubt', { ...NEAR, score: 0.42 }, 'operator'],
    ['without a published lower edge', { ...NEAR, fail_below: undefined }, 'operator'],
    ['without a score', { ...NEAR, score: undefined }, 'operator'],
    ['unavailable', { ...NEAR, status: 'unavailable' }, 'operator'],
  ] as const)('with a content score %s', (_, objects, route) => {
    expect(routeOf({ objects: objects as Partial<CheckResult> })).toBe(route);
  });

  const elsewhere = PLANNED.filter((check) => check !== 'objects' && check !== 'text');
  it.each(
    elsewhere.flatMap((check) => (['inconclusive', 'unavailable'] as const).map((status) => [check, status] as const)),
  )('is the operator’s alone when %s is %s', (check, status) =>
    expect(routeOf({ objects: NEAR, [check]: { ...NEAR, status } })).toBe('operator'),
  );

  it.each([...ADVISORY_CHECKS, 'duplicate'] as const)('is the operator’s alone without a result of %s', (check) => {
    expect(routeOf({ objects: NEAR, [check]: null })).toBe('operator');
  });

  it('is the operator’s alone for declared absence, linked parties, and a check nobody required', () => {
    expect(routeOf({ objects: NEAR }, { declared: 'absent' })).toBe('operator');
    expect(routeOf({ objects: NEAR }, { suspicious: true })).toBe('operator');
    const resembles = { check: 'similarity' as const, ...NEAR, evidence: {}, duration_ms: 0, version: 1 };
    expect(routeOf({}, { checks: [...checksWith({ objects: NEAR }), resembles] })).toBe('operator');
  });

  it('never begins with the requester for a capture that is not in review', () => {
    const result = fc.record({ status: fc.constantFrom(...CHECK_STATUSES), score: fc.constantFrom(0.1, 0.3, 0.5) });
    const world = fc.tuple(
      ...PLANNED.map((check) => result.map((changed) => [check, { ...NEAR, ...changed }] as const)),
    );
    fc.assert(
      fc.property(world, (changes) => {
        const checks = checksWith(Object.fromEntries(changes));
        const route = reviewRoute({ criteria, kind: 'photo', declared: 'present', checks, suspicious: false });
        const { outcome } = decide(criteria, 'present', 'signed', checks);
        const doubted = checks.some(({ status }) => status === 'inconclusive');
        if (route === 'requester' && doubted) expect(outcome).toBe('review');
      }),
    );
  });
});

describe('the provenance of a rejected capture', () => {
  it('has passed when every required check of origin has, whatever the content', () => {
    expect(provenancePassed(criteria, checksWith({ objects: { status: 'fail' }, text: null, thumbnail: null }))).toBe(
      true,
    );
  });

  it.each(requiredChecks(criteria).filter((check) => CHECK_STAGE[check] === 'provenance'))(
    'has not passed when %s has not, or is missing',
    (check) => {
      for (const change of [{ status: 'fail' as const }, { status: 'inconclusive' as const }, null])
        expect(provenancePassed(criteria, checksWith({ [check]: change }))).toBe(false);
    },
  );
});
