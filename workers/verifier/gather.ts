import type { Evidence, Gathered } from './checks/check.js';
import { CONTRAST_MIN } from './checks/duplicate.js';
import { wantsCode } from './checks/tier.js';
import type { Sources } from './sources.js';

/** One step of gathering: what it adds to the evidence. `wanted` is asked before; a step nobody wants costs nothing. */
export interface Step {
  wanted(evidence: Evidence): boolean;
  gather(evidence: Evidence, sources: Sources): Promise<Partial<Evidence>>;
}

const always = (): boolean => true;

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
  {
    wanted: always,
    gather: async (evidence, { decoder }) => ({ decoded: await unlessLost(evidence, () => decoder.decode()) }),
  },
  { wanted: always, gather: compare },
  {
    wanted: ({ context }) => context.criteria.all.some((criterion) => 'object' in criterion),
    gather: async (evidence, { decoder }) => ({ objects: await unlessLost(evidence, () => decoder.objects()) }),
  },
  {
    wanted: (evidence) => wantsCode(evidence) || evidence.context.criteria.all.some((criterion) => 'text' in criterion),
    gather: async (evidence, { decoder }) => ({ text: await unlessLost(evidence, () => decoder.text()) }),
  },
];

/** The hash is compared and remembered even when this bounty takes duplicates: the next one may not. */
async function compare(evidence: Evidence, { decoder, nearHash }: Sources): Promise<Partial<Evidence>> {
  const hashed = await unlessLost(evidence, () => decoder.hash());
  if (!hashed.ok || hashed.value.contrast < CONTRAST_MIN) return { hashed };
  return { hashed, near: await nearHash(evidence.context.capture_id, hashed.value) };
}

/** A photo that was lost on the way (not downloaded, its decoder died) is not asked about again: the same failure for each later step. */
async function unlessLost<T>(
  { downloaded, inspected, decoded, hashed, objects }: Evidence,
  ask: (content: Uint8Array) => Promise<Gathered<T>>,
): Promise<Gathered<T>> {
  for (const fact of [downloaded, inspected, decoded, hashed, objects]) if (fact && !fact.ok) return fact;
  return ask(downloaded?.ok ? downloaded.value.content : new Uint8Array());
}
