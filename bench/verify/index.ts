import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../src/platform/project-root.js';
import { MODEL_CARDS } from '../../workers/verifier/cards.js';
import { DecoderProcess } from '../../workers/verifier/decoder-process.js';
import { inParallel, interleave, ratioOf, type Contender } from '../interleave.js';
import { phonePhotograph } from '../phone-photograph.js';
import { median, writeReport, type BenchReport } from '../report.js';
import { mixOf, verifyCapture, type BenchCapture } from './captures.js';
import { NaiveProcess } from './naive-process.js';

const PROCESSES = 2;
const ROUNDS = 5;
const SLICE_MS = 8_000;

/**
 * Captures a second of our worker against the naive one (`naive.ts`), interleaved: each in two processes with one photo in hand and one
 * thread a model, on the same 12-megapixel JPEG. `decode` and `models` are what the decoder reaches with nothing else to do.
 */
export async function run({ json }: { json?: string }): Promise<BenchReport> {
  const directory = await mkdtemp(join(tmpdir(), 'verify-bench-'));
  const options = { cache_directory: directory, package_root: projectRoot() };
  const decoders: DecoderProcess[] = [];
  const naive: NaiveProcess[] = [];
  try {
    for (let i = 0; i < PROCESSES; i++) decoders.push(await DecoderProcess.start(options));
    for (let i = 0; i < PROCESSES; i++) naive.push(await NaiveProcess.start(directory));
    const bytes = await phonePhotograph('march-pastoral');
    const ours = (captures: readonly BenchCapture[]): Contender => {
      let next = 0;
      return together(async (caller) => {
        await verifyCapture(decoders[caller]!, bytes, captures[next++ % captures.length]!, MODEL_CARDS);
      });
    };
    const slices = await interleave(
      {
        naive: together((caller) => naive[caller]!.verify(bytes)),
        genuine: ours(mixOf(0)),
        mixed30: ours(mixOf(3)),
        mixed70: ours(mixOf(7)),
        decode: together((caller) => decodeOnly(decoders[caller]!, bytes)),
        models: modelsOf(decoders, bytes),
      },
      { rounds: ROUNDS, slice_ms: SLICE_MS },
    );
    const hello = await decoders[0]!.hello();
    const provider = hello.ok ? hello.value.provider : 'unknown';
    const ratios = {
      mixed70_vs_naive: ratioOf(slices, 'mixed70', 'naive'),
      mixed30_vs_naive: ratioOf(slices, 'mixed30', 'naive'),
      genuine_vs_naive: ratioOf(slices, 'genuine', 'naive'),
    };
    const perSecond = Object.entries(slices).map(([name, speeds]) => [`${name}_per_s`, median(speeds)] as const);
    const figures = { photo_bytes: bytes.length, processes: PROCESSES, ...Object.fromEntries(perSecond) };
    const skipped: Record<string, string> = provider === 'cpu' ? { vs_limit: 'no GPU provider works here' } : {};
    return await writeReport({ bench: 'verify', ratios, figures, provider, skipped }, json);
  } finally {
    for (const one of naive) one.stop();
    await Promise.all(decoders.map((one) => one.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

/** One photo in hand in each process. */
function together(step: (caller: number) => Promise<void>): Contender {
  return {
    work: (ms) =>
      inParallel(PROCESSES, ms, async (caller) => {
        await step(caller);
        return 1;
      }),
  };
}

async function decodeOnly(decoder: DecoderProcess, bytes: Buffer): Promise<void> {
  await decoder.inspect(bytes, 'image/jpeg');
  await decoder.decode();
}

/** Those models that look at every photo, on a picture that each decoder already holds. */
function modelsOf(decoders: readonly DecoderProcess[], bytes: Buffer): Contender {
  const models = together(async (caller) => {
    await decoders[caller]!.objects();
    await decoders[caller]!.embed();
  });
  return {
    work: async (ms) => {
      await Promise.all(decoders.map((decoder) => decodeOnly(decoder, bytes)));
      return models.work(ms);
    },
  };
}
