/** What a recogniser's output says: the text, and how sure it was of its characters on average, 0 to 1. */
export interface Reading {
  readonly text: string;
  readonly confidence: number;
}

/**
 * Greedy CTC decoding of `probabilities` [steps, alphabet.length]: the likeliest symbol of each step, repeats merged, symbol 0
 * (blank) dropped. Confidence is the mean of the symbols kept; 0 for no text.
 */
export function decodeCtc(probabilities: Float32Array, alphabet: readonly string[]): Reading {
  const size = alphabet.length;
  let text = '';
  let [sum, kept, previous] = [0, 0, 0];
  for (let start = 0; start + size <= probabilities.length; start += size) {
    let best = 0;
    let share = probabilities[start] ?? 0;
    for (let symbol = 1; symbol < size; symbol++) {
      const value = probabilities[start + symbol] ?? 0;
      if (value > share) [best, share] = [symbol, value];
    }
    if (best !== 0 && best !== previous) {
      text += alphabet[best] ?? '';
      sum += share;
      kept += 1;
    }
    previous = best;
  }
  return { text, confidence: kept === 0 ? 0 : sum / kept };
}
