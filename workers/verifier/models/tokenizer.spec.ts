import { readTokenizer } from './tokenizer.js';

describe('a unigram tokenizer', () => {
  const vocab: [string, number][] = [
    ['<pad>', 0],
    ['</s>', 0],
    ['<unk>', 0],
    ['▁a', -2],
    ['▁', -4],
    ['▁boat', -5],
    ['▁bo', -4],
    ['at', -3],
    ['s', -3],
    ['b', -6],
    ['o', -6],
  ];
  const tokenizer = readTokenizer(JSON.stringify({ model: { type: 'Unigram', unk_id: 2, vocab } }));
  const pieces = (prompt: string) => tokenizer.ids(prompt).map((id) => vocab[id]![0]);

  it('takes the cut with the highest sum of scores', () => {
    expect(pieces('a boat')).toEqual(['▁a', '▁boat']);
    expect(pieces('boats')).toEqual(['▁boat', 's']);
    expect(pieces('ab')).toEqual(['▁a', 'b']);
  });

  it('ignores white space beyond the first', () => {
    expect(pieces('  a \n boat ')).toEqual(['▁a', '▁boat']);
    expect(pieces('')).toEqual([]);
  });

  it('has one unknown piece for unknown characters side by side', () => {
    expect(pieces('漢字 a')).toEqual(['▁', '<unk>', '▁a']);
    expect(pieces('o漢o')).toEqual(['▁', 'o', '<unk>', 'o']);
  });
});

describe('a byte-pair tokenizer', () => {
  const vocab = { a: 1, b: 2, 'a</w>': 3, 'b</w>': 4, ab: 5, 'ab</w>': 6, 'abab</w>': 7, '1</w>': 8, '!</w>': 9, 'Ã': 10, '¤</w>': 11, "'": 12, 's</w>': 13, "'s</w>": 14 }; // prettier-ignore
  const read = (merges: unknown[]) =>
    readTokenizer(
      JSON.stringify({ model: { type: 'BPE', vocab, merges, end_of_word_suffix: '</w>', unk_token: null } }),
    );
  const tokenizer = read(['a b</w>', 'a b', 'ab ab</w>', "' s</w>"]);

  it('joins the pairs learnt first, first', () => {
    expect(tokenizer.ids('abab')).toEqual([7]);
    expect(tokenizer.ids('ab')).toEqual([6]);
    expect(tokenizer.ids('ba')).toEqual([2, 3]);
    expect(read([['a', 'b</w>'], ['a', 'b'], ['ab', 'ab</w>']]).ids('abab')).toEqual([7]); // prettier-ignore
  });

  it('cuts letters, digits, marks and English endings apart', () => {
    expect(tokenizer.ids("ab 1 1!a's")).toEqual([6, 8, 8, 9, 3, 14]);
  });

  it('spells what is beyond ASCII by its bytes', () => {
    expect(tokenizer.ids('ä')).toEqual([10, 11]);
  });

  it('is refused when it is of another kind', () => {
    const wordPiece = { model: { type: 'WordPiece', vocab: {} } };
    expect(() => readTokenizer(JSON.stringify(wordPiece))).toThrow();
    const otherBpe = { model: { type: 'BPE', vocab: {}, merges: [], end_of_word_suffix: null } };
    expect(() => readTokenizer(JSON.stringify(otherBpe))).toThrow();
  });
});
