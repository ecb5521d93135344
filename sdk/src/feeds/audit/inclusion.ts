import type { LogKeyset } from '../../protocol/proof.js';
import { checkedCheckpoint, requireSameRoot, type CheckedCheckpoint, type Witnessing } from './checkpoint.js';
import { LogFault } from './fault.js';
import { bytesFromHex, bytesOfText, hexOf } from './text.js';
import { DIGEST_BYTES, equal, hashOfEntry, rootFromInclusion, type Digest } from './tree.js';

/** An inclusion proof as the server sends it; whatever else it carries is not looked at. */
interface ProofShown {
  readonly leaf_index: number;
  readonly tree_size: number;
  readonly hashes: readonly string[];
  readonly checkpoint: string;
  readonly log_root: unknown;
}

/**
 * Checks an inclusion proof apart from `verifyInclusion`: other code, same answer. Whoever trusts neither alone asks both.
 *
 * @example
 * const leaf = { type: 'observation', id: card.id, commitment: card.commitment };
 * const { size } = await auditInclusion(body.proof, leaf, { keys: { mode: 'test', ...keys.log } });
 * @returns The checkpoint under which the leaf is.
 * @throws {LogFault} `not_logged` when the proof does not lead from this leaf to the signed root, or what the checkpoint is caught at.
 */
export async function auditInclusion(
  proof: ProofShown,
  leaf: { readonly type: string; readonly id: string; readonly commitment: string },
  { keys, ...witnessing }: Witnessing & { readonly keys: LogKeyset },
): Promise<CheckedCheckpoint> {
  const checkpoint = await checkedCheckpoint(proof.checkpoint, keys, witnessing);
  await requireSameRoot(checkpoint, proof.log_root, keys);
  const entry = `{"commitment":"${leaf.commitment}","id":"${leaf.id}","type":"${leaf.type}","v":1}`;
  const hashes = proof.hashes.map(bytesFromHex);
  const facts = { id: leaf.id, leaf_index: proof.leaf_index, tree_size: proof.tree_size, root: hexOf(checkpoint.root) };
  const whole = hashes.every((hash) => hash?.length === DIGEST_BYTES) && proof.tree_size === checkpoint.size;
  const leafHash = hashOfEntry(bytesOfText(entry));
  const root = whole ? rootFromInclusion(leafHash, proof.leaf_index, proof.tree_size, hashes as Digest[]) : null;
  if (root === null || !equal(root, checkpoint.root)) {
    throw new LogFault('not_logged', `the proof does not lead from ${leaf.id} to the signed root`, facts);
  }
  return checkpoint;
}
