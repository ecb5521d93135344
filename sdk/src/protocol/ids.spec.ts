import fc from 'fast-check';
import { ID_PREFIXES, idSchema, type IdKind } from './ids.js';

const KINDS = Object.keys(ID_PREFIXES) as IdKind[];
const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });

describe('an id', () => {
  it('is taken as its own kind and as no other', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.constantFrom(...KINDS), hex, (kind, asked, digits) => {
        const id = `${ID_PREFIXES[kind]}_${digits}`;
        expect(idSchema(asked).safeParse(id).success).toBe(ID_PREFIXES[kind] === ID_PREFIXES[asked]);
      }),
    );
  });

  it('has a prefix that no other kind has', () => {
    expect(new Set(Object.values(ID_PREFIXES)).size).toBe(KINDS.length);
  });

  it.each([
    '',
    'bty_',
    `bty_${'A'.repeat(32)}`,
    `bty_${'0'.repeat(31)}`,
    `bty_${'0'.repeat(33)}`,
    `bty_${'0'.repeat(32)}\n`,
    `xbty_${'0'.repeat(32)}`,
    `bty-${'0'.repeat(32)}`,
  ])('is never %p', (text) => {
    expect(idSchema('bounty').safeParse(text).success).toBe(false);
  });
});
