import { isAddressEqual, recoverTypedDataAddress } from 'viem';
import {
  checksDigest,
  criteriaHash,
  decide,
  ProofInvalid,
  verdictMessage,
  verdictSchema,
  type Decision,
  type InclusionProof,
  type ModeKeys,
  type Verdict,
} from '../protocol/index.js';
import { checkLogged, follows } from './verify.js';

export const RECOMPUTED_ITEMS = ['form', 'mode', 'signature', 'criteria', 'checks', 'decision', 'log'] as const;
export type RecomputedItemName = (typeof RECOMPUTED_ITEMS)[number];

/** One thing a verdict says of itself beside what anyone gets who works it out again. Both in words, for a person to compare. */
export interface RecomputedItem {
  readonly item: RecomputedItemName;
  /** `not_checked`: what it takes was not given (no proof, no salt), or the verdict has no form that could be read. */
  readonly status: 'same' | 'differs' | 'not_checked';
  readonly recorded: string | null;
  readonly recomputed: string | null;
}

export interface RecomputedVerdict {
  /** In the order of `RECOMPUTED_ITEMS`, each exactly once. */
  readonly items: readonly RecomputedItem[];
  /** Whether no item differs. An item that was not checked does not speak against it. */
  readonly holds: boolean;
  /** What the recorded checks decide today; null when the verdict cannot be read. */
  readonly decision: Decision | null;
}

export interface RecomputeOptions {
  /** Obtained once, from a place you trust; keys that come with the verdict prove nothing. */
  readonly keys: ModeKeys;
  /** The verdict's place in the log; null or absent while no checkpoint covers it. */
  readonly proof?: InclusionProof | null;
  /** Blinds the verdict's leaf; comes with the verdict. */
  readonly salt?: string;
}

/**
 * Replay level 1, which anyone can do: works out again everything that follows from a verdict and the public keys. Where
 * `verifyVerdict` stops at the first thing that does not hold, this answers all of them. Pure computation, repeatable, no network,
 * and it never throws for what it is given.
 *
 * @example
 * const { verdict, salt, proof } = await groundtruth.captures.verdict(capture.id);
 * const { holds, items } = await recomputeVerdict(verdict, { keys, salt, proof });
 * if (!holds) console.log(items.filter(({ status }) => status === 'differs'));
 */
export async function recomputeVerdict(verdict: unknown, options: RecomputeOptions): Promise<RecomputedVerdict> {
  const parsed = verdictSchema.safeParse(verdict);
  if (!parsed.success) return unreadable(parsed.error.issues[0]);
  const read = parsed.data;
  const decision = decide(read.criteria, read.declared, read.tier, read.checks);
  const items = [
    item('form', 'verdict', 'verdict'),
    item('mode', read.mode, options.keys.mode),
    await signatureItem(read, options.keys),
    item('criteria', read.criteria_hash, criteriaHash(read.criteria)),
    item('checks', read.checks_digest, checksDigest(read.checks)),
    decisionItem(read, decision),
    await logItem(read, options),
  ];
  return { items, holds: items.every(({ status }) => status !== 'differs'), decision };
}

async function signatureItem(verdict: Verdict, { verdict: expected }: ModeKeys): Promise<RecomputedItem> {
  const { signature, signer, ...signed } = verdict;
  // Recovery throws for bytes that are no signature: nobody signed that.
  const recovered = await recoverTypedDataAddress({ ...verdictMessage(signed), signature }).catch(() => null);
  const same =
    recovered !== null && [signer, expected].every((address) => isAddressEqual(recovered, address as `0x${string}`));
  return { item: 'signature', status: same ? 'same' : 'differs', recorded: signer, recomputed: recovered };
}

function decisionItem(verdict: Verdict, decision: Decision): RecomputedItem {
  const { basis, outcome, finding } = verdict;
  return {
    item: 'decision',
    status: follows(verdict, decision) ? 'same' : 'differs',
    recorded: inWords(outcome, finding) + (basis === 'checks' ? '' : `, by ${basis}`),
    recomputed: inWords(decision.outcome, decision.finding),
  };
}

async function logItem(verdict: Verdict, { keys, proof, salt }: RecomputeOptions): Promise<RecomputedItem> {
  if (!proof || salt === undefined) return { item: 'log', status: 'not_checked', recorded: null, recomputed: null };
  const recorded = `leaf ${proof.leaf_index} of ${proof.tree_size}`;
  try {
    const { size } = await checkLogged('verdict', verdict.verdict_id, { content: verdict, salt, proof }, keys, true);
    return { item: 'log', status: 'same', recorded, recomputed: `leaf ${proof.leaf_index} of ${size}` };
  } catch (error) {
    if (!(error instanceof ProofInvalid)) throw error;
    return { item: 'log', status: 'differs', recorded, recomputed: error.message };
  }
}

function unreadable(issue?: { readonly path: readonly PropertyKey[]; readonly message: string }): RecomputedVerdict {
  const why = issue ? `${issue.path.map(String).join('.')}: ${issue.message}` : 'it is no verdict';
  const items = RECOMPUTED_ITEMS.map((name): RecomputedItem => {
    if (name === 'form') return { item: name, status: 'differs', recorded: 'verdict', recomputed: why };
    return { item: name, status: 'not_checked', recorded: null, recomputed: null };
  });
  return { items, holds: false, decision: null };
}

function item(name: RecomputedItemName, recorded: string, recomputed: string): RecomputedItem {
  return { item: name, status: recorded === recomputed ? 'same' : 'differs', recorded, recomputed };
}

const inWords = (outcome: string, finding: string | null): string => (finding ? `${outcome} (${finding})` : outcome);
