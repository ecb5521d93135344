import fc from 'fast-check';
import { parseWireTime, timeOutSchema, timeSchema, toWireTime } from './time.js';

describe('a point in time', () => {
  it('is the same after being written and read, to the millisecond', () => {
    const instant = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(instant, (at) => {
        expect(parseWireTime(toWireTime(at))).toBe(at);
        expect(timeOutSchema.safeParse(toWireTime(at)).success).toBe(true);
      }),
    );
  });

  it('is the same point in every zone', () => {
    expect(timeSchema.parse('2026-11-21T15:00:00+09:00')).toBe(timeSchema.parse('2026-11-21T06:00:00Z'));
    expect(timeSchema.parse('2026-02-28T23:30:00-01:00')).toBe(timeSchema.parse('2026-03-01T00:30:00Z'));
  });

  it('exists on 29 February of leap years only', () => {
    expect(parseWireTime('2024-02-29T12:00:00Z')).not.toBeNull();
    expect(parseWireTime('2026-02-29T12:00:00Z')).toBeNull();
    expect(parseWireTime('2026-02-30T12:00:00Z')).toBeNull();
    expect(parseWireTime('2026-04-31T12:00:00+09:00')).toBeNull();
  });

  it.each([
    '2026-11-21',
    '2026-11-21T06:00:00',
    '2026-11-21 06:00:00Z',
    '21 Nov 2026',
    '2026-13-01T00:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T06:00:60Z',
    '1764000000000',
    '',
  ])('is never read from %p', (text) => {
    expect(timeSchema.safeParse(text).success).toBe(false);
  });
});
