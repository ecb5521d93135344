import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { C2paEvidence, TrustAnchors } from '../decoder/evidence.js';
import { mayHoldManifest } from './c2pa-marker.js';
import { findingOf, NO_MANIFEST, unreadable, type C2paFinding } from './c2pa-store.js';
import type { C2paAnswer, C2paTask } from './c2pa-thread.js';

/** Longest one file may take to read, in milliseconds: half a stage, so that the decoder outlives it. 25 MiB take below one second. */
const READ_MS_MAX = 10_000;
/** JavaScript heap of the thread, in MiB: the report and little else. The reader's own memory is watched with the whole process. */
const HEAP_MIB = 128;

/** Reads C2PA manifests. The reader is compiled for the first file that may hold one; a decoder that meets none pays nothing. */
export class C2paReader {
  private wasm: Promise<WebAssembly.Module> | null = null;

  /** @param program the thread's, by default the built file beside this one. */
  constructor(private readonly program = fileURLToPath(new URL('./c2pa-thread.js', import.meta.url))) {}

  /**
   * What the file's manifest is worth at a moment: trusted when its signer's certificate was valid then and leads to one of the anchors.
   * Nothing is fetched. Repeatable: the same file, moment and anchors give the same answer on any day.
   */
  async read(
    bytes: Buffer,
    mediaType: string,
    at: number,
    { platform, third_party }: TrustAnchors,
  ): Promise<Omit<C2paEvidence, 'duration_ms'>> {
    const trust_list_sha256 = third_party === '' ? null : createHash('sha256').update(third_party).digest('hex');
    if (!mayHoldManifest(bytes)) return { ...NO_MANIFEST, trust_list_sha256 };
    this.wasm ??= compile();
    const task: C2paTask = { wasm: await this.wasm, bytes, media_type: mediaType, at, platform, third_party };
    return { ...meaningOf(await this.ask(task), at), trust_list_sha256 };
  }

  /** A thread of its own for the file, ended whatever it answers. */
  private async ask(task: C2paTask): Promise<C2paAnswer> {
    const thread = new Worker(this.program, {
      workerData: task,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    const late = AbortSignal.timeout(READ_MS_MAX);
    try {
      return await new Promise<C2paAnswer>((resolve) => {
        thread.once('message', resolve);
        thread.once('error', (error) => resolve({ error: error instanceof Error ? error.message : String(error) }));
        thread.once('exit', () => resolve({ error: 'the reader ended without an answer' }));
        late.addEventListener('abort', () => resolve({ error: `no answer within ${READ_MS_MAX} ms` }));
      });
    } finally {
      await thread.terminate();
    }
  }
}

/** A file without a manifest, of a type that holds none, or with a manifest elsewhere has none here. Everything else is no answer. */
function meaningOf(answer: C2paAnswer, at: number): C2paFinding {
  if ('reading' in answer) return findingOf(answer.reading, at);
  if (/RemoteManifestUrl/.test(answer.error)) return { ...NO_MANIFEST, remote_manifest: true };
  return /JumbfNotFound|UnsupportedType/.test(answer.error) ? NO_MANIFEST : unreadable(answer.error);
}

async function compile(): Promise<WebAssembly.Module> {
  const file = createRequire(import.meta.url).resolve('@contentauth/c2pa-wasm/c2pa.wasm');
  return WebAssembly.compile(await readFile(file));
}
