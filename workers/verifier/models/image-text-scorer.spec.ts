/** @jest-environment ./test/support/inference-environment.cjs */
import type { Picture } from '../media/picture.js';
import { loadImageTextScorer } from './image-text-scorer.js';
import { TINY_FILES, tinyCard } from './image-text-scorer.fixture.js';

const filled = (red: number, green: number, blue: number): Picture => ({
  width: 16,
  height: 12,
  rgb: Buffer.from(Array.from({ length: 16 * 12 }, () => [red, green, blue]).flat()),
});
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe('a model that holds pictures against sentences', () => {
  it('scores by the sigmoid of the cosine', async () => {
    const scorer = await loadImageTextScorer(tinyCard(), TINY_FILES, ['cpu']);
    const [red, blue, purple] = await scorer.score(filled(200, 0, 0), ['Red!', 'blue', 'red blue']);
    expect(red).toBeCloseTo(sigmoid(10), 3);
    expect(blue).toBeCloseTo(sigmoid(-10), 3);
    expect(purple).toBeCloseTo(sigmoid(20 * Math.SQRT1_2 - 10), 3);
    expect([scorer.model, scorer.provider]).toEqual(['tiny', 'cpu']);
  });

  it('scores by the share among fixed other sentences', async () => {
    const card = tinyCard({ score: { kind: 'softmax', scale: 2, against: ['green', 'blue'] } });
    const scorer = await loadImageTextScorer(card, TINY_FILES, ['cpu']);
    const [red, green] = await scorer.score(filled(90, 0, 0), ['red', 'green']);
    expect(red).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 2), 3);
    expect(green).toBeCloseTo(1 / 3, 3);
  });

  it('sees only the middle of a picture that it cuts', async () => {
    const card = tinyCard({ picture: { side: 8, fit: 'centre', mean: [0, 0, 0], deviation: [1, 1, 1] } });
    const scorer = await loadImageTextScorer(card, TINY_FILES, ['cpu']);
    const rgb = Buffer.alloc(48 * 16 * 3);
    for (let i = 0; i < 48 * 16; i++) rgb[3 * i + (i % 48 < 12 || i % 48 >= 36 ? 2 : 0)] = 255;
    const [red, blue] = await scorer.score({ width: 48, height: 16, rgb }, ['red', 'blue']);
    expect([red! > 0.99, blue! < 0.01]).toEqual([true, true]);
  });

  it('cuts a prompt that is too long at its end and keeps the closing token', async () => {
    const scorer = await loadImageTextScorer(tinyCard(), TINY_FILES, ['cpu']);
    const [long] = await scorer.score(filled(0, 0, 200), ['blue blue blue red red red']);
    expect(long).toBeCloseTo(sigmoid(10), 3);
  });

  it('fits nothing when no word of the prompt is known', async () => {
    const scorer = await loadImageTextScorer(tinyCard(), TINY_FILES, ['cpu']);
    expect(await scorer.score(filled(9, 9, 9), ['漢字'])).toEqual([Number(sigmoid(-10).toFixed(4))]);
  });

  it('names an output that the network does not have', async () => {
    const card = tinyCard({ vision: { file: tinyCard().vision.file, output: 'pooler_output' } });
    const scorer = await loadImageTextScorer(card, TINY_FILES, ['cpu']);
    await expect(scorer.score(filled(1, 1, 1), ['red'])).rejects.toThrow(/no output pooler_output, only image_embeds/);
  });
});

describe('the card of an open vocabulary', () => {
  it('is refused when its bars are in the wrong order, or a file is a path', () => {
    const thresholds = { pass_at: 0.3, fail_below: 0.6, absent_below: 0.1, guard_band: 0 };
    expect(() => tinyCard({ thresholds })).toThrow(/absent_below/);
    expect(() => tinyCard({ tokenizer: { name: '../keys/test', sha256: '00'.repeat(32) } })).toThrow();
  });
});
