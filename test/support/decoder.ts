import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DecoderOptions } from '../../workers/verifier/decoder-process.js';

const ROOT = resolve(__dirname, '../..');

/** Options that run the decoder from its sources, with a cache of converted models shared by all tests of this checkout. */
export function decoderFromSource(): Pick<DecoderOptions, 'program' | 'cache_directory' | 'package_root'> {
  const cache_directory = join(ROOT, '.groundtruth', 'test-models');
  mkdirSync(cache_directory, { recursive: true });
  return {
    program: [
      '--import',
      pathToFileURL(join(ROOT, 'test/support/typescript-loader.mjs')).href,
      join(ROOT, 'workers/verifier/decoder.ts'),
    ],
    cache_directory,
    package_root: ROOT,
  };
}
