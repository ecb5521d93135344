import { keyOf } from './money.js';

const args = { bounty_id: 'bty_1', price: { schedule: 'fixed', amount: '5' } };

describe('the key of a call', () => {
  it('is the one that was given', () => {
    expect(keyOf('raise_bounty', { ...args, idempotency_key: 'mine' })).toBe('mine');
  });

  it('follows from tool and arguments, in whatever order they are written', () => {
    const { price, bounty_id } = args;
    expect(keyOf('raise_bounty', { price: { amount: price.amount, schedule: price.schedule }, bounty_id })).toBe(
      keyOf('raise_bounty', args),
    );
    expect(keyOf('raise_bounty', args)).toMatch(/^mcp-[0-9a-f]{64}$/);
  });

  it('is another for another tool, and for any other argument', () => {
    const keys = [
      keyOf('raise_bounty', args),
      keyOf('cancel_bounty', args),
      keyOf('raise_bounty', { ...args, price: { ...args.price, amount: '6' } }),
    ];
    expect(new Set(keys).size).toBe(3);
  });
});
