import fc from 'fast-check';
import {
  CHECKS,
  criteriaSchema,
  FINDINGS,
  TIERS,
  decide,
  plannedChecks,
  requiredChecks,
  type CheckResult,
} from '@groundtruth/sdk/protocol';
import type { Evidence } from './checks/check.js';
import { judge } from './judge.js';
import { PLAN } from './plan.js';
import {
  HASHED,
  INSPECTED,
  DECODED,
  LIGHT,
  MOIRE,
  STRANGER_KEY,
  THUMBNAIL,
  UNSIGNED,
  alike,
  contextOf,
  embedded,
  evidenceOf,
  lost,
  ok,
  read,
  seen,
} from './verify.fixture.js';

const REFERENCE = `ref_${'1'.repeat(32)}`;
const SIMILAR = { similar_to: { reference: REFERENCE, min_cosine: 0.8 } };
const anyCriteria = fc.record({
  all: fc.subarray([{ object: { label: 'boat' } }, { text: { pattern: 'OPEN' } }, SIMILAR], { minLength: 1 }),
  provenance: fc.constantFrom(...TIERS),
  code_in_scene: fc.boolean(),
  unique: fc.boolean(),
});
const anyEvidence = fc
  .record({
    criteria: anyCriteria,
    finding: fc.constantFrom(...FINDINGS),
    signer: fc.constantFrom('device', 'nobody', 'stranger'),
    inspected: fc.constantFrom(ok(INSPECTED), ok({ ...INSPECTED, exif: null }), lost('crashed')),
    c2pa: fc.constantFrom(
      ok(UNSIGNED),
      ok({ ...UNSIGNED, state: 'invalid' as const }),
      ok({ ...UNSIGNED, state: 'unreadable' as const }),
      lost('crashed'),
    ),
    decoded: fc.constantFrom(
      ok(DECODED),
      lost('timeout'),
      ok({ ...DECODED, refusal: { reason: 'damaged' as const, detail: '' } }),
    ),
    hashed: fc.constantFrom(ok(HASHED), ok({ ...HASHED, contrast: 0 }), lost('memory')),
    near: fc.boolean(),
    objects: fc.constantFrom(ok(seen(['boat', 0.9])), ok(seen(['boat', 0.3])), ok(seen()), lost('crashed')),
    text: fc.constantFrom(ok(read('OPEN', 'KX7-42P')), ok(read('KX7-42R')), ok(read()), lost('crashed')),
    embedded: fc.constantFrom(ok(embedded()), ok(embedded(0.9)), lost('crashed')),
    resembles: fc.boolean(),
    compared: fc
      .constantFrom(ok(alike(0.9)), ok(alike(0.7)), ok(alike(0.2)), lost('crashed'))
      .map((fact) => ({ [REFERENCE]: fact })),
    thumbnail: fc.constantFrom(ok(THUMBNAIL), ok({ ...THUMBNAIL, distance: 120 }), lost('crashed')),
    moire: fc.constantFrom(ok(MOIRE), ok({ ...MOIRE, peak: 9 }), lost('crashed')),
    light: fc.constantFrom(ok(LIGHT), ok({ ...LIGHT, sky_share: 0.9 })),
  })
  .map(({ criteria, finding, signer, ...facts }): Evidence => {
    const key = { device: {}, nobody: { signer: null }, stranger: { signer: STRANGER_KEY } }[signer]!;
    return evidenceOf({ criteria, manifest: { finding }, ...key }, facts);
  });
const FACTS = [
  'downloaded',
  'inspected',
  'c2pa',
  'decoded',
  'hashed',
  'near',
  'objects',
  'text',
  'embedded',
  'resembles',
  'compared',
  'thumbnail',
  'moire',
  'light',
] as const;
/** Not facts of the decoder: bits of the database, and what was found for each reference. */
const ANSWERS: readonly string[] = ['near', 'resembles', 'compared'];

describe('the plan', () => {
  it('has every check of the protocol once, in its order', () => {
    const planned = PLAN.map(({ check }) => check);
    expect(planned).toEqual(CHECKS.filter((check) => planned.includes(check)));
  });

  it('settles every planned check once everything is gathered, and no other', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        expect(judge(evidence).map(({ check }) => check)).toEqual(plannedChecks(evidence.context.criteria, 'photo'));
      }),
    );
  });

  it('never takes a result back when more is gathered', () => {
    fc.assert(
      fc.property(anyEvidence, fc.nat({ max: FACTS.length }), (evidence, count) => {
        const missing = Object.fromEntries(FACTS.slice(count).map((fact) => [fact, undefined]));
        const later = new Map(judge(evidence).map((result) => [result.check, result]));
        for (const result of judge({ ...evidence, ...missing })) {
          expect([result.check, later.get(result.check)?.status]).toEqual([result.check, result.status]);
        }
      }),
    );
  });

  it('never fails a check for a fact that could not be had', () => {
    const nothing = Object.fromEntries(
      FACTS.filter((fact) => !ANSWERS.includes(fact)).map((fact) => [fact, lost('crashed')]),
    );
    fc.assert(
      fc.property(anyCriteria, fc.constantFrom(...FINDINGS), (criteria, finding) => {
        const evidence = {
          ...evidenceOf({ criteria: { ...criteria, provenance: 'signed' }, manifest: { finding } }),
          ...nothing,
        };
        expect(judge(evidence).filter(({ status }) => status === 'fail')).toEqual([]);
      }),
    );
  });
});

describe('the decision', () => {
  const anyResult = fc.record({
    check: fc.constantFrom(...CHECKS),
    status: fc.constantFrom('pass', 'fail', 'inconclusive', 'unavailable'),
    score: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    absent_below: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    evidence: fc.constant({}),
    duration_ms: fc.constant(0),
    version: fc.constant(1),
  }) as fc.Arbitrary<CheckResult>;

  it('never accepts presence with a required check that did not pass, nor anything with a doubtful origin', () => {
    const results = fc.uniqueArray(anyResult, { selector: ({ check }) => check, maxLength: CHECKS.length });
    fc.assert(
      fc.property(
        anyCriteria,
        fc.constantFrom(...FINDINGS),
        fc.constantFrom(...TIERS),
        results,
        (asked, declared, tier, checks) => {
          const criteria = criteriaSchema.parse(asked);
          const { outcome, finding } = decide(criteria, declared, tier, checks);
          if (outcome !== 'accepted') return;
          expect(finding).toBe(declared);
          const content = ['objects', 'text'];
          const needed = requiredChecks(criteria).filter((name) => declared === 'present' || !content.includes(name));
          for (const name of needed) expect(checks.find(({ check }) => check === name)?.status).toBe('pass');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does accept when all pass, so that the property above is about something', () => {
    const { criteria } = contextOf();
    const checks = requiredChecks(criteria).map((check) => ({
      check,
      status: 'pass' as const,
      evidence: {},
      duration_ms: 0,
      version: 1,
    }));
    expect(decide(criteria, 'present', 'signed', checks).outcome).toBe('accepted');
    for (const one of checks) {
      const spoiled = checks.map((result) => (result === one ? { ...result, status: 'unavailable' as const } : result));
      expect(decide(criteria, 'present', 'signed', spoiled).outcome).toBe('review');
    }
  });
});
