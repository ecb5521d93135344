import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FetchedFile } from './optional.js';
import { ModelRefused } from './package-file.js';

/** Longest time for one file: 1 GiB at 5 Mbit/s. What has arrived by then is kept, and the next run goes on from there. */
const FETCH_MS_MAX = 30 * 60_000;
/** Largest model taken, in bytes: far above any of them, far below a disk. */
const BYTES_MAX = 1024 * 1024 * 1024;

/** A model that could not be had: no network, no such file, no address. What had arrived is kept for the next try. */
export class FetchFailed extends Error {
  constructor(detail: string, cause?: unknown) {
    super(detail, { cause });
    this.name = 'FetchFailed';
  }
}

/**
 * Puts a pinned file into `directory`, unless it is there already. It arrives under another name, is hashed whole and only then moved to
 * its place, so that a broken download is never loaded; one that was cut off goes on where it stopped. Repeatable.
 * @throws {ModelRefused} when what arrived hashes to something else: nothing of it is kept. {FetchFailed} otherwise.
 */
export async function fetchFile(file: FetchedFile, directory: string): Promise<'present' | 'fetched'> {
  const path = join(directory, file.name);
  if ((await sha256OfFile(path)) === file.sha256) return 'present';
  if (file.url === null) throw new FetchFailed(`${file.name} has no address: put it into ${directory} by hand`);

  await mkdir(directory, { recursive: true });
  const part = `${path}.${file.sha256.slice(0, 16)}.part`;
  await continueInto(part, file.url);
  const found = await sha256OfFile(part);
  if (found !== file.sha256) {
    await rm(part, { force: true });
    throw new ModelRefused(file.name, file.sha256, found ?? 'nothing');
  }
  await rename(part, path);
  return 'fetched';
}

async function continueInto(part: string, url: string): Promise<void> {
  const have = await sizeOf(part);
  const response = await ask(url, have);
  // All of it had arrived before: the server has nothing after it.
  if (response.status === RANGE_NOT_SATISFIABLE && have > 0) return;
  if (!response.ok || !response.body) throw new FetchFailed(`${url} answered ${response.status}`);
  const goesOn = response.status === PARTIAL_CONTENT;
  if (!goesOn) await writeFile(part, '');
  let length = goesOn ? have : 0;
  try {
    for await (const chunk of response.body) {
      length += chunk.length;
      if (length > BYTES_MAX) throw new FetchFailed(`${url} sends more than ${BYTES_MAX} bytes`);
      await appendFile(part, chunk);
    }
  } catch (cause) {
    if (cause instanceof FetchFailed) throw cause;
    throw new FetchFailed(`${url} broke off after ${length} bytes; run it again to go on`, cause);
  }
}

const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;

async function ask(url: string, from: number): Promise<Response> {
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  try {
    return await fetch(url, { headers, signal: AbortSignal.timeout(FETCH_MS_MAX) });
  } catch (cause) {
    throw new FetchFailed(`${url} cannot be reached; is this machine offline?`, cause);
  }
}

/** 0 when there is none. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Null when there is none. */
async function sha256OfFile(path: string): Promise<string | null> {
  if ((await sizeOf(path)) === 0) return null;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
