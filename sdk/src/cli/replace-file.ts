import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * Writes a file whole or not at all, by a draft beside it whose name no other run has: of several writers at once the last one stays.
 * @param mode Permissions from the first byte on; those of any new file when left out.
 */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  const draft = `${file}.${crypto.randomUUID()}.new`;
  try {
    await writeFile(draft, text, { flag: 'wx', flush: true, ...(mode !== undefined && { mode }) });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
