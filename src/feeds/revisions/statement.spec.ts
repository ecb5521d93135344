import type { Fact, Id } from '@groundtruth/sdk/protocol';
import { matches, together, type Statement } from './statement.js';

const boat = (count: number, score = 0.9): Fact => ({ object: { label: 'boat', count, score } });
const text = (...matched: string[]): Fact => ({ text: { pattern: 'OPEN|CLOSED|SALE', matched } });
const reading = (value: number, unit = 'Cel'): Fact => ({
  reading: { quantity_kind: 'temperature', unit, value, at: 1, samples: 3 },
});
const says = (facts: Fact[], change: Partial<Statement> = {}): Statement => ({
  finding: 'present', facts, cell: '8930c2ed5afffff', t0: 100, t1: 200, tier: 'signed', basis: 'checks', confidence: 0.9,
  verdict_id: 'vrd_1' as Id<'verdict'>, commitment: '0x01', pay: '5000000', ...change,
}); // prettier-ignore

describe('captures of one bounty', () => {
  it.each<[string, Fact, Fact, boolean]>([
    ['counts that differ', boat(1), boat(9), true],
    ['another object', boat(1), { object: { label: 'car', count: 1, score: 0.9 } }, false],
    ['a text in common', text('OPEN', 'SALE'), text('OPEN'), true],
    ['no text in common', text('OPEN'), text('CLOSED'), false],
    ['no text at either', text(), text(), true],
    ['a text at one alone', text('OPEN'), text(), false],
    ['readings within a twentieth', reading(20), reading(21.05), true],
    ['readings further apart', reading(20), reading(21.06), false],
    ['readings in other units', reading(20), reading(20, 'K'), false],
  ])('with %s match: %#', (_, one, other, expected) => {
    expect(matches(says([one]), [says([other])])).toBe(expected);
    expect(matches(says([other]), [says([one])])).toBe(expected);
  });

  it('do not match when one found what the other did not', () => {
    expect(matches(says([boat(1)]), [says([boat(0)], { finding: 'absent' })])).toBe(false);
  });

  it('match only when there is a text that all of them read', () => {
    const others = [says([text('OPEN', 'SALE')]), says([text('SALE', 'CLOSED')])];
    expect(matches(says([text('SALE')]), others)).toBe(true);
    expect(matches(says([text('OPEN', 'CLOSED')]), others)).toBe(false);
  });

  it('match only when every two readings are alike, so that no chain creeps away', () => {
    expect(matches(says([reading(22)]), [says([reading(20)]), says([reading(21)])])).toBe(false);
  });
});

describe('what captures say together', () => {
  it('is the least of what all say, over all of their time, at the weakest tier and basis', () => {
    const said = together([
      says([boat(3, 0.8), text('OPEN', 'SALE')], { tier: 'attested', verdict_id: 'vrd_1' as Id<'verdict'> }),
      says([boat(2, 0.9), text('SALE')], {
        t0: 50, t1: 150, basis: 'appeal', confidence: 0.7, verdict_id: 'vrd_2' as Id<'verdict'>, commitment: '0x02',
      }),
    ]); // prettier-ignore
    expect(said).toEqual({
      finding: 'present',
      facts: [boat(2, 0.8), text('SALE')],
      cell: '8930c2ed5afffff',
      proven_interval: { t0: 50, t1: 200 },
      tier: 'signed',
      basis: 'appeal',
      confidence: 0.7,
      verdict_ids: ['vrd_1', 'vrd_2'],
      capture_commitments: ['0x01', '0x02'],
    });
  });

  it('is a reading that somebody took: the one in the middle', () => {
    const facts = [20.4, 20, 20.2].map((value) => says([reading(value)]));
    expect(together(facts as [Statement, ...Statement[]]).facts).toEqual([reading(20.2)]);
    expect(together([facts[0]!, facts[1]!]).facts).toEqual([reading(20)]);
  });
});
