import fc from 'fast-check';
import { TIERS } from '@groundtruth/sdk/protocol';
import { MARGIN, NAME_COST, valueAtRiskOf, type Word } from './value-at-risk.js';

const word = fc.record({ tier: fc.constantFrom(...TIERS), pay: fc.bigInt(0n, 100_000_000n) });
const groups = fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
const raised = ({ tier, pay }: Word): Word => ({
  tier: TIERS[Math.min(TIERS.indexOf(tier) + 1, TIERS.length - 1)]!,
  pay,
});
const nameOf = (group: readonly Word[]): bigint =>
  group.reduce((most, { tier }) => (NAME_COST[tier] > most ? NAME_COST[tier] : most), 0n);
const payOf = (group: readonly Word[]): bigint => group.reduce((sum, { pay }) => sum + pay, 0n);

describe('what should rest on a fact at most', () => {
  it.each([
    ['none', 0n, 0n],
    ['exif', 0n, 0n],
    ['nonce', 0n, 0n],
    ['signed', 500_000n, 500_000n],
    ['signed', 5_000_000n, 0n],
    ['attested', 5_000_000n, 19_000_000n],
    ['attested', 62_000_000n, 0n],
  ] as const)('of one word at tier %s, paid %s, is %s micros', (tier, pay, value) => {
    expect(valueAtRiskOf([[{ tier, pay }]])).toBe(value);
  });

  it('adds independent captures up, and counts several of one person as one name that is paid for all', () => {
    const [one, other]: Word[] = [{ tier: 'signed', pay: 500_000n }, { tier: 'signed', pay: 200_000n }]; // prettier-ignore
    expect(valueAtRiskOf([[one!], [other!]])).toBe(1_100_000n);
    expect(valueAtRiskOf([[one!, other!]])).toBe(433_333n);
    expect(valueAtRiskOf([])).toBe(0n);
  });

  it('never falls with one more independent capture or a higher tier, and never rises with pay', () => {
    fc.assert(
      fc.property(groups, word, fc.nat(), fc.bigInt(0n, 1_000_000n), (before, more, at, extra) => {
        const value = valueAtRiskOf(before);
        expect(valueAtRiskOf([...before, [more]])).toBeGreaterThanOrEqual(value);
        if (before.length === 0) return;
        const change = (to: (group: Word[]) => Word[]) => before.map((group, index) => (index === at % before.length ? to(group) : group)); // prettier-ignore
        expect(valueAtRiskOf(change((group) => group.map(raised)))).toBeGreaterThanOrEqual(value);
        expect(valueAtRiskOf(change((group) => group.map(({ tier, pay }) => ({ tier, pay: pay + extra }))))).toBeLessThanOrEqual(value); // prettier-ignore
      }),
    );
  });

  it('is a third, or less, of what the names cost beyond their pay', () => {
    fc.assert(
      fc.property(groups, (all) => {
        const beyond = all.map((group) => nameOf(group) - payOf(group)).filter((cost) => cost > 0n);
        expect(valueAtRiskOf(all) * MARGIN).toBeLessThanOrEqual(beyond.reduce((a, b) => a + b, 0n));
      }),
    );
  });
});
