import { lookAround, onlyLoopback } from './surroundings.js';

const HEADING = 'Inter-|   Receive\n face |bytes    packets\n';

describe('the surroundings of a decoder', () => {
  it.each([
    [`${HEADING}    lo:       0       0\n`, true],
    [HEADING, true],
    [`${HEADING}    lo: 0 0\n  eth0: 1 1\n`, false],
    [null, false],
  ])('are without network only when the kernel lists nothing but loopback', (table, isolated) => {
    expect(onlyLoopback(table)).toBe(isolated);
  });

  it('tell that a parent is not hidden when its environment can be read', async () => {
    const found = await lookAround(['B', 'A'], process.pid);
    expect(found.environment).toEqual(['A', 'B']);
    expect(found.parent_hidden).not.toBe(true);
  });
});
