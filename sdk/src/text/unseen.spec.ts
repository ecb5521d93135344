import fc from 'fast-check';
import { textOf } from '../cli/output.js';
import { escapedJson, escapeUnseen } from './unseen.js';

/** What must never reach a terminal: controls, C1 included, bidi, zero width, tags, separators, lone surrogates. */
const DANGEROUS = [
  '\u001b[2J', '\u009b31m', '\u0007', '\u0008', '\u007f', '\r\n', '\t', '\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\u00ad', '\u2028',
  '\u{e0041}', '\ufff9', '\ufe0f', '\u{e0100}', '\u180b', '\u034f', '\u115f', '\u17b4', '\uffa0', '\u061c', '\u3164', '\u2800', '\ud800',
]; // prettier-ignore

describe('text for a terminal', () => {
  it.each(DANGEROUS)('spells %j out', (piece) => {
    for (const character of piece.replaceAll(/[\x20-\x7e]/g, '')) expect(escapeUnseen(`a${piece}b`)).not.toContain(character);
    expect(escapeUnseen(`a${piece}b`)).toMatch(/^a(\\u\{[0-9a-f]+\}|[\x20-\x7e])+b$/);
  }); // prettier-ignore

  it('leaves what people write as it is', () => {
    for (const text of ['Harbour wall, boats visible', '長崎の港', 'Ναγκασάκι', 'שלום', 'é 🐑', 'a\\b "c"']) {
      expect(escapeUnseen(text)).toBe(text);
    }
  });

  it('never holds anything unsafe, whatever it is made of, and is the same when done twice', () => {
    const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom(...DANGEROUS)).map((all) => all.join('x')));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(escapeUnseen(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\ufe00-\ufe0f]/u);
        expect(escapeUnseen(escapeUnseen(text))).toBe(escapeUnseen(text));
      }),
    );
  }); // prettier-ignore

  it('is one line for each line, whatever is in it, and aligned by what is shown', () => {
    expect(textOf([['a\nb', 'c'], ['d', '\u001b[31m']])).toBe('a\\u{a}b  c\nd        \\u{1b}[31m\n');
  }); // prettier-ignore
});

describe('JSON for a terminal', () => {
  it('means the same, and holds nothing unsafe', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = escapedJson({ title: text, bad: DANGEROUS.slice(0, -1) });
        expect(written).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u);
        expect(JSON.parse(written)).toEqual({ title: text, bad: DANGEROUS.slice(0, -1) });
      }),
    );
  });
});
