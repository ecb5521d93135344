import { RE2JS } from 're2js';
import { textAgainst, textFor } from './pattern-text.js';

const matches = (pattern: string, text: string) => RE2JS.compile(pattern).matcher(text).find();

describe('a text for a pattern', () => {
  it.each([
    'OPEN|CLOSED',
    '^(OPEN|CLOSED)$',
    'ROOM \\d{1,3}',
    '[A-Z]{3}-[0-9]{2,}',
    '(?i)open now',
    '(?P<day>MON|TUE)-?(?:AM|PM)',
    '[[:upper:]]{4}\\b',
    'A+B*C?D',
    '[^A-Y0-9]{2}',
    '\\w{5}',
    'Q(?i:uay) 4',
  ])('matches %s, whatever the seed', (pattern) => {
    for (const seed of ['a', 'b', 'c', 'd']) expect(matches(pattern, textFor(pattern, seed)!)).toBe(true);
  });

  it('varies with the seed, and with nothing else', () => {
    const drawn = (seed: string) => textFor('[A-Z]{8}', seed);
    expect(drawn('a')).toBe(drawn('a'));
    expect(drawn('a')).not.toBe(drawn('b'));
  });

  it.each(['open', 'Öl', '[a-z]+', '[A-Z]{40}', '\\p{Greek}+', '€ 5'])('is not made up for %s', (pattern) => {
    expect(textFor(pattern, 'a')).toBeNull();
  });
});

describe('repetitions of repetitions', () => {
  it.each(['A', '^'])('of %s end', (part) => {
    const pattern = `${'('.repeat(60)}${part}${'+)'.repeat(60)}`;
    expect([null, 'A']).toContain(textFor(pattern, 'a')?.slice(0, 1) ?? null);
  });
});

describe('a text against patterns', () => {
  it('is matched by none of them', () => {
    const patterns = ['OPEN|CLOSED', '\\d+'];
    const text = textAgainst(patterns, 'a')!;
    expect(patterns.filter((pattern) => matches(pattern, text))).toEqual([]);
  });

  it('is not found where all matches', () => {
    expect(textAgainst(['[A-Z]', '\\d'], 'a')).toBeNull();
  });
});
