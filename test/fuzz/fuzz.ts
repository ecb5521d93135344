import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DecoderPool } from '../../workers/verifier/decoder-pool.js';
import { DecoderProcess, type DecoderOptions } from '../../workers/verifier/decoder-process.js';
import { NO_TRUST, type Trust } from '../../workers/verifier/trust.js';
import { hostileFile, type HostileFile } from './hostile.js';
import { look } from './look.js';
import { makeSeeds, signedSeed } from './seeds.js';
import { count, countThrown, keepTally, openTally, type Tally } from './tally.js';

export interface FuzzOptions {
  /** Where the tally and offending files are kept. */
  readonly directory: string;
  /** How many there shall be in all, those of earlier runs included when going on with them. */
  readonly count: number;
  readonly seed: number;
  readonly resume: boolean;
  readonly decoders: number;
  readonly decoder: DecoderOptions;
  readonly say: (line: string) => void;
  /** Ends the fuzzing after the batch in hand. */
  readonly signal?: AbortSignal;
}

/** Files between two notes of the tally: what a kill of the fuzzer loses. */
const BATCH = 500;

/**
 * Throws hostile files at the decoder pool as a verifier would, and counts what happens. The file of each number follows from seed and
 * number (and from the folder's one signed picture), so a fault can be brought about again; its bytes are kept too.
 */
export async function fuzz(options: FuzzOptions): Promise<Tally> {
  const { directory, say, signal } = options;
  const tally = await openTally(directory, options.seed, options.resume);
  const signed = await signedSeed(directory);
  const seeds = [...(await makeSeeds()), signed.seed];
  const trust: Trust = { ...NO_TRUST, third_party: signed.root };
  const decoders = await Promise.all(
    Array.from({ length: options.decoders }, () => DecoderProcess.start({ ...options.decoder, trust })),
  );
  const pool = new DecoderPool(decoders);
  try {
    while (tally.files < options.count && !signal?.aborted) {
      const began = performance.now();
      const first = tally.files;
      const numbers = Array.from({ length: Math.min(BATCH, options.count - first) }, (_, i) => first + i);
      await inLanes(numbers, decoders.length, (index) =>
        throwAt(pool, hostileFile(seeds, tally.seed, index), tally, directory),
      );
      await noteMemory(decoders, tally);
      await keepTally(directory, tally);
      const perMinute = Math.round((numbers.length / (performance.now() - began)) * 60_000);
      say(`${tally.files} files, ${tally.faults.length} faults told, ${perMinute} a minute`);
    }
  } finally {
    await Promise.all(decoders.map((decoder) => decoder.stop()));
  }
  return tally;
}

async function throwAt(pool: DecoderPool, file: HostileFile, tally: Tally, directory: string): Promise<void> {
  const told = tally.faults.length;
  try {
    count(tally, file, await pool.lend((decoder) => look(file, decoder)));
  } catch (error) {
    countThrown(tally, file, error);
  }
  if (tally.faults.length > told) await writeFile(join(directory, `fault-${tally.seed}-${file.index}.bin`), file.bytes);
}

async function inLanes(numbers: readonly number[], lanes: number, work: (n: number) => Promise<void>): Promise<void> {
  const queue = numbers.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const number of queue) await work(number);
    }),
  );
}

/** Resident memory of each decoder now, where the kernel tells it. */
async function noteMemory(decoders: readonly DecoderProcess[], tally: Tally): Promise<void> {
  for (const { pid } of decoders) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kib = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    tally.resident_mb_max = Math.max(tally.resident_mb_max, Math.round(kib / 1_000));
  }
}
