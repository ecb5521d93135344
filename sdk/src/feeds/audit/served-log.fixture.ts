import { generateKeyPairSync, sign } from 'node:crypto';
import { privateKeyToAccount } from 'viem/accounts';
import {
  assembleNote,
  checkpointText,
  encodeNoteKey,
  fromBase64Url,
  leafBytes,
  leafHash,
  logRootMessage,
  nodeHash,
  noteKey,
  originHash,
  toHex,
  utf8,
  type Leaf,
  type LogKeyset,
} from '../../protocol/index.js';
import { tilePath, type LogSource } from './source.js';

type Hash = Uint8Array;
interface Signed {
  readonly size: number;
  readonly checkpoint: string;
  readonly log_root: Record<string, unknown>;
}

export const NOW = 1_764_000_000_000;

/** For specs: a leaf like any other, the same for the same number and colour. */
export function leafNumbered(i: number, colour = 'plain'): Leaf {
  const digest = toHex(leafHash(utf8(`${colour} ${i}`)));
  return { v: 1, type: 'verdict', id: `vrd_${digest.slice(0, 32)}`, commitment: digest };
}

/** For specs: the keys of a log, which can sign anything. */
export function logKeys(seed = 'a', origin = 'groundtruth.example/log/test') {
  const pair = generateKeyPairSync('ed25519');
  const note = noteKey(origin, fromBase64Url(pair.publicKey.export({ format: 'jwk' }).x!));
  const account = privateKeyToAccount(`0x${seed.repeat(64)}`);
  const keys: LogKeyset = { mode: 'test', origin, verifier_key: encodeNoteKey(note), root_signer: account.address };
  async function signed(size: number, root: Hash, signed_at?: number): Promise<Signed> {
    const text = checkpointText({ origin, size, root, signed_at });
    const body = { mode: 'test', origin_hash: originHash(origin), size, root: `0x${toHex(root)}` } as const;
    const signature = await account.signTypedData(logRootMessage(body));
    return {
      size,
      checkpoint: assembleNote(text, note, sign(null, Buffer.from(text), pair.privateKey)),
      log_root: { ...body, signature },
    };
  }
  return { keys, signed };
}
export type LogSigner = ReturnType<typeof logKeys>;

/** For specs: a log held in memory by the definitions of RFC 9162, signed at `sizes`, each as many milliseconds after `NOW` as it has leaves. */
export async function servedLog(
  signer: LogSigner,
  leaves: readonly Leaf[],
  sizes: readonly number[],
): Promise<LogSource> {
  const entries = leaves.map(leafBytes);
  const hashes = entries.map(leafHash);
  const checkpoints: Signed[] = [];
  for (const size of sizes) checkpoints.push(await signer.signed(size, rootOf(hashes.slice(0, size)), NOW + size));
  const last = sizes.at(-1)!;
  const files = new Map<string, Uint8Array>();
  for (let level = 0, row = hashes.slice(0, last); row.length > 0; level++) {
    for (const [path, part] of pieces(level, row)) files.set(path, Buffer.concat(part));
    row = Array.from({ length: Math.floor(row.length / 256) }, (_, i) => rootOf(row.slice(i * 256, (i + 1) * 256)));
  }
  for (const [path, part] of pieces('entries', entries.slice(0, last))) {
    files.set(path, Buffer.concat(part.flatMap((entry) => [Buffer.of(entry.length >> 8, entry.length & 255), entry])));
  }
  return {
    checkpoint: () => Promise.resolve(checkpoints.at(-1)?.checkpoint ?? null),
    checkpoints: (after) => Promise.resolve(checkpoints.filter(({ size }) => size > after).slice(0, 2)),
    growth: (from, to) => Promise.resolve(from === 0 ? [] : growth(from, hashes.slice(0, to), true).map(toHex)),
    tile: (path) => Promise.resolve(files.get(path) ?? null),
  };
}

/** Every prefix of every tile, as a server of prefixes has them. */
function pieces<T>(level: number | 'entries', all: readonly T[]): [string, T[]][] {
  return all.map((_, i) => {
    const n = Math.floor(i / 256);
    return [tilePath(level, n, (i % 256) + 1), all.slice(n * 256, i + 1)];
  });
}

const split = (count: number): number => (count <= 2 ? 1 : 2 * split(Math.ceil(count / 2)));

export function rootOf(hashes: readonly Hash[]): Hash {
  if (hashes.length === 1) return hashes[0]!;
  const middle = split(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, middle)), rootOf(hashes.slice(middle)));
}

function growth(from: number, hashes: readonly Hash[], whole: boolean): Hash[] {
  if (from === hashes.length) return whole ? [] : [rootOf(hashes)];
  const middle = split(hashes.length);
  return from <= middle
    ? [...growth(from, hashes.slice(0, middle), whole), rootOf(hashes.slice(middle))]
    : [...growth(from - middle, hashes.slice(middle), false), rootOf(hashes.slice(0, middle))];
}
