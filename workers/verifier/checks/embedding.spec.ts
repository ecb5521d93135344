import { criteriaSchema } from '@groundtruth/sdk/protocol';
import { contextOf, alike, embedded, evidenceOf, lost, ok } from '../verify.fixture.js';
import type { Evidence } from './check.js';
import { nsfw } from './nsfw.js';
import { resemblance } from './resemblance.js';
import { similarity } from './similarity.js';

const SQUARE = `ref_${'1'.repeat(32)}`;
const TOWER = `ref_${'2'.repeat(32)}`;
const like = (reference: string, min_cosine = 0) => ({ similar_to: { reference, min_cosine } });

describe('a picture that may be explicit', () => {
  it.each([
    [0, 'pass', 1],
    [0.78, 'pass', 0.22],
    [0.7801, 'inconclusive', 0.2199],
    [0.8, 'inconclusive', 0.2],
    [1, 'inconclusive', 0],
  ])('with %s is %s', (explicit, status, score) => {
    const judgement = nsfw(evidenceOf({}, { embedded: ok(embedded(explicit)) }));
    expect(judgement).toMatchObject({ status, score, threshold: 0.22 });
  });

  it('is told by three classes together, and never by drawings', () => {
    const of = (classes: Partial<ReturnType<typeof embedded>['classes']>) => {
      const none = { drawing: 0, hentai: 0, neutral: 0, porn: 0, sexy: 0 };
      return nsfw(evidenceOf({}, { embedded: ok({ ...embedded(), classes: { ...none, ...classes } }) }))?.status;
    };
    expect(of({ porn: 0.3, hentai: 0.3, sexy: 0.3, neutral: 0.1 })).toBe('inconclusive');
    expect(of({ drawing: 1 })).toBe('pass');
  });

  it('is not silently let through when nothing could look, and waits for the look', () => {
    expect(nsfw(evidenceOf({}, { embedded: lost('timeout') }))).toMatchObject({ status: 'unavailable' });
    expect(nsfw(evidenceOf({}, { embedded: undefined }))).toBeNull();
  });
});

describe('a picture that resembles an earlier one', () => {
  it('is held for a person, never failed, and not told which one', () => {
    const judgement = resemblance(evidenceOf({}, { resembles: true }));
    expect(judgement).toMatchObject({ status: 'inconclusive', evidence: { reason: 'resembles_earlier' } });
    expect(Object.keys(judgement!.evidence)).toEqual(['reason', 'hash_version']);
    expect(judgement).not.toHaveProperty('score');
  });

  it('is told by the database alone', () => {
    expect(resemblance(evidenceOf({}, { resembles: false }))).toMatchObject({ status: 'pass' });
    expect(resemblance(evidenceOf({}, { resembles: undefined }))).toBeNull();
    expect(resemblance(evidenceOf({}, { embedded: lost('crashed') }))).toMatchObject({ status: 'unavailable' });
  });
});

describe('a picture that must be like a reference', () => {
  const judged = (criteria: readonly unknown[], compared: Evidence['compared']) =>
    similarity(evidenceOf({ criteria: { all: criteria } }, { compared }));
  const at = (cosine: number, min_cosine = 0) => judged([like(SQUARE, min_cosine)], { [SQUARE]: ok(alike(cosine)) })!;

  it.each([
    [1, 'pass'],
    [0.82, 'pass'],
    [0.8199, 'inconclusive'],
    [0.8, 'inconclusive'],
    [0.58, 'inconclusive'],
    [0.5799, 'fail'],
    [0, 'fail'],
  ])('with cosine %s is %s', (cosine, status) => {
    expect(at(cosine)).toMatchObject({ status, score: cosine, threshold: 0.82 });
  });

  it('meets a bar that the criteria raise, and none that they lower', () => {
    expect([at(0.9199, 0.9).status, at(0.92, 0.9).status]).toEqual(['inconclusive', 'pass']);
    expect(at(0.81, 0.1)).toMatchObject({ status: 'inconclusive', threshold: 0.82 });
    expect(at(1, 1)).toMatchObject({ status: 'pass', threshold: 1 });
  });

  it('must be like every reference, and the one least met decides', () => {
    const both = [like(SQUARE), like(TOWER)];
    const compared = { [SQUARE]: ok(alike(0.95)), [TOWER]: ok(alike(0.7)) };
    expect(judged(both, compared)).toMatchObject({ status: 'inconclusive', score: 0.7 });
    expect(judged([both[1]], compared)).toMatchObject({ score: 0.7 });
  });

  it('never counts as absent', () => {
    expect(at(0)).not.toHaveProperty('absent_below');
  });

  it('says which bytes it was compared with', () => {
    const reference = { id: SQUARE, sha256: 'ab'.repeat(32), media_type: 'image/jpeg', bytes: 10 } as const;
    const context = contextOf({ criteria: { all: [like(SQUARE)] }, context: { references: [reference] } });
    const compared = { [SQUARE]: ok(alike(0.9)) };
    expect(similarity({ ...evidenceOf(), context, compared })?.evidence).toEqual({
      references: [
        { reference: SQUARE, reference_sha256: reference.sha256, score: 0.9, pass_at: 0.82, status: 'pass' },
      ],
    });
  });

  it.each([
    ['is gone', {}, 'reference_missing'],
    [
      'cannot be opened',
      { [SQUARE]: ok({ ...alike(0), cosine: null, refusal: { reason: 'damaged' as const, detail: '' } }) },
      'reference_refused',
    ],
    ['was altered', { [SQUARE]: lost('reference_altered') }, 'reference_altered'],
  ])('is not blamed when the reference %s', (_, compared, reason) => {
    expect(judged([like(SQUARE)], compared)).toMatchObject({ status: 'unavailable', evidence: { reason } });
  });

  it('waits until it was compared', () => {
    expect(judged([like(SQUARE)], undefined)).toBeNull();
    expect(criteriaSchema.safeParse({ all: [like(SQUARE, 1.01)] }).success).toBe(false);
  });
});
