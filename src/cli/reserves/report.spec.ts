import { documentOf, linesOf, statusOf, type Reserves } from './report.js';

const NONE = {
  escrow: 0n,
  fee_address: 0n,
  distributor: 0n,
  held: 0n,
  awarded: 0n,
  payable: 0n,
  returning: 0n,
  fees: 0n,
};
const compared = (difference: bigint): Reserves => ({
  mode: 'test',
  block: 7n,
  books: NONE,
  others: 0n,
  lines: [{ what: 'tokens', books: 0n, in_flight: 0n, chain: difference, difference }],
}); // prettier-ignore

describe('the report on reserves', () => {
  it('matches when every mode with a chain was compared and nothing differs', () => {
    const all = { found: [compared(0n)], unfollowed: [] };
    expect([statusOf(all), documentOf(all, 0)]).toEqual([0, expect.objectContaining({ matches: true, unfollowed: [] })]);
  }); // prettier-ignore

  it('settles nothing, and names the mode, when one of two was never followed', () => {
    const all = { found: [compared(0n)], unfollowed: ['live' as const] };
    expect(statusOf(all)).toBe(6);
    expect(linesOf(all)).toContainEqual(expect.stringMatching(/^live: not compared/));
    expect(documentOf(all, 6)).toMatchObject({ matches: false, unfollowed: ['live'] });
  });

  it('says that something differs whatever was not compared', () => {
    expect(statusOf({ found: [compared(-1n)], unfollowed: ['live'] })).toBe(5);
  });

  it('settles nothing without a chain', () => {
    expect(statusOf({ found: [], unfollowed: [] })).toBe(6);
  });
});
