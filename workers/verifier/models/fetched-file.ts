import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FetchedFile } from './optional.js';
import { checked } from './package-file.js';

/** Reads a model that `npm run models:fetch` put into `directory`. @throws {ModelRefused} when it is another; {Error} when it is not there. */
export async function readFetched({ name, sha256 }: FetchedFile, directory: string): Promise<Buffer> {
  const bytes = await readFile(join(directory, name)).catch((cause: unknown) => {
    throw new Error(`${name} is not in the models folder: run \`npm run models:fetch\``, { cause });
  });
  return checked(bytes, name, sha256);
}
