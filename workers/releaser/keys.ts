import { readFile } from 'node:fs/promises';
import type { LocalAccount } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Mode } from '@groundtruth/sdk/protocol';

const PRIVATE_KEY = /^(?:0x)?([0-9a-f]{64})$/i;

/** Reads both release keys. @throws {Error} naming the file, never its content, when one is missing, is no key, or both are the same. */
export async function readReleaseKeys(files: Readonly<Record<Mode, string>>): Promise<Record<Mode, LocalAccount>> {
  const accounts = { test: await readKey(files.test), live: await readKey(files.live) };
  if (accounts.test.address === accounts.live.address)
    throw new Error('test and live releases must not have the same key');
  return accounts;
}

async function readKey(file: string): Promise<LocalAccount> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`the release key ${file} cannot be read`, { cause });
  });
  const digits = PRIVATE_KEY.exec(text.trim())?.[1];
  if (digits === undefined) throw new Error(`${file} holds no release key: 64 hex digits are expected`);
  return privateKeyToAccount(`0x${digits}`);
}
