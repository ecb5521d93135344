import fc from 'fast-check';
import { fillTimesOf } from './fill-time.rules.js';
import { bucketsOf } from './price.buckets.js';

const HOUR = 3_600_000;
const fill = (hour: number, price: bigint) => ({ filled_at: hour * HOUR, price });
const shown = (fills: ReturnType<typeof fill>[], startsAt: number | null, until: number) =>
  bucketsOf(fills, startsAt === null ? null : startsAt * HOUR, until * HOUR).map(({ bucket }) => [
    bucket.starts_at / HOUR,
    bucket.ends_at / HOUR,
    bucket.fills,
  ]);

describe('the history of prices', () => {
  it('has a bucket for each hour with three fills, and longer ones where there are fewer', () => {
    const fills = [fill(1, 5n), fill(1.2, 3n), fill(1.9, 4n), fill(2, 9n), fill(5.5, 8n), fill(5.9, 7n), fill(6, 1n)];
    expect(shown(fills, null, 9)).toEqual([
      [1, 2, 3],
      [2, 6, 3],
    ]);
    expect(bucketsOf(fills, null, 9 * HOUR)[0]!.bucket).toMatchObject({
      price_min: 3n,
      price_median: 4n,
      price_max: 5n,
      volume: 12n,
    });
  });

  it('tells nothing of an hour that is not over, and counts what comes late from where the last bucket ended', () => {
    const fills = [fill(1, 5n), fill(1.2, 3n), fill(1.9, 4n)];
    expect(shown(fills, null, 1.99)).toEqual([]);
    expect(shown(fills, 4, 5)).toEqual([[4, 5, 3]]);
  });

  it('has buckets of three fills or more that never overlap, and more fills later change none, for any fills', () => {
    const any = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.bigInt(1n, 9n)), { maxLength: 40 })
      .map((pairs) => pairs.sort(([a], [b]) => a - b).map(([at, price]) => fill(at / 2, price)));
    fc.assert(
      fc.property(any, fc.nat(30), (fills, hour) => {
        const all = bucketsOf(fills, null, 40 * HOUR).map(({ bucket }) => bucket);
        const earlier = bucketsOf(
          fills.filter(({ filled_at }) => filled_at < hour * HOUR),
          null,
          hour * HOUR,
        ).map(({ bucket }) => bucket);
        expect(all.slice(0, earlier.length)).toEqual(earlier);
        all.forEach((bucket, n) => {
          expect(bucket.fills).toBeGreaterThanOrEqual(3);
          expect(bucket.starts_at).toBeGreaterThanOrEqual(all[n - 1]?.ends_at ?? 0);
          const inside = fills.filter(({ filled_at }) => filled_at >= bucket.starts_at && filled_at < bucket.ends_at);
          expect(bucket.fills).toBe(inside.length);
          expect(bucket.volume).toBe(inside.reduce((sum, { price }) => sum + price, 0n));
        });
      }),
    );
  });
});

describe('the time a slot takes to be filled', () => {
  const waited = (...seconds: number[]) => seconds.map((s) => ({ opened_at: 0, filled_at: s * 1_000 }));

  it('is told from three fills on', () => {
    expect(fillTimesOf(waited(10, 20))).toBeNull();
    expect(fillTimesOf(waited(30, 10, 20))).toEqual({ p50: 20, p90: 30, fills: 3 });
    expect(fillTimesOf(waited(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toEqual({ p50: 5, p90: 9, fills: 10 });
  });
});
