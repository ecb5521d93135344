import fc from 'fast-check';
import { TIERS } from '@groundtruth/sdk/protocol';
import { valueAtRiskOf, type Word } from './value-at-risk.js';

const word = fc.record({ tier: fc.constantFrom(...TIERS), pay: fc.bigInt(0n, 1_000_000_000n) });
const groups = fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
const raised = ({ tier, pay }: Word): Word => ({
  tier: TIERS[Math.min(TIERS.indexOf(tier) + 1, TIERS.length - 1)]!,
  pay,
});

describe('the published cost of corrupting a fact', () => {
  it.each([
    ['none', 0n],
    ['exif', 0n],
    ['nonce', 1_250_000n],
    ['signed', 5_000_000n],
    ['attested', 15_000_000n],
  ] as const)('is the worth of one word at tier %s', (tier, value) => {
    expect(valueAtRiskOf([[{ tier, pay: 5_000_000n }]])).toBe(value);
  });

  it('adds independent captures up, and counts several of one person once, by the best', () => {
    const [one, other]: Word[] = [{ tier: 'signed', pay: 5_000_000n }, { tier: 'signed', pay: 2_000_000n }]; // prettier-ignore
    expect(valueAtRiskOf([[one!], [other!]])).toBe(7_000_000n);
    expect(valueAtRiskOf([[one!, other!]])).toBe(5_000_000n);
    expect(valueAtRiskOf([])).toBe(0n);
  });

  it('never falls with one more capture, a higher tier or a higher pay', () => {
    fc.assert(
      fc.property(groups, word, fc.nat(), fc.bigInt(0n, 1_000_000n), (before, more, at, extra) => {
        const value = valueAtRiskOf(before);
        expect(valueAtRiskOf([...before, [more]])).toBeGreaterThanOrEqual(value);
        if (before.length === 0) return;
        const change = (to: (group: Word[]) => Word[]) => before.map((group, index) => (index === at % before.length ? to(group) : group)); // prettier-ignore
        expect(valueAtRiskOf(change((group) => [...group, more]))).toBeGreaterThanOrEqual(value);
        expect(valueAtRiskOf(change((group) => group.map(raised)))).toBeGreaterThanOrEqual(value);
        expect(valueAtRiskOf(change((group) => group.map(({ tier, pay }) => ({ tier, pay: pay + extra }))))).toBeGreaterThanOrEqual(value); // prettier-ignore
      }),
    );
  });
});
