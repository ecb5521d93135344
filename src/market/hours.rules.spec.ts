import fc from 'fast-check';
import { WEEKDAYS, hoursSchema } from '@groundtruth/sdk/protocol';
import { isTimeZone, stretchAt } from './hours.rules.js';

const hours = (time_zone: string, from: string, until: string, weekdays?: (typeof WEEKDAYS)[number][]) =>
  hoursSchema.parse({ time_zone, from, until, ...(weekdays && { weekdays }) });
const at = (text: string): number => Date.parse(text);
const shown = ({ from, until }: { from: number; until: number }): string[] =>
  [from, until].map((instant) => new Date(instant).toISOString());

describe('the hours of an offer', () => {
  it('are those of the clock of their zone, today or on the next of their days', () => {
    const evening = hours('Asia/Tokyo', '17:00', '19:00', ['mon', 'fri']);
    const friday = ['2026-11-20T08:00:00.000Z', '2026-11-20T10:00:00.000Z'];
    expect(shown(stretchAt(evening, at('2026-11-20T07:00:00Z')))).toEqual(friday);
    expect(shown(stretchAt(evening, at('2026-11-20T09:59:59Z')))).toEqual(friday);
    expect(shown(stretchAt(evening, at('2026-11-20T10:00:00Z')))).toEqual([
      '2026-11-23T08:00:00.000Z',
      '2026-11-23T10:00:00.000Z',
    ]);
  });

  it('may go over midnight, and then belong to the day they begin on', () => {
    const night = hours('Europe/Paris', '22:00', '02:00', ['sat']);
    const saturday = ['2026-11-21T21:00:00.000Z', '2026-11-22T01:00:00.000Z'];
    expect(shown(stretchAt(night, at('2026-11-22T00:30:00Z')))).toEqual(saturday);
    expect(shown(stretchAt(night, at('2026-11-22T01:00:00Z')))[0]).toBe('2026-11-28T21:00:00.000Z');
  });

  it('follow the clock when it is put forward and back', () => {
    const early = hours('America/New_York', '02:30', '06:00');
    // 8 March 2026: from 02:00 to 03:00 there is no time; 1 November: from 01:00 to 02:00 there is twice.
    expect(shown(stretchAt(early, at('2026-03-08T05:00:00Z')))).toEqual([
      '2026-03-08T07:30:00.000Z',
      '2026-03-08T10:00:00.000Z',
    ]);
    expect(shown(stretchAt(hours('America/New_York', '01:30', '03:00'), at('2026-11-01T04:00:00Z')))).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T08:00:00.000Z',
    ]);
  });

  it('are never a stretch that is over, show its clock times at both ends, and are the earliest', () => {
    const zones = [
      'UTC',
      'Asia/Kolkata',
      'Pacific/Auckland',
      'America/St_Johns',
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
    ];
    const clock = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([h, m]) => [h, m].map((n) => String(n).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.uniqueArray(clock, { minLength: 2, maxLength: 2 }),
        fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2026-12-31T00:00:00Z') }),
        (zone, [from, until], weekdays, now) => {
          const wanted = hours(zone, from!, until!, weekdays);
          const stretch = stretchAt(wanted, now);
          expect(stretch.until).toBeGreaterThan(now);
          expect(stretch.from - now).toBeLessThanOrEqual(8 * 86_400_000);
          // Minute by minute would take long; in the middle of a stretch the answer must be the same stretch.
          expect(stretchAt(wanted, Math.max(stretch.from, now))).toEqual(stretch);
          expect(stretchAt(wanted, stretch.until - 1)).toEqual(stretch);
          if (now < stretch.from) expect(weekdays).toContain(weekdayIn(zone, stretch.from));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a time zone', () => {
  it('is known by its IANA name alone', () => {
    expect(['Asia/Tokyo', 'UTC'].every(isTimeZone)).toBe(true);
    expect(['Atlantis/Capital', '+25:00', ''].some(isTimeZone)).toBe(false);
  });
});

function weekdayIn(timeZone: string, instant: number): string {
  return new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short' }).format(instant).toLowerCase();
}
