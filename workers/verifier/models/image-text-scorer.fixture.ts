import type { ScorerFiles } from './image-text-scorer.js';
import { openVocabularyCardSchema, type OpenVocabularyCard } from './optional.js';
import { sha256Of } from './package-file.js';
import { tinyOnnx } from './tiny-onnx.fixture.js';

/** A picture's direction is its mean colour; a sentence's, the sum of those of its words: `red`, `green`, `blue`. */
const vision = tinyOnnx({
  inputs: { pixel_values: { shape: ['N', 3, 8, 8] } },
  outputs: { image_embeds: ['N', 3] },
  constants: {},
  nodes: [{ op: 'ReduceMean', inputs: ['pixel_values'], outputs: ['image_embeds'], attributes: { axes: [2, 3], keepdims: 0 } }], // prettier-ignore
});
const WORDS: readonly [piece: string, score: number, direction: readonly number[]][] = [
  ['<pad>', 0, [0, 0, 0]],
  ['</s>', 0, [0, 0, 0]],
  ['<unk>', 0, [0, 0, 0]],
  ['▁red', -1, [1, 0, 0]],
  ['▁green', -1, [0, 1, 0]],
  ['▁blue', -1, [0, 0, 1]],
];
const text = tinyOnnx({
  inputs: { input_ids: { shape: ['N', 4], integers: true }, attention_mask: { shape: ['N', 4], integers: true } },
  outputs: { text_embeds: ['N', 3] },
  constants: {
    table: { shape: [WORDS.length, 3], values: WORDS.flatMap(([, , direction]) => direction) },
    axes: { shape: [1], values: [2], integers: true },
    along: { shape: [1], values: [1], integers: true },
  },
  nodes: [
    { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['words'], attributes: { axis: 0 } },
    { op: 'Cast', inputs: ['attention_mask'], outputs: ['real'], attributes: { to: 1 } },
    { op: 'Unsqueeze', inputs: ['real', 'axes'], outputs: ['weight'] },
    { op: 'Mul', inputs: ['words', 'weight'], outputs: ['weighted'] },
    { op: 'ReduceSum', inputs: ['weighted', 'along'], outputs: ['text_embeds'], attributes: { keepdims: 0 } },
  ],
});
const vocabulary = WORDS.map(([piece, score]) => [piece, score]);
const tokenizer = Buffer.from(JSON.stringify({ model: { type: 'Unigram', unk_id: 2, vocab: vocabulary } }));

export const TINY_FILES: ScorerFiles = { vision, text, tokenizer };

/** A card of the tiny networks above, changed as asked. */
export function tinyCard(change: object = {}): OpenVocabularyCard {
  const file = (name: string, bytes: Buffer) => ({ name, sha256: sha256Of(bytes) });
  return openVocabularyCardSchema.parse({
    model: 'tiny',
    vision: { file: file('tiny-vision.onnx', vision), output: 'image_embeds' },
    text: { file: file('tiny-text.onnx', text), output: 'text_embeds' },
    tokenizer: file('tiny-tokenizer.json', tokenizer),
    picture: { side: 8, fit: 'stretch', mean: [0, 0, 0], deviation: [1, 1, 1] },
    prompt: { before: [], after: [1], pad: 0, length: 4, lowercase: true, without_punctuation: true },
    score: { kind: 'sigmoid', scale: 20, bias: -10 },
    thresholds: { pass_at: 0.6, fail_below: 0.3, absent_below: 0.1, guard_band: 0.02 },
    ...change,
  });
}
