import { DomainError } from '../../kernel/problem.js';
import { checkAmount, returnedOf } from './gathering.rules.js';
import type { PledgeRow } from './pledge.entity.js';
import { PLEDGE_TRANSITIONS } from './pledge.machine.js';

const THRESHOLD = 5_500_001n;
const facts = (amount: bigint, missing: bigint): unknown => {
  try {
    checkAmount(amount, THRESHOLD, missing);
    return 'taken';
  } catch (error) {
    return error instanceof DomainError && [error.code, error.facts.least, error.facts.missing];
  }
};

describe('the amount of a pledge', () => {
  it('is a hundredth of the threshold or more, rounded up, and at most what is missing', () => {
    expect([55_001n, THRESHOLD].map((amount) => facts(amount, THRESHOLD))).toEqual(['taken', 'taken']);
    for (const amount of [55_000n, THRESHOLD + 1n])
      expect(facts(amount, THRESHOLD)).toEqual(['pledge_out_of_range', '0.055001', '5.500001']);
  });

  it('is all that is missing when that is less than a hundredth', () => {
    expect(facts(7n, 7n)).toBe('taken');
    expect([6n, 8n].map((amount) => facts(amount, 7n))).toEqual([
      ['pledge_out_of_range', '0.000007', '0.000007'],
      ['pledge_out_of_range', '0.000007', '0.000007'],
    ]);
  });
});

describe('the life of a pledge', () => {
  it('ends withdrawn, returned or spent, and never comes back', () => {
    const ends = Object.entries(PLEDGE_TRANSITIONS).filter(([, edges]) => Object.keys(edges).length === 0);
    expect(ends.map(([state]) => state).sort()).toEqual(['returned', 'spent', 'withdrawn']);
    expect(Object.values(PLEDGE_TRANSITIONS).flatMap((edges) => Object.values(edges))).not.toContain('held');
  });

  it('splits what one agent gets back over its pledges, each at most what it was', () => {
    const pledges = [3n, 2n, 2n].map((amount, index) => ({ id: `plg_${index}`, amount }) as unknown as PledgeRow);
    expect(returnedOf(5n, pledges).map(({ returned }) => returned)).toEqual([2n, 2n, 1n]);
    expect(returnedOf(7n, pledges).map(({ returned }) => returned)).toEqual([3n, 2n, 2n]);
    expect(returnedOf(0n, pledges).map(({ returned }) => returned)).toEqual([0n, 0n, 0n]);
  });
});
