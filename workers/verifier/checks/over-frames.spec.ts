import fc from 'fast-check';
import type { ObjectsEvidence } from '../decoder/evidence.js';
import { contextOf, evidenceOf, ok, seen } from '../verify.fixture.js';
import { objects } from './objects.js';
import { enoughOf, overFrames } from './over-frames.js';

const check = overFrames('objects', objects);
const frame = (score: number): ObjectsEvidence => seen(['boat', score]);

function judge(scores: readonly number[], finding: 'present' | 'absent' = 'present') {
  const frames = scores.map(frame);
  return check({
    ...evidenceOf({ manifest: { finding } }),
    objects: ok(frames[0]!),
    frames: { objects: frames },
  });
}

describe('an object asked for in a film', () => {
  it.each<[string, number[], string]>([
    ['every frame', [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9], 'pass'],
    ['a quarter of the frames', [0, 0, 0.9, 0.8, 0.7, 0, 0, 0, 0], 'pass'],
    ['one frame less', [0, 0, 0.9, 0.8, 0, 0, 0, 0, 0], 'inconclusive'],
    ['one frame of nine', [0.9, 0, 0, 0, 0, 0, 0, 0, 0], 'inconclusive'],
    ['no frame, one of them doubtful', [0.3, 0, 0, 0, 0, 0, 0, 0, 0], 'inconclusive'],
    ['no frame', [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 'fail'],
    ['both frames of two', [0.9, 0.9], 'pass'],
    ['one frame of two', [0.9, 0], 'inconclusive'],
  ])('seen in %s', (_where, scores, status) => {
    expect(judge(scores)?.status).toBe(status);
  });

  it('scores as the weakest of the best frames that make enough', () => {
    expect(judge([0.5, 0.9, 0.8, 0.7, 0.6])).toMatchObject({
      score: 0.8,
      evidence: { film: { enough: 2, passed: 5 } },
    });
  });

  it('says that too few frames show it', () => {
    expect(judge([0.9, 0, 0])?.evidence).toMatchObject({ reason: 'too_few_frames', film: { enough: 2, passed: 1 } });
  });

  it('never passes by a single frame, however good', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(8), (frames, at) => {
        const scores = Array.from({ length: frames }, (_, index) => (index === at % frames ? 1 : 0));
        return judge(scores)?.status === 'inconclusive';
      }),
    );
  });

  it('is held absent against the frame that shows most of it', () => {
    expect(judge([0.01, 0.07, 0.02], 'absent')).toMatchObject({ score: 0.07 });
    expect(judge([0.01, 0.95, 0.02], 'absent')).toMatchObject({ score: 0.95 });
  });

  it('is held absent against the frame that shows one thing most, though another shows all of them better', () => {
    const all = [{ object: { label: 'boat' } }, { object: { label: 'car' } }];
    const frames = [seen(['boat', 0.9]), seen(['boat', 0.3], ['car', 0.3])];
    const evidence = evidenceOf({ criteria: { all }, manifest: { finding: 'absent' } });
    expect(check({ ...evidence, objects: ok(frames[0]!), frames: { objects: frames } })).toMatchObject({ score: 0.9 });
  });

  it('is judged as in a photo where there are no frames', () => {
    expect(contextOf().kind).toBe('photo');
    const evidence = { ...evidenceOf(), objects: ok(frame(0.9)) };
    expect(check(evidence)).toEqual(objects(evidence));
  });
});

describe('enough frames', () => {
  it.each([
    [1, 1],
    [2, 2],
    [4, 2],
    [8, 2],
    [9, 3],
  ])('of %i are %i', (frames, enough) => expect(enoughOf(frames)).toBe(enough));
});
