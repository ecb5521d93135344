import { concatBytes, utf8 } from '../protocol/index.js';

/** The part of CBOR (RFC 8949) that a COSE signature needs. Whole numbers only. */
export type Cbor = number | string | null | Uint8Array | readonly Cbor[] | ReadonlyMap<number | string, Cbor>;

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6 } as const;
const NULL = Uint8Array.of(0xf6);

/**
 * Encodes deterministically: shortest heads, definite lengths. Maps keep the order they are given in.
 *
 * @example
 * cborEncode([1, 'a']); // → new Uint8Array([0x82, 0x01, 0x61, 0x61])
 * @throws {RangeError} for a number that is no safe integer of 32 bits.
 */
export function cborEncode(value: Cbor): Uint8Array {
  if (value === null) return NULL;
  if (typeof value === 'number') return value < 0 ? headOf(MAJOR.negative, -1 - value) : headOf(MAJOR.unsigned, value);
  if (typeof value === 'string') return withHead(MAJOR.text, utf8(value));
  if (value instanceof Uint8Array) return withHead(MAJOR.bytes, value);
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<number | string, Cbor>)].flatMap(([key, member]) => [key, member]);
    return concatBytes(headOf(MAJOR.map, value.size), ...entries.map(cborEncode));
  }
  const items = value as readonly Cbor[];
  return concatBytes(headOf(MAJOR.array, items.length), ...items.map(cborEncode));
}

/**
 * Encodes a value under a tag.
 *
 * @example
 * cborTagged(18, [null]); // → new Uint8Array([0xd2, 0x81, 0xf6])
 */
export function cborTagged(tag: number, value: Cbor): Uint8Array {
  return concatBytes(headOf(MAJOR.tag, tag), cborEncode(value));
}

function withHead(major: number, bytes: Uint8Array): Uint8Array {
  return concatBytes(headOf(major, bytes.length), bytes);
}

/** Major type and argument: in the first byte up to 23, then in 1, 2 or 4 bytes, big-endian. */
function headOf(major: number, argument: number): Uint8Array {
  if (!Number.isInteger(argument) || argument > 0xffff_ffff) throw new RangeError('expected an integer of 32 bits');
  const type = major << 5;
  if (argument < 24) return Uint8Array.of(type | argument);
  if (argument <= 0xff) return Uint8Array.of(type | 24, argument);
  if (argument <= 0xffff) return Uint8Array.of(type | 25, argument >> 8, argument & 0xff);
  return Uint8Array.of(type | 26, ...[24, 16, 8, 0].map((shift) => (argument >>> shift) & 0xff));
}
