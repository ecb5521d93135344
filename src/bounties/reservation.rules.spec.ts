import { activeMax, barredUntil, isLateRelease } from './reservation.rules.js';

const LIMITS = { RESERVATIONS_ACTIVE_MAX: 3, RESERVATIONS_ACTIVE_NEW_MAX: 1 };

describe('how many reservations a contributor may hold', () => {
  it('is one until the first settled capture', () => {
    expect([0, 1, 50].map((settled) => activeMax(settled, LIMITS))).toEqual([1, 3, 3]);
  });
});

describe('the bar after late ends', () => {
  it('does not exist without one', () => {
    expect(barredUntil({ times: 0, last_at: null }, 60)).toBeNull();
  });

  it('lasts one TTL and doubles with each further one, up to a ceiling', () => {
    const lengths = [1, 2, 3, 7, 8, 50].map((times) => barredUntil({ times, last_at: 0 }, 60));
    expect(lengths).toEqual([60_000, 120_000, 240_000, 64 * 60_000, 64 * 60_000, 64 * 60_000]);
  });
});

describe('a release', () => {
  const reservation = { issued_at: 0, lapses_at: 1_000 };

  it('is late in the second half only', () => {
    expect(isLateRelease(reservation, 'changed_mind', 500)).toBe(false);
    expect(isLateRelease(reservation, 'changed_mind', 501)).toBe(true);
  });

  it('is never late when the place was unsafe', () => {
    expect(isLateRelease(reservation, 'unsafe', 999)).toBe(false);
  });
});
