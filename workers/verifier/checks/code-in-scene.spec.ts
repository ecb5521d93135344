import fc from 'fast-check';
import { read, evidenceOf, ok } from '../verify.fixture.js';
import { challenge } from './challenge.js';
import { readCode } from './code-in-scene.js';

const ALPHABET = 'ACDEFHKMNPQRTWXY479';
const anyCode = fc
  .array(fc.constantFrom(...ALPHABET), { minLength: 6, maxLength: 6 })
  .map((letters) => `${letters.slice(0, 3).join('')}-${letters.slice(3).join('')}`);
const readLines = (code: string, ...lines: string[]) =>
  readCode(
    lines.map((text) => ({ text })),
    code,
  );

describe('the code in the scene', () => {
  it.each([
    ['as it was issued', ['KX7-42P']],
    ['without its hyphen and in lower case', ['kx742p']],
    ['amid other text', ['Harbour office', 'today KX7 - 42P ok']],
    ['across two lines', ['KX7-', '42P']],
    ['in full-width letters', ['ＫＸ７－４２Ｐ']],
  ])('is read %s', (_how, lines) => {
    expect(readLines('KX7-42P', ...lines)).toBe('exact');
  });

  it.each([
    ['one wrong character', 'KX7-42R', 'near'],
    ['one character missing', 'KX-42P', 'near'],
    ['one character too many', 'KX7-4A2P', 'near'],
    ['two wrong characters', 'KX7-4RR', 'absent'],
    ['two characters missing', 'X7-42', 'absent'],
    ['two swapped characters', 'KX7-24P', 'absent'],
    ['a look-alike, which is one wrong character', 'KX7-4ZP', 'near'],
    ['nothing', '', 'absent'],
  ])('with %s is %s → %s', (_what, text, reading) => {
    expect(readLines('KX7-42P', text)).toBe(reading);
  });

  it('is exact however it is written, near after one edit and never exact after one', () => {
    fc.assert(
      fc.property(anyCode, fc.nat({ max: 5 }), fc.constantFrom('0', 'B', 'G', 'S', 'Z'), (code, at, wrong) => {
        const bare = code.replace('-', '');
        expect(readLines(code, `*${bare.slice(0, at)} ${bare.slice(at)}*`)).toBe('exact');
        expect(readLines(code, bare.slice(0, at) + wrong + bare.slice(at + 1))).toBe('near');
        expect(readLines(code, bare.slice(0, at) + bare.slice(at + 1))).toBe('near');
      }),
    );
  });

  it.each([
    ['KX7-42P', 'pass', {}],
    ['KX7-42R', 'inconclusive', { hint: 'retake', reason: 'code_nearly_read' }],
    ['OPEN', 'fail', { reason: 'code_not_read' }],
  ])('makes the challenge of a picture that says %s %s', (text, status, evidence) => {
    const result = challenge(evidenceOf({ criteria: { code_in_scene: true } }, { text: ok(read(text)) }));
    expect(result).toMatchObject({ status, evidence, provider: 'cpu' });
  });
});
