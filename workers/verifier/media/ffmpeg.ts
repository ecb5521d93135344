import { spawn } from 'node:child_process';
import { mkdtemp, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Largest picture ffmpeg may decode, in pixels: 4096 x 2304, what phones film at most. */
export const FILM_PIXELS_MAX = 4_096 * 2_304;
/** Time one run may take, in milliseconds; two fit into what the verifier grants a stage. */
const RUN_MS_MAX = 9_000;
/** Processor time of one run, in seconds. */
const PROCESSOR_S_MAX = 9;
/** Address space of one run, in KiB: a 4K film in one thread needs about 0.4 GB. */
const ADDRESS_KIB_MAX = 1_500_000;
/** How a shell ends when there is no such program, and when it cannot be run. */
const [NOT_FOUND, NOT_EXECUTABLE] = [127, 126];
const LOG_BYTES_MAX = 4 * 1024 * 1024;

export interface Run {
  readonly output: Buffer;
  /** What it logged, at most `LOG_BYTES_MAX`: quotes strangers. */
  readonly log: string;
}

/** Why a run has no result. `damaged` speaks of the film; the others do not. */
export class FfmpegFailed extends Error {
  constructor(
    readonly reason: 'damaged' | 'too_slow' | 'too_much' | 'not_started',
    detail: string,
  ) {
    super(detail);
  }
}

/**
 * A film that ffmpeg may read: a file without a name, so that nothing is left however this process ends.
 * The caller closes it.
 */
export async function nameless(bytes: Uint8Array): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'film-'));
  try {
    await writeFile(join(folder, 'film'), bytes, { mode: 0o600 });
    return await open(join(folder, 'film'), 'r');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Runs ffmpeg on one film: one thread, bounded in time, processor time, address space, pixels and output. It may open that one file
 * and nothing else (`-protocol_whitelist file`, demuxer named), and it inherits the sandbox, so it sees no network.
 * @param demuxer `mov` or `matroska`: by the magic bytes, never by ffmpeg's own guess.
 * @throws {FfmpegFailed}
 */
export async function runFfmpeg(
  program: string,
  film: FileHandle,
  demuxer: string,
  output: readonly string[],
  outputBytesMax: number,
): Promise<Run> {
  const limited = `ulimit -c 0; ulimit -t ${PROCESSOR_S_MAX}; ulimit -v ${ADDRESS_KIB_MAX} 2>/dev/null; exec "$@"`;
  const input = ['-protocol_whitelist', 'file', '-max_pixels', String(FILM_PIXELS_MAX), '-err_detect', 'explode', '-threads', '1', '-f', demuxer, '-i', 'file:/dev/fd/3']; // prettier-ignore
  const process = spawn(
    'sh',
    ['-c', limited, 'sh', program, '-nostdin', '-hide_banner', '-loglevel', 'info', '-xerror', ...input, ...output],
    { env: { LANG: 'C' }, stdio: ['ignore', 'pipe', 'pipe', film.fd], timeout: RUN_MS_MAX, killSignal: 'SIGKILL' },
  );
  const [kept, log] = [new Kept(outputBytesMax), new Kept(LOG_BYTES_MAX)];
  process.stdout!.on('data', (chunk: Buffer) => kept.take(chunk) || process.kill('SIGKILL'));
  process.stderr!.on('data', (chunk: Buffer) => log.take(chunk) || process.kill('SIGKILL'));
  const { code, signal } = await ended(process);
  if (kept.full || log.full) throw new FfmpegFailed('too_much', 'more output than any film we open has');
  if (signal !== null) throw new FfmpegFailed('too_slow', `stopped by ${signal}`);
  if (code === NOT_FOUND || code === NOT_EXECUTABLE) throw new FfmpegFailed('not_started', `code ${code}`);
  if (code !== 0) throw new FfmpegFailed('damaged', lastLine(log.whole().toString('utf8')));
  return { output: kept.whole(), log: log.whole().toString('utf8') };
}

/** Bytes up to a limit. */
class Kept {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  full = false;

  constructor(private readonly bytesMax: number) {}

  /** False when it is too much. */
  take(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    this.full ||= this.bytes > this.bytesMax;
    if (!this.full) this.chunks.push(chunk);
    return !this.full;
  }

  whole(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

function ended(process: ReturnType<typeof spawn>): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    process.once('error', (error) => reject(new FfmpegFailed('not_started', error.message)));
    process.once('close', (code, signal) => resolve({ code, signal }));
  });
}

const lastLine = (log: string): string =>
  log
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/[^\x20-\x7e]+/g, ' ') ?? '';
