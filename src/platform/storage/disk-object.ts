import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { assert } from '../../kernel/assert.js';
import type { StoredObject } from './storage.js';

/**
 * One object is one file: a header of this many bytes (one line of JSON, filled up with spaces), then the bytes. So what is known about
 * an object appears, is replaced and disappears together with it.
 */
export const HEADER_BYTES = 512;

export function encodeHeader({ key, bytes, sha256, media_type }: StoredObject): Buffer {
  const line = Buffer.from(JSON.stringify({ v: 1, key, bytes, sha256, media_type }));
  assert(line.length < HEADER_BYTES, 'the header of a stored object is too long');
  return Buffer.concat([line, Buffer.alloc(HEADER_BYTES - 1 - line.length, ' '), Buffer.from('\n')]);
}

/** What an open file holds. @throws when it is none of our files. */
export async function readHeader(file: FileHandle): Promise<StoredObject> {
  const header = Buffer.alloc(HEADER_BYTES);
  const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
  const { v, ...object } = JSON.parse(header.toString('utf8', 0, bytesRead)) as StoredObject & { v: number };
  assert(v === 1, 'the stored object was written by another version');
  return object;
}

/** Where a key lives below the folder of objects: by its digest, so that no key can name a path. */
export function pathOfKey(key: string): string {
  const digest = createHash('sha256').update(key).digest('hex');
  return `${digest.slice(0, 2)}/${digest.slice(2)}`;
}
