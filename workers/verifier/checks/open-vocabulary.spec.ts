import { decide } from '@groundtruth/sdk/protocol';
import { Bench, statuses } from '../verify.bench.js';
import { CARDS, evidenceOf, fitting, lost, ok } from '../verify.fixture.js';
import { openVocabulary } from './open-vocabulary.js';
import { objects } from './objects.js';

const QUEUE = { open_vocabulary: { prompt: 'a queue outside a bakery' } };
const RAIN = { open_vocabulary: { prompt: 'rain on the pavement' } };
const card = { pass_at: 0.6, fail_below: 0.3, absent_below: 0.1, guard_band: 0.02 };
const cards = { ...CARDS, open_vocabulary: card };

describe('criteria in free words', () => {
  const judged = (finding: 'present' | 'absent', all: object[], ...scores: number[]) =>
    openVocabulary(evidenceOf({ criteria: { all }, manifest: { finding } }, { cards, open_vocabulary: ok(fitting(...scores)) })); // prettier-ignore

  it.each([
    [0.62, 'pass'],
    [0.6199, 'inconclusive'],
    [0.28, 'inconclusive'],
    [0.2799, 'fail'],
  ])('held against a picture that fits at %d: %s', (score, status) => {
    expect(judged('present', [QUEUE], score)).toMatchObject({ status, score, threshold: 0.62 });
  });

  it('must all fit: the least fitting decides', () => {
    expect(judged('present', [QUEUE, RAIN], 0.9, 0.4)).toMatchObject({ status: 'inconclusive', score: 0.4 });
    expect(judged('present', [QUEUE, RAIN], 0.2, 0.9)).toMatchObject({ status: 'fail', score: 0.2 });
    expect(judged('present', [QUEUE, RAIN], 0.9, 0.7)?.evidence).toMatchObject({
      prompts: [
        { prompt: 'a queue outside a bakery', score: 0.9 },
        { prompt: 'rain on the pavement', score: 0.7 },
      ],
    });
  });

  it('are absent by the best fit of all', () => {
    expect(judged('absent', [QUEUE, RAIN], 0.01, 0.079)).toMatchObject({ score: 0.079, absent_below: 0.08 });
  });

  it('are unavailable when the model answers for other prompts, or not at all', () => {
    expect(judged('present', [QUEUE, RAIN], 0.9)?.status).toBe('unavailable');
    const silent = evidenceOf({ criteria: { all: [QUEUE] } }, { cards, open_vocabulary: lost('timeout') });
    expect(openVocabulary(silent)?.status).toBe('unavailable');
  });

  it('decide a capture where a model is configured', async () => {
    const bench = new Bench({ criteria: { all: [QUEUE] } });
    bench.cards = cards;
    const verdict = await bench.verdict();
    expect([verdict.outcome, statuses(verdict).open_vocabulary]).toEqual(['accepted', 'pass']);
    bench.fit = ok(fitting(0.1));
    const missed = await bench.verdict();
    expect(missed.outcome).toBe('rejected');
    expect(decide(missed.criteria, missed.declared, missed.tier, missed.checks).failed_check).toBe('open_vocabulary');
  });

  it('never pass where none is: a person looks, and the decoder is not even asked', async () => {
    const bench = new Bench({ criteria: { all: [QUEUE] } });
    const verdict = await bench.verdict();
    expect([verdict.outcome, statuses(verdict).open_vocabulary]).toEqual(['review', 'unavailable']);
    expect(bench.asked).not.toContain('open_vocabulary');
  });

  it('do not stand in the way of other criteria', () => {
    expect(objects(evidenceOf({ criteria: { all: [{ object: { label: 'boat' } }, QUEUE] } }))?.status).toBe('pass');
  });
});
