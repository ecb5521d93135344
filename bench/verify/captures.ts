import { createHash } from 'node:crypto';
import type { ModelCards } from '../../workers/verifier/checks/thresholds.js';
import { signatureState } from '../../workers/verifier/checks/signature.js';
import type { DecoderProcess } from '../../workers/verifier/decoder-process.js';
import { contextOf, CLOSES_AT, jobOf, type Spoil } from '../../workers/verifier/verify.fixture.js';
import { investigate, rulingOfChecks } from '../../workers/verifier/verify.js';
import { SystemClock } from '../../src/platform/time.js';

/** Captures that a check fails which needs no picture: another place, another time, another reservation's nonce. */
const SPOILED: readonly Spoil[] = [
  { manifest: { place: { lat: 48.8566, lng: 2.3522, accuracy_m: 5 } } },
  { context: { t0: CLOSES_AT + 60_000, t1: CLOSES_AT + 120_000 } },
  { manifest: { challenge_nonce: 'another-nonce-of-somebody' } },
];

/** One capture to be verified, and how that must end. */
export interface BenchCapture {
  readonly spoil: Spoil;
  readonly outcome: 'accepted' | 'rejected';
}

/** Captures of which `rejected` in ten fail a check that needs no picture, evenly spread. */
export function mixOf(rejected: number): BenchCapture[] {
  return Array.from({ length: 10 }, (_, i) =>
    (i * rejected) % 10 < rejected
      ? { spoil: SPOILED[i % SPOILED.length]!, outcome: 'rejected' }
      : { spoil: {}, outcome: 'accepted' },
  );
}

/** Verifies one capture as the worker does, but for queue, storage and database. @throws {Error} when it ends otherwise than it must. */
export async function verifyCapture(
  decoder: DecoderProcess,
  bytes: Buffer,
  { spoil, outcome }: BenchCapture,
  cards: ModelCards,
): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const media = { sha256, media_type: 'image/jpeg' as const, bytes: bytes.length };
  const criteria = { all: [{ object: { label: 'sheep' } }] };
  const context = contextOf({ ...spoil, criteria, manifest: { media, ...spoil.manifest } });
  const known = { job: jobOf(context), context, cards, signature: signatureState(context) };
  const evidence = await investigate(known, {
    decoder,
    download: async () => ({ ok: true, value: { content: bytes, sha256, duration_ms: 0 } }),
    nearHash: async () => false,
    resembles: async () => false,
    readingSequence: async () => true,
    previousReading: async () => null,
    neighbourhood: async () => ({ count: 0, fits: true }),
  });
  await decoder.forget();
  const ruling = rulingOfChecks(evidence, new SystemClock());
  if (ruling.outcome !== outcome) {
    const doubts = ruling.checks
      .filter(({ status }) => status !== 'pass')
      .map(({ check, status }) => `${check} ${status}`);
    throw new Error(`a bench capture was ${ruling.outcome}, not ${outcome}: ${doubts.join(', ')}`);
  }
}
