import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';

/** Members in another order, at every depth. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([name, member]) => [name, reordered(member)])); // prettier-ignore
}

const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'));

describe('canonical JSON', () => {
  it('says the same as the value and nothing else', () => {
    fc.assert(
      fc.property(json, (value) => expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))),
    );
  });

  it('does not depend on the order in which members were written', () => {
    fc.assert(fc.property(json, (value) => expect(canonicalJson(reordered(value))).toBe(canonicalJson(value))));
  });

  it('of its own reading is itself', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('sorts members by UTF-16 code unit and writes numbers as RFC 8785 shows', () => {
    // The examples of RFC 8785, 3.2.2 and 3.2.3.
    expect(canonicalJson([333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0])).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0]'); // prettier-ignore
    const members = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
    expect(Object.values(JSON.parse(canonicalJson(members).replaceAll(/"1":/g, '"one":')) as object)).toEqual([2, 4, 6, 7, 1, 5, 3]); // prettier-ignore
  });

  it('leaves out members without a value, and keeps their place in a list', () => {
    expect(canonicalJson({ b: undefined, a: null })).toBe('{"a":null}');
    expect(canonicalJson([undefined, , 1])).toBe('[null,null,1]');
  });

  it.each([
    ['a bigint', 1n],
    ['NaN', NaN],
    ['infinity', -Infinity],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['nothing', undefined],
    ['a date', new Date(0)],
    ['a map', new Map([['a', 1]])],
    ['bytes', Uint8Array.of(1)],
    ['an object of a class', new (class Secret {})()],
  ])('refuses %s, wherever it is', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
    if (value !== undefined) expect(() => canonicalJson({ a: [value] })).toThrow(TypeError);
  });
});
