import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { decide } from '@groundtruth/sdk/protocol';
import { Bench, statuses } from '../verify.bench.js';
import { CARDS, evidenceOf, ok, read, seen } from '../verify.fixture.js';
import { objects } from './objects.js';

const SECOND = { pass_at: 0.5, fail_below: 0.3, absent_below: 0.1, guard_band: 0.02 };
const cards = { ...CARDS, second_objects: SECOND };
const SECOND_SHA256 = 'aa'.repeat(32);

/** What both detectors see; the first passes at 0.42 and fails below 0.18, the second passes at 0.52 and fails below 0.28. */
function both(first: number, second: number) {
  const { model, detections, label_scores, provider } = seen(['boat', second]);
  const other = { model: `${model}-2`, detections, label_scores, provider, model_sha256: SECOND_SHA256 };
  return { ...seen(['boat', first]), second: other };
}
const judged = (first: number, second: number, finding: 'present' | 'absent' = 'present') =>
  objects(evidenceOf({ manifest: { finding } }, { cards, objects: ok(both(first, second)) }))!;

describe('two detectors', () => {
  it.each([
    [0.42, 0.52, 'pass'],
    [0.4199, 0.52, 'inconclusive'],
    [0.42, 0.5199, 'inconclusive'],
    [0.1799, 0.2799, 'fail'],
    [0.18, 0.2799, 'inconclusive'],
    [0.1799, 0.28, 'inconclusive'],
    [0.95, 0.01, 'inconclusive'],
    [0.01, 0.95, 'inconclusive'],
  ])('that see %d and %d: %s', (first, second, status) => {
    expect(judged(first, second).status).toBe(status);
  });

  it('are recorded with their own bars, scores and hashes', () => {
    const judgement = judged(0.9, 0.55);
    expect(judgement).toMatchObject({ score: 0.55, threshold: 0.52 });
    expect(judgement.evidence.detectors).toMatchObject([
      { model: 'detector', status: 'pass', score: 0.9, threshold: 0.42, model_sha256: 'cd'.repeat(32) },
      { model: 'detector-2', status: 'pass', score: 0.55, threshold: 0.52, model_sha256: SECOND_SHA256 },
    ]);
    const together = createHash('sha256').update('cd'.repeat(32) + SECOND_SHA256);
    expect(judgement.model_sha256).toBe(together.digest('hex'));
  });

  it('speak for absence only together', () => {
    const score = fc.double({ min: 0, max: 0.3, noNaN: true });
    fc.assert(
      fc.property(score, score, (first, second) => {
        const { score: shown, absent_below: bar } = judged(first, second, 'absent');
        expect(shown! < bar!).toBe(first < 0.08 && second < 0.08);
      }),
    );
  });

  it('know nothing together of a label that one of them does not know', () => {
    const one = both(0.9, 0.9);
    const { boat: _, ...others } = one.second.label_scores;
    const blind = { ...one, second: { ...one.second, detections: [], label_scores: others } };
    expect(objects(evidenceOf({}, { cards, objects: ok(blind) }))?.status).toBe('unavailable');
  });

  it('are not replaced by one: a silent second detector is unavailable, never passed', () => {
    expect(objects(evidenceOf({}, { cards, objects: ok(seen(['boat', 0.99])) }))).toMatchObject({
      status: 'unavailable',
      evidence: { reason: 'second_detector_silent' },
    });
  });

  it('that disagree send the capture to a person', async () => {
    const bench = new Bench();
    bench.cards = cards;
    bench.things = ok(both(0.9, 0.1));
    const verdict = await bench.verdict();
    expect([verdict.outcome, statuses(verdict).objects]).toEqual(['review', 'inconclusive']);
    bench.things = ok(both(0.9, 0.9));
    expect((await bench.verdict()).outcome).toBe('accepted');
  });

  it.each([
    [0.07, 0.07, 'accepted'],
    [0.07, 0.09, 'review'],
    [0.09, 0.07, 'review'],
  ])('at %d and %d leave a declared absence %s', async (first, second, outcome) => {
    const bench = new Bench({ criteria: { code_in_scene: true }, manifest: { finding: 'absent' } });
    bench.cards = cards;
    bench.words = ok(read('KX7-42P'));
    bench.things = ok(both(first, second));
    const verdict = await bench.verdict();
    expect(verdict.outcome).toBe(outcome);
    expect(decide(verdict.criteria, verdict.declared, verdict.tier, verdict.checks).outcome).toBe(outcome);
  });
});
