import { readingAsked } from '@groundtruth/sdk/protocol';
import type { Evidence, Gathered } from './checks/check.js';
import { CONTRAST_MIN } from './checks/duplicate.js';
import { promptsOf } from './checks/open-vocabulary.js';
import { measuredValue } from './checks/reading.js';
import { isNight } from './checks/sun.js';
import { wantsCode } from './checks/tier.js';
import { lookFor } from './frames.js';
import { referenceOf, referencesOf } from './references.js';
import type { CompareEvidence } from './decoder/evidence.js';
import type { Sources } from './sources.js';

/** One step of gathering: what it adds to the evidence. `wanted` is asked before; a step nobody wants costs nothing. */
export interface Step {
  wanted(evidence: Evidence): boolean;
  gather(evidence: Evidence, sources: Sources): Promise<Partial<Evidence>>;
}

const always = (): boolean => true;
const isReading = ({ context }: Evidence): boolean => context.kind === 'reading';
const isVisual = (evidence: Evidence): boolean => !isReading(evidence);
const isPhoto = ({ context }: Evidence): boolean => context.kind === 'photo';

/** Cheapest first. Before the first step there is nothing but the job and what the database knows. */
export const STEPS: readonly Step[] = [
  {
    wanted: always,
    gather: async ({ job }, { download }) => ({ downloaded: await download(job.download_url, job.bytes) }),
  },
  {
    wanted: always,
    gather: async (evidence, { decoder }) => ({
      inspected: await unlessLost(evidence, (content) => decoder.inspect(content, evidence.job.media_type)),
    }),
  },
  { wanted: isReading, gather: resolve },
  { wanted: isReading, gather: placeInSequence },
  { wanted: isReading, gather: lookBack },
  { wanted: isReading, gather: compareWithNeighbours },
  {
    wanted: isVisual,
    // As of the moment a third party first saw the seal, as the device's own signature is.
    gather: async (evidence, { decoder }) => ({
      c2pa: await unlessLost(evidence, () => decoder.c2pa(evidence.context.mode, evidence.context.t1)),
    }),
  },
  {
    wanted: isVisual,
    gather: async (evidence, { decoder }) => ({ decoded: await unlessLost(evidence, () => decoder.decode()) }),
  },
  // What provenance rests on comes before content: a capture that fails by its content can be appealed, and an appeal that nobody
  // decides in time is upheld only if every provenance check has an answer.
  { wanted: isVisual, gather: compare },
  { wanted: isVisual, gather: resemble },
  { wanted: wantsCode, gather: read },
  {
    wanted: ({ context }) => context.criteria.all.some((criterion) => 'object' in criterion),
    gather: (evidence, { decoder }) =>
      lookFor('objects', evidence, (frame) => unlessLost(evidence, () => decoder.objects(frame))),
  },
  {
    wanted: ({ context, text }) => !text && context.criteria.all.some((criterion) => 'text' in criterion),
    gather: read,
  },
  {
    wanted: ({ context }) => promptsOf(context).length > 0,
    gather: async (evidence, { decoder }) => ({
      open_vocabulary: evidence.cards.open_vocabulary
        ? await unlessLost(evidence, () => decoder.openVocabulary(promptsOf(evidence.context)))
        : { ok: false, reason: 'no_model', detail: 'no open vocabulary is configured' },
    }),
  },
  { wanted: ({ context }) => referencesOf(context).length > 0, gather: compareWithReferences },
  // Those that only advise come last: a capture that is rejected anyway never pays for them.
  {
    wanted: isPhoto,
    gather: async (evidence, { decoder }) => ({ thumbnail: await unlessLost(evidence, () => decoder.thumbnail()) }),
  },
  {
    wanted: isPhoto,
    gather: async (evidence, { decoder }) => ({ moire: await unlessLost(evidence, () => decoder.moire()) }),
  },
  {
    wanted: (evidence) => isPhoto(evidence) && isNight(evidence.context),
    gather: async (evidence, { decoder }) => ({ light: await unlessLost(evidence, () => decoder.light()) }),
  },
];

/** The hash is compared and remembered even when this bounty takes duplicates: the next one may not. */
async function compare(evidence: Evidence, { decoder, nearHash }: Sources): Promise<Partial<Evidence>> {
  const hashed = await unlessLost(evidence, () => decoder.hash());
  if (!hashed.ok || hashed.value.contrast < CONTRAST_MIN) return { hashed };
  return { hashed, near: await nearHash(evidence.context.capture_id, hashed.value) };
}

/** Remembered even when this bounty does not ask: see `compare`. A suspicion about this capture is one bit, as a duplicate is. */
async function resemble(evidence: Evidence, { decoder, resembles }: Sources): Promise<Partial<Evidence>> {
  const embedded = await unlessLost(evidence, () => decoder.embed());
  if (!embedded.ok) return { embedded };
  const { hashed, context } = evidence;
  const perceptual = hashed?.ok && hashed.value.contrast >= CONTRAST_MIN ? hashed.value : null;
  const likeness = { embedding: embedded.value.hash, perceptual };
  return { embedded, resembles: await resembles(context.capture_id, likeness) };
}

function read(evidence: Evidence, { decoder }: Sources): Promise<Partial<Evidence>> {
  return lookFor('text', evidence, (frame) => unlessLost(evidence, () => decoder.text(frame)));
}

async function resolve(evidence: Evidence, { decoder }: Sources): Promise<Partial<Evidence>> {
  const kind = readingAsked(evidence.context.criteria)?.quantity_kind ?? '';
  return { reading: await unlessLost(evidence, () => decoder.reading(kind)) };
}

/** Only what the device signed for this reservation is remembered: until here `reading_sequence` has not failed. */
async function placeInSequence(
  { context, reading }: Evidence,
  { readingSequence }: Sources,
): Promise<Partial<Evidence>> {
  const claims = reading?.ok ? reading.value.claims : null;
  return claims ? { in_sequence: await readingSequence(context.capture_id, claims.seq) } : {};
}

async function lookBack({ context, reading }: Evidence, { previousReading }: Sources): Promise<Partial<Evidence>> {
  const kind = readingAsked(context.criteria)?.quantity_kind;
  const resolved = kind !== undefined && reading?.ok && reading.value.claims !== null;
  return resolved ? { previous: await previousReading(context.capture_id, kind) } : {};
}

async function compareWithNeighbours(
  { context, reading }: Evidence,
  { neighbourhood }: Sources,
): Promise<Partial<Evidence>> {
  const kind = readingAsked(context.criteria)?.quantity_kind;
  const measured = kind && reading?.ok ? measuredValue(kind, reading.value) : null;
  return measured ? { neighbourhood: await neighbourhood(context.capture_id, measured) } : {};
}

async function compareWithReferences(evidence: Evidence, sources: Sources): Promise<Partial<Evidence>> {
  const compared: Record<string, Gathered<CompareEvidence>> = {};
  for (const id of referencesOf(evidence.context)) {
    const reference = await referenceOf(id, evidence, sources.download);
    compared[id] = reference.ok
      ? await unlessLost(evidence, () => sources.decoder.compare(reference.value.content, reference.value.media_type))
      : reference;
  }
  return { compared };
}

/** A photo that was lost on the way (not downloaded, its decoder died) is not asked about again: the same failure for each later step. */
async function unlessLost<T>(
  { downloaded, inspected, c2pa, decoded, hashed, objects, text, embedded, thumbnail, moire }: Evidence,
  ask: (content: Uint8Array) => Promise<Gathered<T>>,
): Promise<Gathered<T>> {
  for (const fact of [downloaded, inspected, c2pa, decoded, hashed, objects, text, embedded, thumbnail, moire])
    if (fact && !fact.ok) return fact;
  return ask(downloaded?.ok ? downloaded.value.content : new Uint8Array());
}
