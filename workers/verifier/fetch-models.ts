/**
 * `npm run models:fetch [-- --dir FOLDER]`: downloads the models that are configured and come in no package (SECOND_DETECTOR,
 * OPEN_VOCABULARY_CARD) into the models folder. Repeatable; what is there is only checked. Exit 1: one could not be had.
 */
import { join, resolve } from 'node:path';
import process from 'node:process';
import { loadConfig } from '../../src/platform/config/index.js';
import { fetchFile, FetchFailed } from './models/fetch-file.js';
import { YOLOX } from './models/manifest.js';
import { ModelRefused } from './models/package-file.js';
import type { FetchedFile } from './models/optional.js';
import { readOptionalModels } from './optional-models.js';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const { second_detector, open_vocabulary: card } = await readOptionalModels(config);
  const url = config.SECOND_DETECTOR_URL ?? YOLOX.file.url;
  const files: FetchedFile[] = [
    ...(second_detector ? [{ ...YOLOX.file, url }] : []),
    ...(card ? [card.vision.file, card.text.file, card.tokenizer] : []),
  ];
  const directory = folderAsked() ?? join(resolve(config.DATA_DIR), 'models');
  if (files.length === 0) process.stdout.write('nothing to fetch: set SECOND_DETECTOR or OPEN_VOCABULARY_CARD\n');
  for (const file of files) process.stdout.write(`${file.name} ${await fetchedOrSaid(file, directory)}\n`);
}

/** A file that cannot be had is said, and the next one is tried. */
async function fetchedOrSaid(file: FetchedFile, directory: string): Promise<string> {
  try {
    return await fetchFile(file, directory);
  } catch (error) {
    if (!(error instanceof FetchFailed || error instanceof ModelRefused)) throw error;
    process.exitCode = 1;
    return `not fetched: ${error.message}`;
  }
}

function folderAsked(): string | null {
  const at = process.argv.indexOf('--dir');
  const folder = at < 0 ? undefined : process.argv[at + 1];
  return folder === undefined ? null : resolve(folder);
}

await main();
