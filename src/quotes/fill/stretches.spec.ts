import fc from 'fast-check';
import { stretchesOf, type SlotHistory } from './stretches.js';

const history = (parts: Partial<SlotHistory>): SlotHistory => ({
  slots: 1,
  open: [{ from: 0, to: 100 }],
  holds: [],
  cuts: [],
  ...parts,
});

describe('the time in which a free slot waited', () => {
  it('is the whole window when nobody came', () => {
    expect(stretchesOf(history({}))).toEqual([
      { from_at: 0, to_at: 100, filled: false, filled_before: 0, behind_ms: 0 },
    ]);
  });

  it('ends when the reservation begins that is accepted later', () => {
    const holds = [{ from: 40, to: null, filled: true }];
    expect(stretchesOf(history({ holds }))).toEqual([
      { from_at: 0, to_at: 40, filled: true, filled_before: 0, behind_ms: 0 },
    ]);
  });

  it('leaves out a hold that came to nothing, and tells by how much the price is behind after it', () => {
    const holds = [
      { from: 20, to: 50, filled: false },
      { from: 70, to: null, filled: true },
    ];
    expect(stretchesOf(history({ holds }))).toEqual([
      { from_at: 0, to_at: 20, filled: false, filled_before: 0, behind_ms: 0 },
      { from_at: 50, to_at: 70, filled: true, filled_before: 0, behind_ms: 30 },
    ]);
  });

  it('goes on beside a hold while another slot is free, and starts anew with each fill', () => {
    const holds = [
      { from: 10, to: 90, filled: false },
      { from: 30, to: null, filled: true },
      { from: 60, to: null, filled: true },
    ];
    expect(stretchesOf(history({ slots: 3, holds }))).toEqual([
      { from_at: 0, to_at: 30, filled: true, filled_before: 0, behind_ms: 0 },
      { from_at: 30, to_at: 60, filled: true, filled_before: 1, behind_ms: 0 },
      { from_at: 90, to_at: 100, filled: false, filled_before: 2, behind_ms: 30 },
    ]);
  });

  it('leaves out a suspension, and is cut where the terms changed', () => {
    const open = [
      { from: 0, to: 30 },
      { from: 60, to: 100 },
    ];
    expect(stretchesOf(history({ open, cuts: [80] })).map(({ from_at, to_at }) => [from_at, to_at])).toEqual([
      [0, 30],
      [60, 80],
      [80, 100],
    ]);
  });

  const randomHold = fc.record({ from: fc.nat(99), length: fc.nat(60), filled: fc.boolean() });
  const randomHistory = fc
    .record({ slots: fc.integer({ min: 1, max: 4 }), holds: fc.array(randomHold, { maxLength: 12 }) })
    .map(({ slots, holds }) => history({ slots, holds: possible(slots, holds) }));

  it('has, at every instant, as much as a look at all the holds gives; and a fill for every accepted hold', () => {
    fc.assert(
      fc.property(randomHistory, (given) => {
        const stretches = stretchesOf(given);
        const instants = Array.from({ length: 100 }, (_, n) => n + 0.5);
        const waiting = (at: number) =>
          given.holds.filter(({ from, to }) => from < at && (to === null || to > at)).length < given.slots;
        const inside = (at: number) => stretches.filter(({ from_at, to_at }) => from_at < at && at < to_at).length;
        expect(instants.map(inside)).toEqual(instants.map((at) => Number(waiting(at))));
        const [filled, unnoticed] = [stretches.filter(({ filled }) => filled).length, atOneInstant(given)];
        expect(filled + unnoticed).toBeGreaterThanOrEqual(given.holds.filter(({ filled }) => filled).length);
      }),
      { numRuns: 200 },
    );
  });
});

type RandomHold = { from: number; length: number; filled: boolean };

/** Keeps the holds that a bounty of so many slots could have given. */
function possible(slots: number, holds: readonly RandomHold[]): SlotHistory['holds'] {
  const kept: { from: number; to: number | null; filled: boolean }[] = [];
  for (const { from, length, filled } of [...holds].sort((a, b) => a.from - b.from)) {
    const taken = kept.filter(({ to }) => to === null || to > from).length;
    if (taken < slots) kept.push({ from, to: filled ? null : from + Math.max(1, length), filled });
  }
  return kept;
}

/** Fills that began at the instant at which a stretch would have begun, and so ended none. */
function atOneInstant({ holds }: SlotHistory): number {
  const begins = new Set<number>([0, ...holds.flatMap(({ to, from, filled }) => [to ?? -1, filled ? from : -1])]);
  return holds.filter(({ from, filled }) => filled && begins.has(from)).length;
}
