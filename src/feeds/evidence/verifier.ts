import { observationVerifierAbi } from '@groundtruth/sdk/abi';
import { commit, observationMessage, type EvidenceOf } from '@groundtruth/sdk/protocol';
import { encodeFunctionData, type Hex } from 'viem';
import { aboutOf, type Evidenced } from './evidenced.js';

/** The observation as a call of `ObservationVerifier`: signature, signed log root and SHA-256 inclusion proof, all checked on chain. */
export function verifierOf(evidenced: Evidenced): EvidenceOf<'verifier'> {
  const { record, salt, proof, keys } = evidenced;
  const { signature: logSignature, origin_hash, size, root } = proof.log_root;
  const { signature, signer: _, ...signed } = record;
  return {
    ...aboutOf(evidenced),
    format: 'verifier',
    function: 'verifyLogged',
    calldata: encodeFunctionData({
      abi: observationVerifierAbi,
      functionName: 'verifyLogged',
      args: [
        observationMessage(signed).message,
        [signature],
        `0x${commit(record, salt)}`,
        { origin_hash, size: BigInt(size), root },
        logSignature,
        BigInt(proof.leaf_index),
        proof.hashes.map((hash): Hex => `0x${hash}`),
      ],
    }),
    constructor_arguments: {
      signers: [keys.observation],
      threshold: 1,
      log_key: keys.log.root_signer,
      origin_hash,
      is_test: record.mode === 'test',
    },
  };
}
