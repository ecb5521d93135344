import { assert } from '../../kernel/assert.js';

/**
 * JSON of an answer. A bigint in it is a bug, amounts are formatted by the schema that owns them, so it must throw: `JSON.stringify` does,
 * unless some library has given BigInt a `toJSON`, which would put micros on the wire as if they were units.
 */
export function toJson(value: unknown): string {
  assert(!('toJSON' in BigInt.prototype), 'a library has patched BigInt.prototype.toJSON');
  return JSON.stringify(value);
}
