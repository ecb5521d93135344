import { runInNewContext } from 'node:vm';
import { assert } from '../../../src/kernel/assert.js';

/** Longest a bundle may take to say what it exports, in milliseconds: they only hold data. */
const BUNDLE_MS_MAX = 10_000;

/** JSON of a packaged file: itself, or what a JavaScript bundle (`.js`) exports. */
export function packagedJson(path: string, bytes: Buffer): string {
  return path.endsWith('.js') ? JSON.stringify(exportOf(path, bytes)) : bytes.toString('utf8');
}

/** Bytes of a packaged file: itself, or the base64 text that a JavaScript bundle (`.js`) exports. */
export function packagedBytes(path: string, bytes: Buffer): Buffer {
  if (!path.endsWith('.js')) return bytes;
  const text = exportOf(path, bytes);
  assert(typeof text === 'string', `${path} exports no text`);
  return Buffer.from(text, 'base64');
}

/**
 * What a UMD bundle exports. It runs in a context of its own that has nothing but a place for its exports, and only after its
 * sha256 was held against the manifest: what runs here is what was read when it was pinned.
 */
function exportOf(path: string, bytes: Buffer): unknown {
  const module = { exports: {} as unknown };
  runInNewContext(
    bytes.toString('utf8'),
    { module, exports: module.exports },
    { filename: path, timeout: BUNDLE_MS_MAX },
  );
  return module.exports;
}
