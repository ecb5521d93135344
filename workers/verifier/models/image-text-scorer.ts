import { sharpOf, stretch, type Picture } from '../media/picture.js';
import { loadNetwork, type Network, type TokenTensor } from './inference.js';
import type { OpenVocabularyCard } from './optional.js';
import { sha256Of } from './package-file.js';
import { planesOf } from './planes.js';
import type { Provider } from './providers.js';
import { rounded } from './rounded.js';
import { readTokenizer, type Tokenizer } from './tokenizer.js';

/** A model that tells how well a picture fits a sentence. */
export interface ImageTextScorer {
  readonly model: string;
  readonly model_sha256: string;
  readonly provider: Provider;
  /** One score from 0 to 1 for each prompt, in their order. */
  score(picture: Picture, prompts: readonly string[]): Promise<number[]>;
}

/** The files of the card, already checked. */
export interface ScorerFiles {
  readonly vision: Buffer;
  readonly text: Buffer;
  readonly tokenizer: Buffer;
}

/** One hash names the three files: that of their hashes one after another. */
export function scorerSha256({ vision, text, tokenizer }: OpenVocabularyCard): string {
  return sha256Of([vision.file, text.file, tokenizer].map(({ sha256 }) => sha256).join(''));
}

/** Loads SigLIP, CLIP or a model of their kind: two networks that put pictures and sentences into one space. @throws {NoProvider} */
export async function loadImageTextScorer(
  card: OpenVocabularyCard,
  files: ScorerFiles,
  providers?: readonly Provider[],
): Promise<ImageTextScorer> {
  const vision = await loadNetwork(files.vision, providers);
  const text = await loadNetwork(files.text, [vision.provider]);
  const tokenizer = readTokenizer(files.tokenizer.toString('utf8'));
  const against = card.score.kind === 'softmax' ? card.score.against : [];
  const others = await Promise.all(against.map((prompt) => directionOfText(card, text, tokenizer, prompt)));
  return {
    model: card.model,
    model_sha256: scorerSha256(card),
    provider: vision.provider,
    async score(picture, prompts) {
      const seen = await directionOfPicture(card, vision, picture);
      const scores: number[] = [];
      for (const prompt of prompts) {
        const asked = await directionOfText(card, text, tokenizer, prompt);
        scores.push(rounded(scoreOf(card, cosine(seen, asked), others.map((other) => cosine(seen, other))))); // prettier-ignore
      }
      return scores;
    },
  };
}

function scoreOf({ score }: OpenVocabularyCard, cosineOfPrompt: number, cosinesOfOthers: readonly number[]): number {
  if (score.kind === 'sigmoid') return 1 / (1 + Math.exp(-(score.scale * cosineOfPrompt + score.bias)));
  const above = cosinesOfOthers.map((other) => Math.exp(score.scale * (other - cosineOfPrompt)));
  return 1 / (1 + above.reduce((sum, value) => sum + value, 0));
}

async function directionOfPicture(
  { picture: { side, fit, mean, deviation }, vision }: OpenVocabularyCard,
  network: Network,
  picture: Picture,
): Promise<Float32Array> {
  const rgb = await (fit === 'stretch' ? stretch(picture, side, side) : middleOf(picture, side));
  const outputs = await network.run(planesOf(rgb, side, side, { divisor: 255, mean, deviation }));
  return outputOf(outputs, vision.output);
}

function middleOf(picture: Picture, side: number): Promise<Buffer> {
  return sharpOf(picture).resize(side, side, { fit: 'cover' }).raw().toBuffer();
}

async function directionOfText(
  card: OpenVocabularyCard,
  network: Network,
  tokenizer: Tokenizer,
  prompt: string,
): Promise<Float32Array> {
  const { ids, mask } = frame(card, tokenizer.ids(cleaned(card, prompt)));
  const inputs: Record<string, TokenTensor> = { [TOKENS_INPUT]: tokensOf(ids) };
  if (network.inputs.includes(MASK_INPUT)) inputs[MASK_INPUT] = tokensOf(mask);
  return outputOf(await network.runTokens(inputs), card.text.output);
}

/** The names every export of these models gives its inputs. */
const TOKENS_INPUT = 'input_ids';
const MASK_INPUT = 'attention_mask';

function cleaned({ prompt: { lowercase, without_punctuation } }: OpenVocabularyCard, prompt: string): string {
  const cased = lowercase ? prompt.toLowerCase() : prompt;
  return without_punctuation ? cased.replace(/\p{P}/gu, '') : cased;
}

/** The ids between the card's own, cut and filled up to the length the network takes; the mask tells which are real. */
function frame({ prompt: { before, after, pad, length } }: OpenVocabularyCard, words: readonly number[]) {
  const kept = words.slice(0, Math.max(0, length - before.length - after.length));
  const real = [...before, ...kept, ...after].slice(0, length);
  const filling = length - real.length;
  return {
    ids: [...real, ...Array<number>(filling).fill(pad)],
    mask: [...real.map(() => 1), ...Array<number>(filling).fill(0)],
  };
}

function tokensOf(values: readonly number[]): TokenTensor {
  return { data: BigInt64Array.from(values, (value) => BigInt(value)), dims: [1, values.length] };
}

function outputOf(outputs: Awaited<ReturnType<Network['run']>>, name: string): Float32Array {
  const output = outputs[name];
  if (!output) throw new Error(`the network has no output ${name}, only ${Object.keys(outputs).join(', ')}`);
  return output.data;
}

/** 0 when either has no direction. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
