import fc from 'fast-check';
import { ManualClock } from '../../kernel/clock.js';
import { RateLimiter } from './rate-limiter.js';
import { networkOf } from './rate-limits.js';

describe('a rate limiter', () => {
  it('never allows more than the burst and what has flowed in since', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), steps, (limit, gaps) => {
        const clock = new ManualClock(1_000_000);
        const limiter = new RateLimiter(clock, 10);
        let allowed = 0;
        let elapsed_ms = 0;
        for (const gap of gaps) {
          clock.advance(gap);
          elapsed_ms += gap;
          if (limiter.take('a', limit)!.allowed) allowed += 1;
          expect(allowed).toBeLessThanOrEqual(limit + (elapsed_ms * limit) / 60_000 + 1e-6);
        }
      }),
    );
  });

  it('allows exactly at the second it names and refuses the millisecond before', () => {
    const clock = new ManualClock(0);
    const limiter = new RateLimiter(clock, 10);
    limiter.take('a', 1);
    const { retry_after_s } = limiter.take('a', 1)!;
    clock.advance(retry_after_s * 1000 - 1);
    expect(limiter.take('a', 1)!.allowed).toBe(false);
    clock.advance(1);
    expect(limiter.take('a', 1)!.allowed).toBe(true);
  });

  it('counts each name by itself', () => {
    const limiter = new RateLimiter(new ManualClock(0), 10);
    expect([limiter.take('a', 1)!.allowed, limiter.take('b', 1)!.allowed, limiter.take('a', 1)!.allowed]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('forgets the name longest unseen when it knows too many', () => {
    const limiter = new RateLimiter(new ManualClock(0), 2);
    limiter.take('a', 1);
    limiter.take('b', 1);
    limiter.take('a', 1);
    limiter.take('c', 1);
    expect([limiter.take('a', 1)!.allowed, limiter.take('b', 1)!.allowed]).toEqual([false, true]);
  });

  it('neither gives nor takes when the clock is set back', () => {
    const clock = new ManualClock(60_000);
    const limiter = new RateLimiter(clock, 10);
    limiter.take('a', 2);
    clock.set(0);
    expect([limiter.take('a', 2)!.allowed, limiter.take('a', 2)!.allowed]).toEqual([true, false]);
  });

  it('is off at 0', () => {
    expect(new RateLimiter(new ManualClock(0), 10).take('a', 0)).toBeNull();
  });

  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::7', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('counts %s as %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});
