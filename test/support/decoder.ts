import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DecoderOptions } from '../../workers/verifier/decoder-process.js';

const ROOT = resolve(__dirname, '../..');

/** Options that run the built decoder (`npm test` builds first), with a cache of converted models shared by all tests of this checkout. */
export function builtDecoder(): Pick<DecoderOptions, 'program' | 'cache_directory' | 'package_root'> {
  const cache_directory = join(ROOT, '.groundtruth', 'test-models');
  mkdirSync(cache_directory, { recursive: true });
  return { program: [join(ROOT, 'dist/workers/verifier/decoder.js')], cache_directory, package_root: ROOT };
}
