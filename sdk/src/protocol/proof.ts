import { z } from 'zod';
import type { Mode } from './mode.js';
import { fromHex, toHex } from './bytes.js';
import { sha256HexSchema } from './capture.js';
import { leafBytes, type Leaf } from './leaf.js';
import { isSignedLogRoot, logRootSchema, originHash, type LogRoot } from './log-root.js';
import { isConsistent, leafHash, rootOfInclusion, sameBytes, type Hash } from './merkle.js';
import { NoteInvalid, openNote, parseCheckpoint, parseNoteKey } from './note.js';

const size = z.int().min(0);
/** More than a tree of 2^53 leaves can need. */
const hashes = z.array(sha256HexSchema).max(128);
/** A signed statement about the whole log, in both of its forms. */
const checkpointShape = {
  log_origin: z.string().min(1).max(200),
  /** C2SP checkpoint note. */
  checkpoint: z.string().max(20_000),
  log_root: logRootSchema,
};

/** That a leaf is in the log at `leaf_index` (from 0) of a tree with `tree_size` leaves. */
export const inclusionProofSchema = z.strictObject({ ...checkpointShape, leaf_index: size, tree_size: size, hashes });
export type InclusionProof = z.infer<typeof inclusionProofSchema>;

/** That nothing of the first `from` leaves changed in the tree of `to` leaves, which the checkpoint signs. */
export const consistencyProofSchema = z.strictObject({ ...checkpointShape, from: size, to: size, hashes });
export type ConsistencyProof = z.infer<typeof consistencyProofSchema>;

/** The public keys of one log, as `GET /v1/keys` gives them. Obtain them once, from a place you trust. */
export interface LogKeyset {
  readonly mode: Mode;
  readonly origin: string;
  /** C2SP verifier key `origin+id+key`. */
  readonly verifier_key: string;
  /** Address that signs `LogRoot`. */
  readonly root_signer: string;
}
export interface ProofOptions {
  readonly keys: LogKeyset;
  /** Test logs record nothing of worth; they are refused unless this says otherwise. */
  readonly allowTest?: boolean;
}
/** A size and root whose signatures were checked: keep it, and ask for consistency with it next time. */
export interface VerifiedRoot {
  readonly size: number;
  readonly root: Hash;
}

/** A proof does not prove what it says. Never means "try again": the same bytes fail for ever. */
export class ProofInvalid extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`proof: ${reason}`, options);
    this.name = 'ProofInvalid';
  }
}

/**
 * Checks that the log holds exactly this leaf: both signatures of the checkpoint, then the path from the leaf to its root.
 * Pure computation, repeatable, no network. Resolves only when everything holds.
 *
 * @example
 * const leaf = { v: 1, type: 'observation', id: card.id, commitment: card.commitment } as const;
 * const { size, root } = await verifyInclusion(body.proof, { leaf, keys: { mode: 'test', ...keys.log }, allowTest: true });
 * @throws {ProofInvalid} naming the first thing that does not hold.
 */
export async function verifyInclusion(proof: unknown, options: ProofOptions & { leaf: Leaf }): Promise<VerifiedRoot> {
  const { leaf_index, tree_size, hashes, ...signed } = parse(inclusionProofSchema, proof);
  const verified = await verifyCheckpoint(signed, options);
  if (verified.size !== tree_size) throw new ProofInvalid('the checkpoint is for another size');
  const root = rootOfInclusion(leafHash(leafBytes(options.leaf)), leaf_index, tree_size, hashes.map(fromHex));
  if (root === null || !sameBytes(root, verified.root)) throw new ProofInvalid('the path does not lead to the root');
  return verified;
}

/**
 * Checks that the log only grew since `trusted`, a root verified earlier.
 * @throws {ProofInvalid} when anything does not hold; a log that cannot prove growth has been rewritten.
 */
export async function verifyConsistency(
  proof: unknown,
  options: ProofOptions & { trusted: VerifiedRoot },
): Promise<VerifiedRoot> {
  const { from, to, hashes, ...signed } = parse(consistencyProofSchema, proof);
  const verified = await verifyCheckpoint(signed, options);
  if (verified.size !== to) throw new ProofInvalid('the checkpoint is for another size');
  if (options.trusted.size !== from) throw new ProofInvalid('the proof does not start at the trusted size');
  if (!isConsistent(from, to, options.trusted.root, verified.root, hashes.map(fromHex))) {
    throw new ProofInvalid('the log is not a continuation of the trusted one');
  }
  return verified;
}

/** Both forms must verify and say the same: a log that signs two stories is caught by whoever sees either. */
export async function verifyCheckpoint(
  signed: { log_origin: string; checkpoint: string; log_root: LogRoot },
  { keys, allowTest = false }: ProofOptions,
): Promise<VerifiedRoot> {
  const { log_root } = signed;
  if (log_root.mode !== keys.mode) throw new ProofInvalid(`signed in mode ${log_root.mode}, the keys are ${keys.mode}`);
  if (log_root.mode === 'test' && !allowTest) throw new ProofInvalid('signed by a test log');
  const note = await openCheckpoint(signed.checkpoint, keys.verifier_key);
  if (note.origin !== keys.origin || signed.log_origin !== keys.origin)
    throw new ProofInvalid('another log’s checkpoint');
  const same =
    log_root.origin_hash === originHash(keys.origin) &&
    log_root.size === note.size &&
    log_root.root === `0x${toHex(note.root)}`;
  if (!same) throw new ProofInvalid('note and log root differ');
  if (!(await isSignedLogRoot(log_root, keys.root_signer as `0x${string}`))) {
    throw new ProofInvalid('the log root is not signed by the expected key');
  }
  return { size: note.size, root: note.root };
}

async function openCheckpoint(note: string, verifierKey: string) {
  try {
    return parseCheckpoint(await openNote(note, parseNoteKey(verifierKey)));
  } catch (cause) {
    if (cause instanceof NoteInvalid) throw new ProofInvalid(cause.message, { cause });
    throw cause;
  }
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ProofInvalid('malformed', { cause: parsed.error });
  return parsed.data;
}
