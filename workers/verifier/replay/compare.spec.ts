import type { CheckResult } from '@groundtruth/sdk/protocol';
import { compareChecks } from './compare.js';

const GUARD_BAND = 0.02;
const options = { guardBandOf: () => GUARD_BAND, taken: ['duplicate'] as const };

const RECORDED: CheckResult = {
  check: 'objects',
  status: 'pass',
  score: 0.43,
  threshold: 0.42,
  evidence: {},
  model_sha256: 'ab'.repeat(32),
  provider: 'cpu',
  duration_ms: 70,
  version: 1,
};

/** The comparison of `RECORDED` with a replay that differs from it as said. */
const against = (change: Partial<CheckResult>) => compareChecks([RECORDED], [{ ...RECORDED, ...change }], options)[0]!;

describe('a check that was run again', () => {
  it('is the same whatever it took, and whatever its evidence says beside', () => {
    expect(against({ duration_ms: 9, evidence: { note: 'x' } })).toEqual({
      check: 'objects', status: 'same', differences: [],
    }); // prettier-ignore
  });

  it.each<[string, Partial<CheckResult>, string]>([
    ['by another model', { model_sha256: 'cd'.repeat(32) }, 'model_sha256'],
    ['against another threshold', { threshold: 0.41 }, 'threshold'],
    ['against a bar for absence', { absent_below: 0.08 }, 'absent_below'],
    ['in another version', { version: 2 }, 'version'],
    ['with another status at the same score', { status: 'fail' }, 'status'],
  ])('%s differs', (_, change, field) => {
    const { status, differences } = against(change);
    expect([status, differences.map((one) => one.field)]).toEqual(['differs', [field]]);
  });

  it('by another provider is the same, and says so', () => {
    expect(against({ provider: 'cuda', score: 0.44 })).toMatchObject({
      status: 'same',
      differences: [{ field: 'score' }, { field: 'provider', recorded: 'cpu', recomputed: 'cuda' }],
    });
  });

  it.each([
    [0.415, 'inconclusive', 'inconclusive'],
    [0.41, 'inconclusive', 'inconclusive'],
    [0.409, 'inconclusive', 'differs'],
    [0.45, 'pass', 'same'],
    [0.451, 'pass', 'differs'],
    [0.1, 'fail', 'differs'],
  ] as const)('that scored %s and is now %s counts as %s', (score, status, expected) => {
    expect(against({ score, status }).status).toBe(expected);
  });

  it('without a model has no room: a flip differs', () => {
    const options = { guardBandOf: () => 0, taken: [] };
    const place: CheckResult = { check: 'geofence', status: 'pass', evidence: {}, duration_ms: 0, version: 1 };
    expect(compareChecks([place], [{ ...place, status: 'inconclusive' }], options)).toMatchObject([
      { status: 'differs' },
    ]);
  });

  it('on the database’s answer of that time is taken, not claimed to be checked', () => {
    const near: CheckResult = { check: 'duplicate', status: 'pass', evidence: {}, duration_ms: 0, version: 1 };
    expect(compareChecks([near], [near], options)).toMatchObject([{ status: 'taken' }]);
    expect(compareChecks([near], [{ ...near, version: 2 }], options)).toMatchObject([{ status: 'differs' }]);
  });

  it('could not be run when its model is missing here or the plan knows it no more', () => {
    expect(against({ status: 'unavailable', score: undefined, model_sha256: undefined }).status).toBe('not_run');
    expect(compareChecks([RECORDED], [], options)).toEqual([{ check: 'objects', status: 'not_run', differences: [] }]);
  });

  it('that nobody recorded differs', () => {
    expect(compareChecks([], [RECORDED], options)).toEqual([
      { check: 'objects', status: 'differs', differences: [{ field: 'status', recorded: null, recomputed: 'pass' }] },
    ]);
  });
});
