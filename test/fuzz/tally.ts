import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAILURES, type Failure } from '../../workers/verifier/decoder/protocol.js';
import type { HostileFile } from './hostile.js';
import { REFUSALS, type Look, type Refusal } from './look.js';

/** Faults told one by one; more than these are only counted. */
const FAULTS_TOLD_MAX = 50;

/** What a fuzzer has found so far, kept between runs. */
export interface Tally {
  readonly seed: number;
  files: number;
  readonly outcomes: Record<Look['outcome'], number>;
  readonly kinds: Record<HostileFile['kind'], number>;
  /** Milliseconds (rounded up) → how many refusals took so long. */
  readonly refusal_ms: Record<Refusal, Record<number, number>>;
  /** Stages without an answer, by how the decoder failed. */
  readonly failures: Record<Failure, number>;
  /** Files at which the verifier itself threw. */
  thrown: number;
  /** Most memory any decoder was seen to hold, in MB. */
  resident_mb_max: number;
  readonly faults: { readonly index: number; readonly what: string }[];
}

export function newTally(seed: number): Tally {
  const zeros = <K extends string>(keys: readonly K[]) =>
    Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  return {
    seed,
    files: 0,
    outcomes: zeros(['accepted', 'rejected', 'review']),
    kinds: zeros(['sound', 'polyglot', 'mutated']),
    refusal_ms: { header: {}, decode: {}, c2pa: {} },
    failures: zeros(FAILURES),
    thrown: 0,
    resident_mb_max: 0,
    faults: [],
  };
}

export function count(tally: Tally, { kind, index }: HostileFile, { outcome, refusal, ms, failures }: Look): void {
  tally.files++;
  tally.kinds[kind]++;
  tally.outcomes[outcome]++;
  if (refusal) {
    const times = tally.refusal_ms[refusal];
    times[Math.ceil(ms)] = (times[Math.ceil(ms)] ?? 0) + 1;
  }
  for (const { stage, reason, detail } of failures) {
    if (Object.hasOwn(tally.failures, reason)) tally.failures[reason as Failure]++;
    tell(tally, index, `${stage}: ${reason}: ${detail}`);
  }
}

export function countThrown(tally: Tally, { kind, index }: HostileFile, error: unknown): void {
  tally.files++;
  tally.kinds[kind]++;
  tally.thrown++;
  tell(tally, index, `the verifier threw: ${error instanceof Error ? error.message : String(error)}`);
}

function tell(tally: Tally, index: number, what: string): void {
  if (tally.faults.length < FAULTS_TOLD_MAX) tally.faults.push({ index, what: what.slice(0, 300) });
}

/** No file brought a decoder down, held it up or confused it, and none made the verifier throw. */
export function faultless({ failures, thrown }: Tally): boolean {
  return thrown + Object.values(failures).reduce((sum, one) => sum + one, 0) === 0;
}

/** DESIGN §11's figures. `crashes` counts decoders that died by themselves; the other ends are apart. */
export function figuresOf({ files, outcomes, kinds, refusal_ms, failures, thrown, resident_mb_max }: Tally) {
  const refused = Object.fromEntries(REFUSALS.map((one) => [`refused_${one}`, total(refusal_ms[one])])) as Record<
    `refused_${Refusal}`,
    number
  >;
  const p99s = {
    ...p99('reject_p99_ms', refusal_ms.header),
    ...p99('reject_decode_p99_ms', refusal_ms.decode),
    ...p99('reject_c2pa_p99_ms', refusal_ms.c2pa),
  };
  const { crashed, timeout, memory, garbled, bug, not_started } = failures;
  const ends = { crashes: crashed, timeouts: timeout, memory_kills: memory, garbled, bugs: bug, not_started, thrown };
  return { files, ...ends, ...p99s, ...refused, ...outcomes, ...kinds, resident_mb_max };
}

const total = (times: Readonly<Record<number, number>>): number => Object.values(times).reduce((sum, n) => sum + n, 0);

/** The 99th percentile of a histogram by whole milliseconds; absent when it is empty. */
export function p99(name: string, times: Readonly<Record<number, number>>): Record<string, number> {
  const rank = Math.ceil(0.99 * total(times));
  let seen = 0;
  for (const ms of Object.keys(times)
    .map(Number)
    .sort((a, b) => a - b)) {
    seen += times[ms] ?? 0;
    if (rank > 0 && seen >= rank) return { [name]: ms };
  }
  return {};
}

const fileIn = (directory: string): string => join(directory, 'fuzz-tally.json');

/** The tally kept in this folder when it is to be gone on with, else a new one. A kept one keeps its own seed. */
export async function openTally(directory: string, seed: number, resume: boolean): Promise<Tally> {
  await mkdir(directory, { recursive: true });
  if (!resume) await rm(fileIn(directory), { force: true });
  try {
    return JSON.parse(await readFile(fileIn(directory), 'utf8')) as Tally;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return newTally(seed);
}

/** Whole or not at all: the fuzzer itself may be killed. */
export async function keepTally(directory: string, tally: Tally): Promise<void> {
  await writeFile(`${fileIn(directory)}.new`, `${JSON.stringify(tally)}\n`);
  await rename(`${fileIn(directory)}.new`, fileIn(directory));
}
