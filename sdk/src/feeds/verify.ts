import { isAddressEqual, recoverTypedDataAddress } from 'viem';
import type { z } from 'zod';
import {
  checksDigest,
  commit,
  criteriaHash,
  decide,
  LEAF_TYPES,
  observationMessage,
  observationRecordSchema,
  ProofInvalid,
  verdictMessage,
  verdictSchema,
  verifyInclusion,
  type Decision,
  type InclusionProof,
  type Mode,
  type ModeKeys,
  type ObservationRecord,
  type Verdict,
  type VerifiedRoot,
} from '../protocol/index.js';

/** What `observations.read` answers as its body. */
export interface ObservationBody {
  readonly record: ObservationRecord;
  readonly salt: string;
  readonly proof: InclusionProof;
}

/** What `captures.verdict` answers, once a checkpoint covers it. */
export interface VerdictBody {
  readonly verdict: Verdict;
  readonly salt: string;
  readonly proof: InclusionProof;
}

export interface VerifyOptions {
  /** Test signatures vouch for nothing, so they are refused unless this says otherwise. */
  readonly allowTest?: boolean;
}

/**
 * Checks a bought observation, by nothing but the public keys: signed by the observation key of its mode, committed to by the log's
 * leaf, and that leaf in a tree whose checkpoint the log signed in both forms. Pure computation, repeatable, no network.
 *
 * @example
 * const keys = await feeds.keys('test');
 * const { body } = await feeds.observations.read(card.id);
 * const { root } = await verifyObservation(body, keys, { allowTest: true });
 * @param keys Obtained once, from a place you trust; keys that come with the data prove nothing.
 * @returns The record that was checked, and the log's root. Keep the root and ask for consistency with it next time.
 * @throws {ProofInvalid} naming the first thing that does not hold. The same bytes fail for ever.
 */
export async function verifyObservation(
  body: ObservationBody,
  keys: ModeKeys,
  { allowTest = false }: VerifyOptions = {},
): Promise<{ readonly record: ObservationRecord; readonly root: VerifiedRoot }> {
  const record = parse(observationRecordSchema, body.record, 'the observation');
  refuseMode(record.mode, keys, allowTest);
  const { signature, signer, ...signed } = record;
  await checkSigner('the observation', { signer, expected: keys.observation }, () =>
    recoverTypedDataAddress({ ...observationMessage(signed), signature }),
  );
  const root = await checkLogged('observation', record.id, { ...body, content: record }, keys, allowTest);
  return { record, root };
}

/**
 * Checks a verdict as `verifyObservation` does, and decides again: criteria and checks hash to what was signed, and the outcome
 * follows from the recorded checks. A verdict that a person decided must be one that the checks had left open.
 *
 * @example
 * const { verdict, salt, proof } = await groundtruth.captures.verdict(capture.id);
 * if (proof) await verifyVerdict({ verdict, salt, proof }, keys, { allowTest: true });
 * @returns The verdict that was checked, what the checks alone decide, and the log's root.
 * @throws {ProofInvalid} naming the first thing that does not hold.
 */
export async function verifyVerdict(
  body: VerdictBody,
  keys: ModeKeys,
  { allowTest = false }: VerifyOptions = {},
): Promise<{ readonly verdict: Verdict; readonly decision: Decision; readonly root: VerifiedRoot }> {
  const verdict = parse(verdictSchema, body.verdict, 'the verdict');
  refuseMode(verdict.mode, keys, allowTest);
  const { signature, signer, ...signed } = verdict;
  await checkSigner('the verdict', { signer, expected: keys.verdict }, () =>
    recoverTypedDataAddress({ ...verdictMessage(signed), signature }),
  );
  if (criteriaHash(verdict.criteria) !== verdict.criteria_hash) throw new ProofInvalid('other criteria were signed');
  if (checksDigest(verdict.checks) !== verdict.checks_digest) throw new ProofInvalid('other checks were signed');
  const decision = decide(verdict.criteria, verdict.declared, verdict.tier, verdict.checks);
  if (!follows(verdict, decision)) throw new ProofInvalid('the outcome does not follow from the checks');
  const root = await checkLogged('verdict', verdict.verdict_id, { ...body, content: verdict }, keys, allowTest);
  return { verdict, decision, root };
}

/** Whether a verdict may say this: people and silence decide only what the checks left open; an appeal only what they rejected. */
export function follows({ basis, outcome, finding }: Verdict, decision: Decision): boolean {
  const decided = outcome === 'accepted' ? finding !== null : finding === null;
  if (basis === 'checks') return decision.outcome === outcome && decision.finding === finding;
  return decided && decision.outcome === (basis === 'appeal' ? 'rejected' : 'review');
}

function refuseMode(mode: Mode, keys: ModeKeys, allowTest: boolean): void {
  if (mode !== keys.mode) throw new ProofInvalid(`made in mode ${mode}, the keys are ${keys.mode}`);
  if (mode === 'test' && !allowTest) throw new ProofInvalid('made in test mode');
}

async function checkSigner(
  what: string,
  { signer, expected }: { readonly signer: string; readonly expected: string },
  recover: () => Promise<`0x${string}`>,
): Promise<void> {
  const recovered = await recover().catch((cause: unknown) => {
    // Recovery and encoding throw for bytes that are no signature, or numbers that no field holds: nobody signed that.
    throw new ProofInvalid(`the signature of ${what} is malformed`, { cause });
  });
  const address = expected as `0x${string}`;
  if (!isAddressEqual(recovered, address) || !isAddressEqual(signer as `0x${string}`, address)) {
    throw new ProofInvalid(`${what} is not signed by the expected key`);
  }
}

export async function checkLogged(
  type: (typeof LEAF_TYPES)[number],
  id: string,
  { content, salt, proof }: { readonly content: unknown; readonly salt: string; readonly proof: unknown },
  { mode, log }: ModeKeys,
  allowTest: boolean,
): Promise<VerifiedRoot> {
  if (!/^[0-9a-f]{64}$/.test(salt)) throw new ProofInvalid('the salt is malformed');
  const leaf = { v: 1, type, id, commitment: commit(content, salt) } as const;
  return verifyInclusion(proof, { leaf, keys: { mode, ...log }, allowTest });
}

function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ProofInvalid(`${what} is malformed`, { cause: parsed.error });
  return parsed.data;
}
