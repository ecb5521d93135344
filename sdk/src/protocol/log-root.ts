import { isAddressEqual, keccak256, recoverTypedDataAddress, toBytes } from 'viem';
import { z } from 'zod';
import { MODES } from './mode.js';
import { EIP712_DOMAINS, hex32Schema, signatureSchema } from './eip712.js';

/** The form of a checkpoint that contracts verify. */
export const LOG_ROOT_TYPES = {
  LogRoot: [
    { name: 'origin_hash', type: 'bytes32' },
    { name: 'size', type: 'uint64' },
    { name: 'root', type: 'bytes32' },
  ],
} as const;

export const logRootSchema = z.strictObject({
  /** Which EIP-712 domain signed: a test root never verifies as a live one. */
  mode: z.enum(MODES),
  /** keccak-256 of the log's origin, UTF-8. */
  origin_hash: hex32Schema,
  /** Leaves in the tree. */
  size: z.int().min(0),
  root: hex32Schema,
  signature: signatureSchema,
});
export type LogRoot = z.infer<typeof logRootSchema>;

export const originHash = (origin: string): `0x${string}` => keccak256(toBytes(origin));

/** The EIP-712 message of a log root. */
export function logRootMessage(root: Omit<LogRoot, 'signature'>) {
  return {
    domain: EIP712_DOMAINS[root.mode],
    types: LOG_ROOT_TYPES,
    primaryType: 'LogRoot',
    message: { origin_hash: root.origin_hash, size: BigInt(root.size), root: root.root },
  } as const;
}

/** Whether `signer` signed this root in the domain of the root's mode. */
export async function isSignedLogRoot(root: LogRoot, signer: `0x${string}`): Promise<boolean> {
  const { signature, ...body } = root;
  let recovered: `0x${string}`;
  try {
    recovered = await recoverTypedDataAddress({ ...logRootMessage(body), signature });
  } catch {
    // Recovery throws for bytes that are no signature at all: nobody signed.
    return false;
  }
  return isAddressEqual(recovered, signer);
}
