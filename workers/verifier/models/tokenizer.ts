import { z } from 'zod';

/** Cuts a prompt into the numbers a text network was trained on. */
export interface Tokenizer {
  /** Ids of the pieces of a prompt, without any token of the card's frame. Unknown characters become the vocabulary's unknown piece, if any. */
  ids(prompt: string): number[];
}

const unigramSchema = z.object({
  type: z.literal('Unigram'),
  unk_id: z.int().min(0).nullable(),
  vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
});
const bpeSchema = z.object({
  type: z.literal('BPE'),
  vocab: z.record(z.string(), z.int().min(0)),
  merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  end_of_word_suffix: z.literal('</w>'),
  unk_token: z.string().nullish(),
});
const tokenizerSchema = z.object({ model: z.discriminatedUnion('type', [unigramSchema, bpeSchema]) });

/**
 * Reads the vocabulary of a `tokenizer.json`: Unigram with word marks, as SigLIP's, or byte-level BPE with `</w>`, as CLIP's. Of the rest
 * of the file (normalisers, special tokens) nothing is read: the model card says it.
 * @throws {Error} for any other kind of tokenizer, which would be misread.
 */
export function readTokenizer(json: string): Tokenizer {
  const { model } = tokenizerSchema.parse(JSON.parse(json));
  return model.type === 'Unigram' ? unigram(model) : bytePairs(model);
}

/** Marks the start of a word in the pieces of a Unigram vocabulary. */
const WORD_START = '▁';
/** Added to the lowest score of the vocabulary for a character no piece covers. */
const UNKNOWN_PENALTY = -10;

/** The cut with the highest sum of scores (logarithms of probabilities), found from left to right. */
function unigram({ vocab, unk_id }: z.infer<typeof unigramSchema>): Tokenizer {
  const pieces = new Map(vocab.map(([piece, score], id) => [piece, { id, score }]));
  const longest = Math.max(...vocab.map(([piece]) => Array.from(piece).length));
  const unknownScore = Math.min(...vocab.map(([, score]) => score)) + UNKNOWN_PENALTY;

  interface Cut {
    readonly score: number;
    readonly start: number;
    readonly id: number | null;
  }
  const bestCuts = (characters: readonly string[]): Cut[] => {
    const best: Cut[] = [{ score: 0, start: 0, id: null }];
    for (let end = 1; end <= characters.length; end++) {
      let cut: Cut = { score: best[end - 1]!.score + unknownScore, start: end - 1, id: unk_id };
      for (let start = Math.max(0, end - longest); start < end; start++) {
        const piece = pieces.get(characters.slice(start, end).join(''));
        const score = piece ? best[start]!.score + piece.score : -Infinity;
        if (piece && score > cut.score) cut = { score, start, id: piece.id };
      }
      best.push(cut);
    }
    return best;
  };
  return {
    ids(prompt) {
      const words = prompt.split(/\s+/).filter((word) => word !== '');
      const characters = Array.from(words.map((word) => WORD_START + word).join(''));
      const best = bestCuts(characters);
      const ids: number[] = [];
      for (let end = characters.length; end > 0; end = best[end]!.start) {
        const { id } = best[end]!;
        // Unknown characters side by side are one unknown piece.
        if (id !== null && !(id === unk_id && ids[0] === unk_id)) ids.unshift(id);
      }
      return ids;
    },
  };
}

/** CLIP's words: runs of letters, single digits, runs of anything else; English endings apart. */
const CLIP_WORDS = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/giu;

/** The pair that was learnt first is joined first, until no learnt pair is left in the word. */
function bytePairs({ vocab, merges, unk_token }: z.infer<typeof bpeSchema>): Tokenizer {
  const pairOf = (a: string, b: string): string => `${a} ${b}`;
  const ranks = new Map(merges.map((pair, rank) => [typeof pair === 'string' ? pair : pairOf(...pair), rank]));
  const unknown = unk_token == null ? undefined : vocab[unk_token];

  const piecesOf = (word: string): string[] => {
    const pieces = [...Buffer.from(word, 'utf8')].map((byte) => BYTE_LETTERS[byte]!);
    pieces.push(`${pieces.pop() ?? ''}</w>`);
    for (;;) {
      const rankAt = (i: number): number => ranks.get(pairOf(pieces[i]!, pieces[i + 1]!)) ?? Infinity;
      const places = pieces.slice(1).map((_, i) => i);
      const first = places.reduce((best, i) => (rankAt(i) < rankAt(best) ? i : best), 0);
      if (places.length === 0 || rankAt(first) === Infinity) return pieces;
      pieces.splice(first, 2, pieces[first]! + pieces[first + 1]!);
    }
  };
  return {
    ids(prompt) {
      const words = prompt.normalize('NFC').match(CLIP_WORDS) ?? [];
      return words.flatMap(piecesOf).flatMap((piece) => vocab[piece] ?? unknown ?? []);
    },
  };
}

/** GPT-2's letters for bytes: printable ones stand for themselves, the others for letters from U+0100 on. */
const BYTE_LETTERS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(printable ? byte : next++);
  });
})();
