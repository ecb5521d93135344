import { z } from 'zod';
import { concatBytes, fromHex, sha256, toHex, utf8 } from './bytes.js';
import { canonicalJson } from './canonical-json.js';
import { sha256HexSchema } from './capture.js';

/** What the log records. A new kind of record is a new word here. */
export const LEAF_TYPES = ['verdict', 'observation', 'draw'] as const;

/** One entry of the log: which record exists, never what it says. Content, place, amount and identity stay outside. */
export const leafSchema = z.strictObject({
  v: z.literal(1),
  type: z.enum(LEAF_TYPES),
  /** Id of the record, e.g. `vrd_…`; at most one leaf of a log carries it. */
  id: z.string().regex(/^[a-z]{2,8}_[0-9a-f]{32}$/),
  /** `commit(record, salt)`: 64 lower-case hex digits. */
  commitment: sha256HexSchema,
});
export type Leaf = z.infer<typeof leafSchema>;

/** The bytes that are hashed into the tree: canonical JSON, UTF-8. @throws {ZodError} for anything that is no leaf. */
export function leafBytes(leaf: Leaf): Uint8Array {
  return utf8(canonicalJson(leafSchema.parse(leaf)));
}

/**
 * Commitment to a record: SHA-256(salt ‖ canonical JSON of the record), hex. Whoever gets record and salt can check it;
 * without the salt nobody can guess the record from it.
 * @param saltHex 32 random bytes as 64 lower-case hex digits; a fixed length, so that salt and record cannot be shifted.
 */
export function commit(record: unknown, saltHex: string): string {
  const salt = fromHex(sha256HexSchema.parse(saltHex));
  return toHex(sha256(concatBytes(salt, utf8(canonicalJson(record)))));
}
