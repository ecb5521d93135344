import fc from 'fast-check';
import { DELIVERY_TRANSITIONS } from './delivery.machine.js';
import { ENDPOINT_TRANSITIONS } from './endpoint.machine.js';
import { outcomeOf, pauseAfter, verdictOf } from './retry.rules.js';

const status = (code: number, retry_after_s: number | null = null) => ({ status: code, retry_after_s });

describe('a failed attempt', () => {
  it('is followed by a pause of the table, a fifth more or less', () => {
    const table_s = [2, 8, 32, 128, 512, 2_048, 8_192, 21_600, 21_600];
    expect(table_s.map((_, at) => pauseAfter(at + 1, 0.5) / 1_000)).toEqual(table_s);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, dice) => {
        const middle = pauseAfter(attempts, 0.5);
        expect(Math.abs(pauseAfter(attempts, dice) - middle)).toBeLessThanOrEqual(0.2 * middle + 1);
      }),
    );
  });

  it('is the last one when the next would come too late, to the millisecond', () => {
    const verdict = (give_up_at: number) => verdictOf({ attempts: 1, give_up_at }, status(500), 0, 0.5);
    expect([verdict(2_000), verdict(1_999)]).toEqual([{ move: 'wait', due_at: 2_000 }, { move: 'give_up' }]);
  });

  it('waits as long as the receiver asks, but an hour at most', () => {
    const due = (asked: number) => verdictOf({ attempts: 1, give_up_at: 9e9 }, status(429, asked), 0, 0.5);
    expect([due(1), due(60), due(999_999)]).toMatchObject([
      { due_at: 2_000 },
      { due_at: 60_000 },
      { due_at: 3_600_000 },
    ]);
  });

  it('is whatever is not 2xx', () => {
    const codes = [199, 200, 299, 300, 399, 400, 410, 500];
    expect(codes.map((code) => outcomeOf(status(code)))).toEqual(['status', 'delivered', 'delivered', 'redirect', 'redirect', 'status', 'status', 'status']); // prettier-ignore
  });
});

describe('the tables', () => {
  it('end an endpoint for good, and a delivery until it is replayed', () => {
    expect(ENDPOINT_TRANSITIONS.deleted).toEqual({});
    expect([DELIVERY_TRANSITIONS.delivered, DELIVERY_TRANSITIONS.dead]).toEqual([
      { replay: 'pending' },
      { replay: 'pending' },
    ]);
  });
});
