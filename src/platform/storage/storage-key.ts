import { assert } from '../../kernel/assert.js';

const KEY = /^[a-z0-9_][a-z0-9_.-]*(?:\/[a-z0-9_][a-z0-9_.-]*)*$/;
const KEY_LENGTH_MAX = 200;

/** Lower case, since some file systems know no other; no part begins with a dot, so none is `..`. */
export function isStorageKey(text: string): boolean {
  return text.length <= KEY_LENGTH_MAX && KEY.test(text);
}

/** Keys are made by our code: another one is a bug. */
export function assertStorageKey(key: string): void {
  assert(isStorageKey(key), `${JSON.stringify(key)} is no storage key`);
}

const FILENAME = /^[A-Za-z0-9._-]{1,100}$/;

/** The name a download is saved under. A name that could end the header it is put in is a bug. */
export function filenameOf(key: string, filename?: string): string {
  const name = filename ?? key.split('/').at(-1)!.slice(-100);
  assert(FILENAME.test(name), `${JSON.stringify(name)} is no file name`);
  return name;
}

export const attachment = (filename: string): string => `attachment; filename="${filename}"`;
