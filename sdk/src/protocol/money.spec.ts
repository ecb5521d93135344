import fc from 'fast-check';
import {
  allocate,
  AMOUNT_MICROS_MAX,
  amountOutSchema,
  amountSchema,
  formatAmount,
  mulCeil,
  mulFloor,
  parseAmount,
  positiveAmountSchema,
} from './money.js';

const micros = fc.bigInt({ min: 0n, max: AMOUNT_MICROS_MAX });

describe('an amount', () => {
  it('is the same after being written and read', () => {
    fc.assert(
      fc.property(micros, (amount) => {
        const text = formatAmount(amount);
        expect(text).toMatch(/^\d+\.\d{6}$/);
        expect(parseAmount(text)).toBe(amount);
        expect(amountSchema.parse(text)).toBe(amount);
        expect(amountOutSchema.parse(text)).toBe(text);
      }),
    );
  });

  it('may be written with fewer decimals', () => {
    fc.assert(
      fc.property(micros, (amount) => {
        const short = formatAmount(amount).replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros.includes('.') ? zeros : '')); // prettier-ignore
        expect(parseAmount(short)).toBe(amount);
      }),
    );
    expect(parseAmount('1.5')).toBe(1_500_000n);
    expect(parseAmount('0')).toBe(0n);
  });

  it.each([
    '1e-7',
    '-1',
    '1.5abc',
    '',
    ' 1',
    '1 ',
    '+1',
    '1.',
    '.5',
    '01',
    '1,5',
    '0x1',
    '1.0000001',
    'NaN',
    'Infinity',
    '1\n',
    '１',
    '1000000000.000001',
    '99999999999',
  ])('is never read from %p', (text) => {
    expect(parseAmount(text)).toBeNull();
    expect(amountSchema.safeParse(text).success).toBe(false);
  });

  it('is never read from a number', () => {
    expect(amountSchema.safeParse(5).success).toBe(false);
    expect(amountSchema.safeParse(5n).success).toBe(false);
  });

  it('is read from text only as a person would read it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.e-+ '), maxLength: 14 }), (text) => {
        const amount = parseAmount(text);
        if (amount !== null) expect(formatAmount(amount)).toBe(`${text.split('.')[0]}.${(text.split('.')[1] ?? '').padEnd(6, '0')}`); // prettier-ignore
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps its sign when it is a balance below zero', () => {
    fc.assert(
      fc.property(micros, (amount) => expect(formatAmount(-amount - 1n)).toBe(`-${formatAmount(amount + 1n)}`)),
    );
  });

  it('that has to be positive is refused at zero and taken one micro above', () => {
    expect(positiveAmountSchema.safeParse('0.000000').success).toBe(false);
    expect(positiveAmountSchema.parse('0.000001')).toBe(1n);
  });
});

describe('a split', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 12 }).filter((all) => all.some((weight) => weight > 0n)); // prettier-ignore

  it('sums to the whole, and no part is a micro away from its exact share', () => {
    fc.assert(
      fc.property(micros, weights, (total, parts) => {
        const split = allocate(total, parts);
        const sum = parts.reduce((a, b) => a + b);
        expect(split.reduce((a, b) => a + b)).toBe(total);
        split.forEach((part, i) => {
          expect(part === mulFloor(total, parts[i]!, sum) || part === mulCeil(total, parts[i]!, sum)).toBe(true);
        });
      }),
    );
  });

  it('gives nothing for no weight, and the odd micro to the earlier of equals', () => {
    expect(allocate(10n, [0n, 1n, 0n])).toEqual([0n, 10n, 0n]);
    expect(allocate(5n, [1n, 1n, 1n])).toEqual([2n, 2n, 1n]);
  });

  it.each([[[]], [[0n, 0n]], [[1n, -1n]], [[-1n]]])('by the weights %p is refused', (bad) => {
    expect(() => allocate(1n, bad)).toThrow(RangeError);
  });

  it('of less than nothing is refused', () => {
    expect(() => allocate(-1n, [1n])).toThrow(RangeError);
  });
});

describe('a product', () => {
  it('rounds as its name says, by less than one micro', () => {
    const some = fc.bigInt({ min: 1n, max: 10n ** 6n });
    fc.assert(
      fc.property(micros, some, some, (amount, numerator, denominator) => {
        const [floor, ceil] = [mulFloor(amount, numerator, denominator), mulCeil(amount, numerator, denominator)];
        const exact = amount * numerator;
        expect(floor * denominator <= exact && exact < (floor + 1n) * denominator).toBe(true);
        expect(ceil * denominator >= exact && exact > (ceil - 1n) * denominator).toBe(true);
      }),
    );
  });
});
