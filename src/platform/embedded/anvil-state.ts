import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Hex, hexToBytes } from 'viem';
import type { Request } from '../chain/rpc.js';

/** Hash of the newest block: while it stays, there is nothing new to save. */
export async function newestBlock(request: Request): Promise<{ hash: Hex; transactions: readonly Hex[] }> {
  return request('eth_getBlockByNumber', ['latest', false]);
}

/**
 * Writes the whole chain to `file`: accounts, blocks, receipts and the states anvil still holds, so that `safe` and `finalized` can be
 * read right after a start. Whole or not at all; the old file stays until the new one is on disk. What waits to be mined is not in it.
 */
export async function saveState(request: Request, file: string): Promise<void> {
  const dump = await request<Hex>('anvil_dumpState', [true]);
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, await promisify(gunzip)(hexToBytes(dump)), { mode: 0o600, flush: true });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

export async function hasState(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Renames a file that anvil cannot read, and returns its new path. It is never deleted: someone may want to look. */
export async function moveAside(file: string): Promise<string> {
  const aside = `${file}.unreadable-${randomUUID()}`;
  await rename(file, aside);
  return aside;
}
