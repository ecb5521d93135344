import fc from 'fast-check';
import { shareOut } from './funders.js';

const gifts = fc
  .array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 })
  .map((amounts) => amounts.map((amount, index) => ({ agent_id: `agt_${index}`, amount })));
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
const partOf = (parts: ReturnType<typeof shareOut>, id: string): bigint =>
  parts.find(({ agent_id }) => agent_id === id)?.amount ?? 0n;

describe('a split among funders', () => {
  it('sums to the whole, and no part is a micro off its exact share', () => {
    fc.assert(
      fc.property(gifts, fc.bigInt({ min: 0n, max: 10n ** 13n }), (funders, total) => {
        const parts = shareOut(total, funders);
        const given = sum(funders.map(({ amount }) => amount));
        expect(sum(parts.map(({ amount }) => amount))).toBe(total);
        for (const { agent_id, amount } of funders) {
          const off = partOf(parts, agent_id) * given - total * amount;
          expect(off > -given && off < given).toBe(true);
        }
      }),
    );
  });

  it('gives each what it gave when nothing was spent', () => {
    fc.assert(
      fc.property(gifts, (funders) => {
        expect(shareOut(sum(funders.map(({ amount }) => amount)), funders)).toEqual(funders);
      }),
    );
  });

  it('gives the odd micro to the largest remainder, and of equal ones to the earlier', () => {
    const three = [1n, 1n, 1n].map((amount, index) => ({ agent_id: `agt_${index}`, amount }));
    expect(shareOut(2n, three)).toEqual([
      { agent_id: 'agt_0', amount: 1n },
      { agent_id: 'agt_1', amount: 1n },
    ]);
    expect(shareOut(10n, [{ agent_id: 'agt_0', amount: 1n }, { agent_id: 'agt_1', amount: 2n }])).toEqual([
      { agent_id: 'agt_0', amount: 3n },
      { agent_id: 'agt_1', amount: 7n },
    ]); // prettier-ignore
  });

  it('gives nothing of nothing, whoever there is', () => {
    expect(shareOut(0n, [])).toEqual([]);
  });
});
