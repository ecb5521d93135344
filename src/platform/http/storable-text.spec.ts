import { mayBeUnstorable, unstorableIn } from './storable-text.js';

function paramOf(json: string): unknown {
  if (!mayBeUnstorable(json)) return 'not looked at';
  const refusal = unstorableIn(JSON.parse(json));
  return refusal && (refusal.facts.param ?? 'the whole');
}

describe('a text that cannot be given back as it came', () => {
  it.each([
    ['{"title":"a\\u0000b"}', 'title'],
    ['{"criteria":{"all":[{"text":{"pattern":"\\uD83D"}}]}}', 'criteria.all.0.text.pattern'],
    ['["\\udc00\\ud83d"]', '0'],
    ['"\\ud800"', 'the whole'],
    ['{"a":{"b\\u0000":1}}', 'a'],
  ])('is refused: %s', (json, param) => expect(paramOf(json)).toBe(param));

  it.each(['{"title":"\\ud83d\\udea2"}', '{"title":"\\\\u0000"}'])('is not one that only looks so: %s', (json) =>
    expect(paramOf(json)).toBeNull(),
  );

  it('costs nothing to look for where it cannot be', () => {
    expect(paramOf('{"title":"\\u001b\\u202e 港"}')).toBe('not looked at');
  });

  it('is found however deep it lies', () => {
    expect(paramOf(`${'['.repeat(100_000)}"\\u0000"${']'.repeat(100_000)}`)).toBe(Array(10).fill('0').join('.'));
  });
});
