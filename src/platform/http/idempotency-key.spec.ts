import { idempotencyKeyOf } from './idempotency-key.js';

describe('an Idempotency-Key', () => {
  const read = (key?: string) => idempotencyKeyOf({ headers: key === undefined ? {} : { 'idempotency-key': key } });

  it.each(['a', 'a'.repeat(200), '!~', '3f2c7f7e-0b1d-4a53-8d0b-6a6f7b6b2f10'])('may be %s', (key) => {
    expect(read(key)).toBe(key);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['201 characters long', 'a'.repeat(201)],
    ['two words', 'a b'],
    ['two headers, which Node joins', 'a, b'],
    ['not ASCII', 'ä'],
    ['a control character', 'a\u007f'],
  ])('is refused when it is %s', (_what, key) => {
    expect(() => read(key)).toThrow(/^idempotency_key_required/);
  });
});
