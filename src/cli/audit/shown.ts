import { readJson, UsageError } from '@groundtruth/sdk/cli';
import { auditInclusion, FeedClient } from '@groundtruth/sdk/feeds';
import {
  commit,
  inclusionProofSchema,
  observationRecordSchema,
  verdictSchema,
  type LogKeyset,
} from '@groundtruth/sdk/protocol';
import type { Expected } from './records.js';

/** A place that no leaf has: a card is shown only once it has one, so whoever leaves it out hides something. */
const NOWHERE = -1;

/** Cards that this key may see: each names its commitment and its place in the log. */
export async function cardsShown(feeds: FeedClient): Promise<Expected[]> {
  const expected: Expected[] = [];
  for await (const { id, commitment, log_index } of feeds.observations.list()) {
    expected.push({ type: 'observation', id, commitment, pending: false, index: log_index ?? NOWHERE });
  }
  return expected;
}

/**
 * What a file holds as `GET /v1/captures/:id/verdict` or `POST /v1/observations/:id/reads` answered it.
 * @throws {UsageError} for another file. @throws {LogFault} when its own proof does not hold.
 */
export async function recordShown(file: string, keys: LogKeyset): Promise<Expected & { readonly index: number }> {
  const read = (await readJson(file)) as Record<string, unknown> | null;
  const bundle = (read?.body ?? read ?? {}) as Record<string, unknown>;
  const proof = inclusionProofSchema.safeParse(bundle.proof);
  const [verdict, record] = [verdictSchema.safeParse(bundle.verdict), observationRecordSchema.safeParse(bundle.record)];
  const content = verdict.success ? verdict.data : record.success ? record.data : null;
  if (!content || !proof.success || typeof bundle.salt !== 'string') {
    throw new UsageError(`${file} holds no verdict or observation with its salt and its proof`);
  }
  const named =
    'verdict_id' in content ? { type: 'verdict', id: content.verdict_id } : { type: 'observation', id: content.id };
  const leaf = { ...named, commitment: commit(content, bundle.salt) };
  await auditInclusion(proof.data, leaf, { keys });
  return { ...leaf, pending: false, index: proof.data.leaf_index };
}
