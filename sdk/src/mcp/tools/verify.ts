import { z } from 'zod';
import { verifyObservation, verifyVerdict } from '../../feeds/verify.js';
import {
  idSchema,
  observationRecordSchema,
  ProofInvalid,
  sha256HexSchema,
  toHex,
  type ModeKeys,
} from '../../protocol/index.js';
import type { Answer } from '../../http/index.js';
import { refusing } from '../refusals.js';
import { READS, tool, type ToolContext } from '../tool.js';

type Body = NonNullable<Answer<'get_observation'>['body']>;

export const verifyObservationTool = tool({
  name: 'verify_observation',
  title: 'Verify an observation',
  description:
    'Checks an observation that was read: its signature, its place in the public log, and, with the capture_id of a capture you paid for, the signed verdict behind it, decided anew from its checks. The keys are those this exchange publishes: compare them once with a place you trust. Reads only.',
  input: z.strictObject({
    observation_id: idSchema('observation'),
    capture_id: idSchema('capture')
      .optional()
      .describe('A capture behind it whose verdict you may read: its decision is recomputed too.'),
  }),
  output: z.object({
    verified: z.boolean(),
    /** What does not hold; null when everything does. */
    fault: z.string().nullable(),
    record: observationRecordSchema.nullable(),
    log: z.object({ origin: z.string(), leaf_index: z.int(), size: z.int(), root: sha256HexSchema }).nullable(),
    /** Null when no capture was named. */
    verdict: z.object({ id: idSchema('verdict'), recomputed: z.enum(['accepted', 'rejected', 'review']) }).nullable(),
    /** The addresses that signed. */
    keys: z.object({ observation: z.string(), verdict: z.string(), log: z.string() }),
  }),
  hints: READS,
  async run(context, { observation_id, capture_id }) {
    const body = await bodyOf(context, observation_id);
    const keys = await context.feeds.keys(body.record.mode, { signal: context.signal });
    const signers = { observation: keys.observation, verdict: keys.verdict, log: keys.log.verifier_key };
    try {
      const data = { ...(await proven(context, body, keys, capture_id)), keys: signers };
      const also = data.verdict ? ', and the verdict behind it follows from its checks' : '';
      return { data, say: `${observation_id} holds: signature, log inclusion (${data.log.size} leaves)${also}.` };
    } catch (error) {
      if (!(error instanceof ProofInvalid)) throw error;
      const data = { verified: false, fault: error.message, record: null, log: null, verdict: null, keys: signers };
      return { data, say: `${observation_id} does NOT hold. Do not rely on it; trying again does not help.` };
    }
  },
});

async function bodyOf({ client, signal }: ToolContext, id: string): Promise<Body> {
  const { body } = await client.observations.get(id, { signal });
  if (body) return body;
  const hint = 'Buy it with read_observation first.';
  throw refusing('payment_required', { detail: `${id} has not been read`, param: 'observation_id', hint });
}

async function proven({ client, signal }: ToolContext, body: Body, keys: ModeKeys, capture_id: string | undefined) {
  const { record, root } = await verifyObservation(body, keys, { allowTest: true });
  const log = {
    origin: body.proof.log_origin,
    leaf_index: body.proof.leaf_index,
    size: root.size,
    root: toHex(root.root),
  };
  const found = { verified: true, fault: null, record, log };
  if (capture_id === undefined) return { ...found, verdict: null };
  const { verdict, salt, proof } = await client.captures.verdict(capture_id, { signal });
  if (!record.verdict_ids.includes(verdict.verdict_id)) {
    const detail = `${record.id} was not made from the newest verdict on ${capture_id}`;
    throw refusing('invalid_request', { detail, param: 'capture_id' });
  }
  // An observation is published only once its verdicts are under a checkpoint.
  if (!proof) throw new ProofInvalid('that of the verdict is withheld');
  const { decision } = await verifyVerdict({ verdict, salt, proof }, keys, { allowTest: true });
  return { ...found, verdict: { id: verdict.verdict_id, recomputed: decision.outcome } };
}
