import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import {
  assembleNote,
  checkpointText,
  encodeNoteKey,
  fromBase64Url,
  logRootMessage,
  noteKey,
  originHash,
  toHex,
  type Hash,
  type LogKeyset,
  type LogRoot,
  type Mode,
} from '@groundtruth/sdk/protocol';
import { privateKeyToAccount } from 'viem/accounts';
import type { Instant } from '../kernel/clock.js';

/** The secrets of one log. A log has one origin and these keys for ever; another mode is another log. */
export interface LogKeys {
  /** Schema-less URL without spaces or plus signs, e.g. `groundtruth.example/log/test`. */
  readonly origin: string;
  /** Ed25519 seed, 32 bytes: signs notes. */
  readonly noteSeed: Uint8Array;
  /** secp256k1 private key, `0x` and 64 hex digits: signs `LogRoot`. */
  readonly rootKey: `0x${string}`;
}

/** One state of the log, in both signed forms. */
export interface SignedCheckpoint {
  readonly note: string;
  readonly log_root: LogRoot;
}

/** Signs checkpoints of one log. Only the sequencer holds one: what is signed here can never be taken back. */
export interface CheckpointSigner {
  readonly mode: Mode;
  readonly origin: string;
  readonly keyset: LogKeyset;
  /** @param at By the log's clock, never earlier than a checkpoint before it: auditors call that backdating. */
  sign(size: number, root: Hash, at: Instant): Promise<SignedCheckpoint>;
}

/** ASN.1 of a PKCS #8 Ed25519 private key up to its seed (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

export function checkpointSigner(mode: Mode, keys: LogKeys): CheckpointSigner {
  const der = Buffer.concat([PKCS8_ED25519, keys.noteSeed]);
  const notePrivate = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const notePublic = createPublicKey(notePrivate).export({ format: 'jwk' });
  const noteName = noteKey(keys.origin, fromBase64Url(notePublic.x!));
  const account = privateKeyToAccount(keys.rootKey);
  const origin = keys.origin;

  return {
    mode,
    origin,
    keyset: { mode, origin, verifier_key: encodeNoteKey(noteName), root_signer: account.address },
    async sign(size, root, at) {
      const text = checkpointText({ origin, size, root, signed_at: at });
      const note = assembleNote(text, noteName, sign(null, Buffer.from(text), notePrivate));
      const body = { mode, origin_hash: originHash(origin), size, root: `0x${toHex(root)}` as const };
      return { note, log_root: { ...body, signature: await account.signTypedData(logRootMessage(body)) } };
    },
  };
}
