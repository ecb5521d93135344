import { createHash } from 'node:crypto';
import { MOBILENET } from './manifest.js';

/** Changes when anything below does: hashes of different versions must not be compared. */
export const EMBEDDING_HASH_VERSION = 1;
const EMBEDDING_HASH_BITS = 256;
/** Features of a picture: seven times the bits of one SHA-256. */
const DIMENSIONS = MOBILENET.cut.output_shapes[1][0];

/**
 * 256-bit hash of a picture's features, 64 hex digits: Hamming distance / 256 estimates the angle between two vectors / 180°, so that
 * likeness can be compared by counting bits, in SQL too, without keeping features (SimHash: M. Charikar, "Similarity estimation
 * techniques from rounding algorithms", STOC 2002). Bit i is the side of hyperplane i on which the vector lies.
 *
 * The features are never negative, so any two lie close together; their mean is taken off first, which spreads them. The hyperplanes
 * have components of +1 and -1 only, as good as Gaussian ones in so many dimensions (D. Achlioptas, "Database-friendly random
 * projections", 2003), read off SHA-256 of a fixed text: the same on every machine, and nobody chose them.
 */
export function embeddingHash(features: Float32Array): string {
  const mean = features.reduce((sum, value) => sum + value, 0) / features.length;
  const centred = Float64Array.from(features, (value) => value - mean);
  const bytes = Buffer.alloc(EMBEDDING_HASH_BITS / 8);
  HYPERPLANES.forEach((plane, i) => {
    if (side(centred, plane) > 0) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (0x80 >> (i & 7));
  });
  return bytes.toString('hex');
}

/** Cosine of the angle between two pictures' features, 0 to 1; 0 for a picture without features. */
export function cosineOf(a: Float32Array, b: Float32Array): number {
  let [dot, lengthA, lengthB] = [0, 0, 0];
  a.forEach((value, i) => {
    const other = b[i] ?? 0;
    dot += value * other;
    lengthA += value * value;
    lengthB += other * other;
  });
  return lengthA === 0 || lengthB === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB);
}

/** Summed in a fixed order, so that the sign does not depend on the machine. */
function side(vector: Float64Array, signs: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] ?? 0;
    sum += (signs[i >> 3] ?? 0) & (0x80 >> (i & 7)) ? value : -value;
  }
  return sum;
}

/** One bit a dimension, 1 for +1 and 0 for -1, a hyperplane after another. */
const HYPERPLANES = Array.from({ length: EMBEDDING_HASH_BITS }, (_, plane) =>
  Buffer.concat(
    Array.from({ length: DIMENSIONS / 256 }, (_, block) =>
      createHash('sha256').update(`groundtruth embedding hash 1, hyperplane ${plane}, block ${block}`).digest(),
    ),
  ),
);
