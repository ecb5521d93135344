import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { PinnedFile } from './manifest.js';

/** A weights file that is not the one pinned: damaged, replaced, or another version. Nothing of it was used. */
export class ModelRefused extends Error {
  constructor(file: string, expected: string, found: string) {
    super(`${file} has sha256 ${found}, pinned is ${expected}`);
    this.name = 'ModelRefused';
  }
}

/** Reads a pinned file out of its npm package. `root` is a folder whose `node_modules` (or a parent's) holds it. @throws {ModelRefused} */
export async function readPinned(file: PinnedFile, root: string): Promise<Buffer> {
  const name = `${file.package}/${file.path}`;
  return checked(await readFile(locate(name, root)), name, file.sha256);
}

/** Looked for as Node looks for packages, but by path: the `exports` of a package need not list its weights. */
function locate(name: string, root: string): string {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) throw new Error(`${name} is not installed`);
  }
}

/** The bytes, if they hash to `sha256`. @throws {ModelRefused} */
export function checked(bytes: Buffer, name: string, sha256: string): Buffer {
  const found = sha256Of(bytes);
  if (found !== sha256) throw new ModelRefused(name, sha256, found);
  return bytes;
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
