import fc from 'fast-check';
import { toHex } from './bytes.js';
import { commit, leafBytes, type Leaf } from './leaf.js';

const SALT = 'ab'.repeat(32);
const salts = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex);
const LEAF: Leaf = { v: 1, type: 'verdict', id: `vrd_${'0'.repeat(32)}`, commitment: 'cd'.repeat(32) };

describe('a leaf', () => {
  it('is hashed as canonical JSON of four members', () => {
    const text = `{"commitment":"${'cd'.repeat(32)}","id":"vrd_${'0'.repeat(32)}","type":"verdict","v":1}`;
    expect(new TextDecoder().decode(leafBytes(LEAF))).toBe(text);
  });

  it('has no room for anything else', () => {
    expect(() => leafBytes({ ...LEAF, place: 'here' } as Leaf)).toThrow();
    expect(() => leafBytes({ ...LEAF, id: 'alice@example.com' })).toThrow();
    expect(() => leafBytes({ ...LEAF, commitment: 'CD'.repeat(32) })).toThrow();
  });
});

describe('a commitment', () => {
  it('does not depend on the order of members', () => {
    expect(commit({ a: 1, b: [2, 3] }, SALT)).toBe(commit({ b: [2, 3], a: 1 }, SALT));
  });

  it('is SHA-256 over the bytes of the salt and the canonical JSON', () => {
    // From sha256sum over 32 bytes 0xab and {"a":1}.
    expect(commit({ a: 1 }, SALT)).toBe('3c0e6e9fd260c6edcbee0d4c55ed0620533658d625379175bec5089d8f73d898');
  });

  it('differs for another salt and for another record', () => {
    fc.assert(
      fc.property(salts, salts, fc.string(), fc.string(), (salt, otherSalt, record, otherRecord) => {
        fc.pre(salt !== otherSalt && record !== otherRecord);
        expect(new Set([commit(record, salt), commit(record, otherSalt), commit(otherRecord, salt)]).size).toBe(3);
      }),
    );
  });

  it('refuses a salt that is not 32 bytes', () => {
    expect(() => commit({}, 'ab'.repeat(31))).toThrow();
    expect(() => commit({}, '')).toThrow();
  });
});
