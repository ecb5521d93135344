import fc from 'fast-check';
import { freeSlots, offeredAtFirst, offeredSlots } from './overlap.rules.js';

/** What one capture comes to: paid and agreeing, paid and not, or rejected. */
const end = fc.constantFrom('agrees', 'differs', 'rejected');
const asked = fc.tuple(fc.integer({ min: 2, max: 10 }), fc.nat(10)).map(([of, more]) => ({ of, quantity: of + more }));

describe('overlap', () => {
  it('offers what agreement needs and no more, never beyond the quantity, and stops when it is reached', () => {
    fc.assert(
      fc.property(asked, fc.array(fc.tuple(end, fc.nat()), { maxLength: 60 }), (terms, ends) => {
        const { of, quantity } = terms;
        let slots = {
          quantity,
          offered: offeredAtFirst({ ...terms, agreement: { of }, mode: 'reserved' }),
          reserved: 0,
          settled: 0,
        };
        let agreeing = 0;
        for (const [come, takes] of ends) {
          if (agreeing >= of) break;
          const free = freeSlots(slots);
          slots = { ...slots, reserved: slots.reserved + Math.min(free, takes % 4) };
          if (slots.reserved === 0) continue;
          slots = { ...slots, reserved: slots.reserved - 1, settled: slots.settled + (come === 'rejected' ? 0 : 1) };
          if (come === 'agrees') agreeing += 1;
          slots = { ...slots, offered: offeredSlots(terms, { settled: slots.settled, agreeing }) };
          const open = freeSlots(slots) + slots.reserved;
          const needed = of - agreeing;
          expect(slots.offered).toBeLessThanOrEqual(quantity);
          expect(open).toBe(Math.min(needed, quantity - slots.settled));
        }
        if (agreeing >= of) expect([freeSlots(slots), slots.reserved]).toEqual([0, 0]);
      }),
    );
  });

  it('is all slots at once where nothing is to agree, and in a race', () => {
    expect(offeredAtFirst({ quantity: 5, mode: 'reserved' })).toBeNull();
    expect(offeredAtFirst({ quantity: 5, mode: 'race', agreement: { of: 2 } })).toBeNull();
    expect(offeredAtFirst({ quantity: 5, mode: 'reserved', agreement: { of: 2 } })).toBe(2);
    expect(freeSlots({ quantity: 5, offered: null, reserved: 1, settled: 1 })).toBe(3);
  });
});
