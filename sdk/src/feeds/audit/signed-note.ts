import { sha256 } from 'viem';
import { LogFault } from './fault.js';
import { bytesFromBase64, bytesOfText, hexOf } from './text.js';

/** Signature algorithms of C2SP signed notes: what stands before the key's bytes in a verifier key. */
const ED25519 = 0x01;
const COSIGNATURE_V1 = 0x04;
/** Longest note looked at: a checkpoint with 16 cosignatures has 3,000 characters. */
const NOTE_CHARS_MAX = 65_536;

/** A key that a caller trusts, from `name+id+base64`. */
export interface TrustedKey {
  readonly name: string;
  readonly id: string;
  readonly kind: 'log' | 'witness';
  readonly bytes: Uint8Array;
}

export interface OpenedNote {
  /** What is signed, its last newline included. */
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly bytes: Uint8Array }[];
}

/** One witness's word: it saw this checkpoint, consistent with all it saw before, at `at` (epoch milliseconds, whole seconds). */
export interface Cosigned {
  readonly name: string;
  readonly at: number;
}

/** @throws {LogFault} `malformed` unless it is a verifier key with its right id. The caller's mistake, not the log's. */
export function trustedKey(text: string): TrustedKey {
  const [name = '', id = '', ...rest] = text.split('+');
  const blob = bytesFromBase64(rest.join('+'));
  const kind = blob?.[0] === ED25519 ? 'log' : blob?.[0] === COSIGNATURE_V1 ? 'witness' : null;
  if (!blob || blob.length !== 33 || !kind || name === '' || /\s/.test(name)) {
    throw new LogFault('malformed', 'this is no verifier key');
  }
  const expected = hexOf(sha256(Uint8Array.of(...bytesOfText(`${name}\n`), ...blob), 'bytes').slice(0, 4));
  if (id !== expected) throw new LogFault('malformed', `the id of the key of ${name} is wrong`);
  return { name, id, kind, bytes: blob.slice(1) };
}

/** @throws {LogFault} `malformed` unless the note is text, an empty line and signature lines. */
export function openedNote(note: string): OpenedNote {
  const refuse = (why: string): never => {
    throw new LogFault('malformed', `the checkpoint is no signed note: ${why}`);
  };
  if (note.length > NOTE_CHARS_MAX) refuse('too long');
  if (!note.endsWith('\n')) refuse('cut short');
  const lines = note.slice(0, -1).split('\n');
  const gap = lines.lastIndexOf('');
  if (gap < 1 || gap === lines.length - 1) refuse('no text, or no signature');
  if (lines.some((line) => /[\u0000-\u001f\u007f]/.test(line))) refuse('control characters');
  const signatures = lines.slice(gap + 1).map((line) => {
    const [dash, name = '', encoded = '', ...more] = line.split(' ');
    const blob = bytesFromBase64(encoded);
    if (dash !== '—' || name === '' || name.includes('+') || !blob || blob.length < 5 || more.length > 0)
      return refuse('a signature line of another form');
    return { name, id: hexOf(blob.slice(0, 4)), bytes: blob.slice(4) };
  });
  return { text: `${lines.slice(0, gap).join('\n')}\n`, signatures };
}

/** @throws {LogFault} `wrong_key` unless `key` signed the note, and every line under its name and id holds. */
export async function requireSigned(note: OpenedNote, key: TrustedKey): Promise<void> {
  const ours = note.signatures.filter(({ name, id }) => name === key.name && id === key.id);
  if (ours.length === 0) throw new LogFault('wrong_key', 'the checkpoint is not signed by the key that is trusted');
  for (const { bytes } of ours) {
    if (!(await isSignature(key.bytes, bytes, bytesOfText(note.text)))) {
      throw new LogFault('wrong_key', 'the signature of the checkpoint does not hold');
    }
  }
}

/** Those of the trusted witnesses who cosigned the note (C2SP tlog-cosignature, `cosignature/v1`), each once. */
export async function cosigners(note: OpenedNote, witnesses: readonly TrustedKey[]): Promise<Cosigned[]> {
  const found: Cosigned[] = [];
  for (const witness of witnesses) {
    const line = note.signatures.find(({ name, id }) => name === witness.name && id === witness.id);
    if (!line || line.bytes.length !== 72) continue;
    const seconds = new DataView(line.bytes.slice(0, 8).buffer).getBigUint64(0);
    const signed = bytesOfText(`cosignature/v1\ntime ${seconds}\n${note.text}`);
    if (await isSignature(witness.bytes, line.bytes.slice(8), signed)) {
      found.push({ name: witness.name, at: Number(seconds) * 1_000 });
    }
  }
  return found;
}

async function isSignature(key: Uint8Array, signature: Uint8Array, over: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', new Uint8Array(key), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', imported, new Uint8Array(signature), over);
}
