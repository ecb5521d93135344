import { isAddressEqual, keccak256, recoverTypedDataAddress, toBytes } from 'viem';
import type { LogKeyset } from '../../protocol/proof.js';
import { LogFault } from './fault.js';
import { cosigners, openedNote, requireSigned, trustedKey, type Cosigned } from './signed-note.js';
import { bytesFromBase64, hexOf } from './text.js';
import { DIGEST_BYTES, type Digest } from './tree.js';

/** EIP-712 domain names, by mode: a root of a test log never passes for a live one. */
const DOMAIN_NAMES = { test: 'Groundtruth Test', live: 'Groundtruth' } as const;
const LOG_ROOT = [
  { name: 'origin_hash', type: 'bytes32' },
  { name: 'size', type: 'uint64' },
  { name: 'root', type: 'bytes32' },
] as const;

/** What a log said, signatures checked. */
export interface CheckedCheckpoint {
  readonly size: number;
  readonly root: Digest;
  /** When the log says it signed, epoch milliseconds; null for checkpoints older than that line. */
  readonly signed_at: number | null;
  readonly cosigned: readonly Cosigned[];
  readonly note: string;
}

export interface Witnessing {
  /** Verifier keys of the witnesses that count, `name+id+key`. */
  readonly witnesses?: readonly string[] | undefined;
  /** How many of them must have cosigned; 0 when left out. */
  readonly minWitnesses?: number | undefined;
}

/**
 * Checks one checkpoint note by nothing but the keys.
 *
 * @example
 * const { size, root } = await checkedCheckpoint(note, keys.log, { witnesses: [], minWitnesses: 0 });
 * @throws {LogFault} `malformed`, `wrong_key`, `wrong_origin` or `uncosigned`, looked for in this order.
 */
export async function checkedCheckpoint(
  note: string,
  keys: Pick<LogKeyset, 'origin' | 'verifier_key'>,
  { witnesses = [], minWitnesses = 0 }: Witnessing = {},
): Promise<CheckedCheckpoint> {
  const opened = openedNote(note);
  await requireSigned(opened, trustedKey(keys.verifier_key));
  const { origin, ...body } = bodyOf(opened.text);
  if (origin !== keys.origin) throw new LogFault('wrong_origin', `it is a checkpoint of ${origin}`, { origin });
  const cosigned = await cosigners(opened, distinct(witnesses));
  if (cosigned.length < minWitnesses) {
    const facts = { size: body.size, cosigned: cosigned.length, demanded: minWitnesses };
    throw new LogFault('uncosigned', `${cosigned.length} of ${minWitnesses} witnesses cosigned`, facts);
  }
  return { ...body, cosigned, note };
}

/**
 * Checks the form that contracts verify against the note of the same size.
 * @throws {LogFault} `malformed`, or `two_stories` when it says something else or the log's key did not sign it.
 */
export async function requireSameRoot(checkpoint: CheckedCheckpoint, logRoot: unknown, keys: LogKeyset): Promise<void> {
  const { mode, origin_hash, size, root, signature } = (logRoot ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof signature !== 'string' || !/^0x[0-9a-f]{130}$/.test(signature)) {
    throw new LogFault('malformed', 'the log root carries no signature');
  }
  const message = {
    origin_hash: keccak256(toBytes(keys.origin)),
    size: BigInt(checkpoint.size),
    root: `0x${hexOf(checkpoint.root)}` as const,
  };
  const facts = { size: checkpoint.size, note_root: message.root, log_root: String(root) };
  if (mode !== keys.mode || origin_hash !== message.origin_hash || size !== checkpoint.size || root !== message.root) {
    throw new LogFault('two_stories', 'the log root differs from the note', facts);
  }
  const signer = await recoverTypedDataAddress({
    domain: { name: DOMAIN_NAMES[keys.mode], version: '1' },
    types: { LogRoot: LOG_ROOT },
    primaryType: 'LogRoot',
    message,
    signature: signature as `0x${string}`,
  }).catch(() => null); // Recovery throws for bytes that no key can have made: nobody signed that.
  if (signer === null || !isAddressEqual(signer, keys.root_signer as `0x${string}`)) {
    throw new LogFault('two_stories', 'the log root is not signed by the log', facts);
  }
}

function bodyOf(text: string): { origin: string; size: number; root: Digest; signed_at: number | null } {
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n');
  const digest = bytesFromBase64(root);
  const count = /^(0|[1-9]\d{0,15})$/.test(size) ? Number(size) : Number.NaN;
  if (origin === '' || !Number.isSafeInteger(count) || digest?.length !== DIGEST_BYTES) {
    throw new LogFault('malformed', 'the checkpoint does not say origin, size and root');
  }
  const time = extensions.find((line) => line.startsWith('signed_at '))?.slice('signed_at '.length);
  if (time !== undefined && !/^[1-9]\d{0,15}$/.test(time)) {
    throw new LogFault('malformed', 'the checkpoint was signed at no time');
  }
  return { origin, size: count, root: digest, signed_at: time === undefined ? null : Number(time) };
}

/** A key listed twice, under whatever name, counts once. */
function distinct(witnesses: readonly string[]) {
  const keys = [...new Map(witnesses.map(trustedKey).map((key) => [hexOf(key.bytes), key])).values()];
  const log = keys.find(({ kind }) => kind !== 'witness');
  if (log) throw new LogFault('malformed', `the key of ${log.name} is no witness's`);
  return keys;
}
