import {
  EMBEDDING_BITS_MAX,
  EMBEDDING_BITS_SAME,
  PERCEPTUAL_BITS_MAX,
} from '../../migrations/1764001100000-resemblance.js';
import type { Evidence } from '../../workers/verifier/checks/check.js';

/** What the database would answer about a copy if its original had been handed in before. */
export interface Likeness {
  readonly near: boolean;
  readonly resembles: boolean;
}

/** Bits in which the hashes of copies saved again differ at most (migrations, `near_hash`). */
const NEAR_BITS = 60;

/** Null when either picture has no hashes. */
export function likenessOf(copy: Evidence, original: Evidence): Likeness | null {
  if (!copy.hashed?.ok || !original.hashed?.ok || !copy.embedded?.ok || !original.embedded?.ok) return null;
  const earlier = original.hashed.value.upright;
  const { upright, mirror } = copy.hashed.value;
  const perceptual = Math.min(distance(upright, earlier), distance(mirror, earlier));
  const embedding = distance(copy.embedded.value.hash, original.embedded.value.hash);
  const alike = embedding <= EMBEDDING_BITS_MAX && perceptual <= PERCEPTUAL_BITS_MAX;
  return { near: perceptual <= NEAR_BITS, resembles: embedding <= EMBEDDING_BITS_SAME || alike };
}

/** Bits in which two hex hashes differ. */
function distance(a: string, b: string): number {
  const bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  return bits.toString(2).replaceAll('0', '').length;
}
