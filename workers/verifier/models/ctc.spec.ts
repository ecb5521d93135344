import { decodeCtc } from './ctc.js';

const ALPHABET = ['', 'A', 'B'];
const steps = (...symbols: [number, number][]): Float32Array => {
  return Float32Array.from(
    symbols.flatMap(([symbol, share]) => ALPHABET.map((_, i) => (i === symbol ? share : (1 - share) / 2))),
  );
};

describe('a reading', () => {
  it('merges repeats, keeps doubles that a blank divides, and drops blanks', () => {
    const output = steps([0, 0.9], [1, 0.9], [1, 0.9], [0, 0.9], [1, 0.9], [2, 0.9], [2, 0.9]);
    expect(decodeCtc(output, ALPHABET)).toEqual({ text: 'AAB', confidence: expect.closeTo(0.9, 6) as number });
  });

  it('is as sure as its letters are on average, whatever the blanks', () => {
    expect(decodeCtc(steps([1, 1], [0, 0.4], [2, 0.5]), ALPHABET).confidence).toBeCloseTo(0.75, 6);
  });

  it('of nothing is no text and no confidence', () => {
    expect(decodeCtc(steps([0, 1], [0, 1]), ALPHABET)).toEqual({ text: '', confidence: 0 });
    expect(decodeCtc(new Float32Array(), ALPHABET)).toEqual({ text: '', confidence: 0 });
  });
});
