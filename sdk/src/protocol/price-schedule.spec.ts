import fc from 'fast-check';
import {
  capOf,
  priceAt,
  priceScheduleSchema,
  reachesAt,
  scheduleToWire,
  type PriceSchedule,
} from './price-schedule.js';

const T0 = Date.UTC(2026, 10, 21);
const HOUR = 3_600_000;
const micros = fc.bigInt({ min: 1n, max: 10n ** 12n });
const pair = fc.tuple(micros, micros).map(([a, b]) => (a < b ? [a, b] : [b, a]) as [bigint, bigint]);
const rampOf = (schedule: 'linear' | 'exponential') =>
  fc
    .tuple(pair, fc.integer({ min: 1, max: 1_000 * HOUR }))
    .map(([[start, cap], lasts]): PriceSchedule => ({ schedule, start, cap, starts_at: T0, ends_at: T0 + lasts }));
const stepped = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: 1, max: HOUR }), fc.bigInt(0n, 10n ** 9n)), { minLength: 1, maxLength: 50 }),
    micros,
  )
  .map(([jumps, extra]): PriceSchedule => {
    let [at, amount] = [T0, 1n];
    const steps = jumps.map(([later, more]) => ({ at: (at += later), amount: (amount += more) }));
    return { schedule: 'steps', steps, cap: amount + extra };
  });
const schedule = fc.oneof(
  micros.map((amount): PriceSchedule => ({ schedule: 'fixed', amount })),
  rampOf('linear'),
  rampOf('exponential'),
  stepped,
);
const instant = fc.integer({ min: T0 - HOUR, max: T0 + 1_001 * HOUR });

describe('a price schedule', () => {
  it('never falls, never passes its cap, and is at least a micro', () => {
    fc.assert(
      fc.property(schedule, instant, instant, (schedule, one, other) => {
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
        expect(priceAt(schedule, earlier)).toBeGreaterThan(0n);
        expect(priceAt(schedule, earlier)).toBeLessThanOrEqual(priceAt(schedule, later));
        expect(priceAt(schedule, later)).toBeLessThanOrEqual(capOf(schedule));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never falls between neighbouring milliseconds of a ramp whose ends are a micro apart', () => {
    for (const name of ['linear', 'exponential'] as const) {
      const ramp: PriceSchedule = { schedule: name, start: 999_999n, cap: 1_000_000n, starts_at: 0, ends_at: 70_000 };
      let last = 0n;
      for (let at = 0; at <= 70_000; at += 70) {
        expect(priceAt(ramp, at)).toBeGreaterThanOrEqual(last);
        last = priceAt(ramp, at);
      }
    }
  });

  it('is linear in time, or grows by the same ratio in the same time', () => {
    const ends = { start: 1_000_000n, cap: 16_000_000n, starts_at: T0, ends_at: T0 + 4 * HOUR };
    const at = (schedule: 'linear' | 'exponential') =>
      [0, 1, 2, 3, 4].map((hours) => priceAt({ schedule, ...ends }, T0 + hours * HOUR));
    expect(at('linear')).toEqual([1_000_000n, 4_750_000n, 8_500_000n, 12_250_000n, 16_000_000n]);
    expect(at('exponential')).toEqual([1_000_000n, 2_000_000n, 4_000_000n, 8_000_000n, 16_000_000n]);
  });

  it('agrees with floating point to one part in 2^15 on a ramp by ratio', () => {
    fc.assert(
      fc.property(pair, fc.integer({ min: 0, max: 65_536 }), ([start, cap], part) => {
        const exact = Number(start) * (Number(cap) / Number(start)) ** (part / 65_536);
        const found = Number(priceAt({ schedule: 'exponential', start, cap, starts_at: 0, ends_at: 65_536 }, part));
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(1 + exact / 32_768);
      }),
    );
  });

  it('is the first step’s amount before it, and each step’s from its instant on', () => {
    const steps: PriceSchedule = {
      schedule: 'steps',
      steps: [
        { at: T0, amount: 2n },
        { at: T0 + 5, amount: 3n },
      ],
      cap: 9n,
    };
    expect([T0 - 1, T0, T0 + 4, T0 + 5, T0 + HOUR].map((at) => priceAt(steps, at))).toEqual([2n, 2n, 2n, 3n, 3n]);
  });

  it('says the first millisecond at which it reaches a price', () => {
    fc.assert(
      fc.property(schedule, micros, (schedule, wanted) => {
        const at = reachesAt(schedule, wanted);
        if (at === null) return expect(priceAt(schedule, T0 + 10_000 * HOUR)).toBeLessThan(wanted);
        if (at === Number.NEGATIVE_INFINITY) return expect(priceAt(schedule, T0 - HOUR)).toBeGreaterThanOrEqual(wanted);
        expect(priceAt(schedule, at)).toBeGreaterThanOrEqual(wanted);
        expect(priceAt(schedule, at - 1)).toBeLessThan(wanted);
      }),
    );
  });

  it('comes back from the wire as it was', () => {
    fc.assert(
      fc.property(schedule, (schedule) => {
        expect(priceScheduleSchema.parse(scheduleToWire(schedule))).toEqual(schedule);
      }),
    );
  });

  const time = (hours: number) => new Date(T0 + hours * HOUR).toISOString();
  it.each([
    ['a cap below its start', { schedule: 'linear', start: '2', cap: '1', starts_at: time(0), ends_at: time(1) }],
    [
      'an end before its start',
      { schedule: 'exponential', start: '1', cap: '2', starts_at: time(1), ends_at: time(1) },
    ],
    [
      'a step that falls',
      {
        schedule: 'steps',
        steps: [
          { at: time(0), amount: '2' },
          { at: time(1), amount: '1' },
        ],
        cap: '3',
      },
    ],
    [
      'steps out of order',
      {
        schedule: 'steps',
        steps: [
          { at: time(1), amount: '1' },
          { at: time(0), amount: '2' },
        ],
        cap: '3',
      },
    ],
    ['a step above its cap', { schedule: 'steps', steps: [{ at: time(0), amount: '4' }], cap: '3' }],
  ])('is refused with %s', (_, schedule) => {
    expect(priceScheduleSchema.safeParse(schedule).success).toBe(false);
  });
});
