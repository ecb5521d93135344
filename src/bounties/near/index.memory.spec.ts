import fc from 'fast-check';
import { MemoryIndex } from './index.memory.js';
import { byLookingAtAll, listedArbitrary, queryArbitrary } from './near.fixture.js';

const indexOf = (rows: Parameters<MemoryIndex['put']>[0][]): MemoryIndex => {
  const index = new MemoryIndex();
  for (const row of rows) index.put(row);
  return index;
};

describe('the index in memory', () => {
  it('answers what looking at every bounty answers, at poles, antimeridian and anywhere else', () => {
    const finds = fc.property(listedArbitrary, queryArbitrary, (rows, query) => {
      expect(indexOf(rows).search(query)).toEqual(byLookingAtAll(rows, query));
    });
    fc.assert(finds, { numRuns: 80 });
  });

  it('answers the same after raises and ends as an index made of what is left', () => {
    const keeps = fc.property(listedArbitrary, fc.array(fc.nat()), queryArbitrary, (rows, choices, query) => {
      const index = indexOf(rows);
      const left = new Map(rows.map((row) => [row.bounty_id, row]));
      for (const choice of choices) {
        const row = rows[choice % rows.length]!;
        if (choice % 2) {
          index.drop(row.bounty_id);
          left.delete(row.bounty_id);
        } else {
          const raised = { ...row, price: row.price + 3n };
          index.put(raised);
          left.set(row.bounty_id, raised);
        }
      }
      expect(index.size).toBe(left.size);
      expect(index.search(query)).toEqual(byLookingAtAll([...left.values()], query));
    });
    fc.assert(keeps, { numRuns: 40 });
  });
});
