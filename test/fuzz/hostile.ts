import { MEDIA_TYPES } from '@groundtruth/sdk/protocol';
import { Dice } from './dice.js';
import { mutate } from './mutations.js';
import { polyglot } from './polyglots.js';
import type { Seed } from './seeds.js';

const SOUND_SHARE = 0.01;
const POLYGLOT_SHARE = 0.08;
/** How often a sender says the truth about the type: a wrong word ends most looks at once. */
const HONEST_TYPE_SHARE = 0.95;

export interface HostileFile {
  readonly index: number;
  /** What was done to it. */
  readonly kind: 'sound' | 'polyglot' | 'mutated';
  readonly seed: string;
  readonly media_type: Seed['media_type'];
  readonly bytes: Buffer;
}

/** The hostile file of this number: the same bytes in every run with the same seeds. */
export function hostileFile(seeds: readonly Seed[], runSeed: number, index: number): HostileFile {
  const dice = new Dice(runSeed, index);
  const seed = dice.of(seeds);
  const media_type = dice.chance(HONEST_TYPE_SHARE) ? seed.media_type : dice.of(MEDIA_TYPES);
  const file = { index, seed: seed.name, media_type };
  const lot = dice.below(1_000) / 1_000;
  if (lot < SOUND_SHARE) return { ...file, kind: 'sound', bytes: seed.bytes };
  if (lot < SOUND_SHARE + POLYGLOT_SHARE) {
    const [jpeg, png] = ['jpeg', 'png'].map((name) => seeds.find((one) => one.name === name)!.bytes);
    const bytes = polyglot(jpeg!, png!, dice);
    return { ...file, kind: 'polyglot', seed: 'polyglot', media_type: 'image/jpeg', bytes };
  }
  return { ...file, kind: 'mutated', bytes: mutate(seed.bytes, dice.of(seeds).bytes, dice) };
}
