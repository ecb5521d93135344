import { concatBytes, sha256, toHex, utf8 } from './bytes.js';
import { HASH_BYTES, sameBytes, type Hash } from './merkle.js';

/** A note failed to parse or to verify. The message says which, and never quotes the note. */
export class NoteInvalid extends Error {
  constructor(reason: string) {
    super(`note: ${reason}`);
    this.name = 'NoteInvalid';
  }
}

/** A public key that signs notes (C2SP signed-note, type 0x01: Ed25519). */
export interface NoteKey {
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key). */
  readonly id: Uint8Array;
  /** 32 bytes after RFC 8032. */
  readonly publicKey: Uint8Array;
}

/** What a log states in a checkpoint (C2SP tlog-checkpoint). */
export interface CheckpointBody {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  /** When the log says it signed, epoch milliseconds. Stands in an extension line; checkpoints older than that line have none. */
  readonly signed_at?: number | undefined;
}

const ED25519 = 0x01;
/** Longest note that is looked at: far above 16 signatures of any type in use. */
const NOTE_CHARS_MAX = 100_000;
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;

/** @param name A key name: the log's origin; no spaces, no plus sign. */
export function noteKey(name: string, publicKey: Uint8Array): NoteKey {
  if (!/^[^\s+]+$/u.test(name)) throw new NoteInvalid('a key name has no spaces and no plus sign');
  if (publicKey.length !== 32) throw new NoteInvalid('an Ed25519 key has 32 bytes');
  return { name, publicKey, id: sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey)).slice(0, 4) };
}

/** `name+id+key`, the form in which verifier keys are published and configured, also by Go's `sumdb/note`. */
export function encodeNoteKey(key: NoteKey): string {
  return `${key.name}+${toHex(key.id)}+${toBase64(concatBytes(Uint8Array.of(ED25519), key.publicKey))}`;
}

/** @throws {NoteInvalid} unless the text is a key whose id is right. */
export function parseNoteKey(text: string): NoteKey {
  const [, name, id, key] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? [];
  if (!name || !id || !key) throw new NoteInvalid('malformed verifier key');
  const bytes = fromBase64(key);
  if (bytes[0] !== ED25519) throw new NoteInvalid('unsupported kind of verifier key');
  const parsed = noteKey(name, bytes.slice(1));
  if (toHex(parsed.id) !== id) throw new NoteInvalid('the id of the verifier key is wrong');
  return parsed;
}

/** The text that is signed: origin, size and root, one a line, then when. */
export function checkpointText({ origin, size, root, signed_at }: CheckpointBody): string {
  return `${origin}\n${size}\n${toBase64(root)}\n${signed_at === undefined ? '' : `signed_at ${signed_at}\n`}`;
}

/** A signed note from its text and the raw Ed25519 signature over it. */
export function assembleNote(text: string, key: NoteKey, signature: Uint8Array): string {
  return `${text}\n— ${key.name} ${toBase64(concatBytes(key.id, signature))}\n`;
}

/**
 * Checks a signed note and gives its text. Signatures of unknown keys are ignored, as the format demands (witnesses add them).
 * @throws {NoteInvalid} when the note is malformed, or not signed by `key`, or a signature under `key` is wrong.
 */
export async function openNote(note: string, key: NoteKey): Promise<string> {
  if (note.length > NOTE_CHARS_MAX || /[\u0000-\u0009\u000b-\u001f]/u.test(note)) throw new NoteInvalid('malformed');
  const split = note.lastIndexOf('\n\n') + 1;
  const [text, block] = [note.slice(0, split), note.slice(split + 1)];
  if (split === 0 || !block.endsWith('\n')) throw new NoteInvalid('malformed');
  const signatures = signaturesOf(block);
  const ours = signatures.filter((signature) => signature.name === key.name && sameBytes(signature.id, key.id));
  if (ours.length === 0) throw new NoteInvalid('not signed by the expected key');
  for (const { bytes } of ours) {
    if (!(await verifiesEd25519(key.publicKey, bytes, utf8(text))))
      throw new NoteInvalid('the signature does not verify');
  }
  return text;
}

/** Signature lines, each ended by a newline. @throws {NoteInvalid} when one is malformed. */
export function signaturesOf(lines: string): { name: string; id: Uint8Array; bytes: Uint8Array }[] {
  return lines.slice(0, -1).split('\n').map(parseSignature);
}

export async function verifiesEd25519(key: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  const publicKey = await crypto.subtle.importKey('raw', owned(key), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', publicKey, owned(signature), owned(message));
}

const CHECKPOINT = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:signed_at ([1-9][0-9]{0,15})\n)?$/u;

/** @throws {NoteInvalid} unless the text is exactly a checkpoint, with no extension line but the time. */
export function parseCheckpoint(text: string): CheckpointBody {
  const [, origin, size, root, time] = CHECKPOINT.exec(text) ?? [];
  if (!origin || !size || !root) throw new NoteInvalid('malformed checkpoint');
  const signed_at = time === undefined ? {} : { signed_at: Number(time) };
  const body: CheckpointBody = { origin, size: Number(size), root: fromBase64(root), ...signed_at };
  if (!Number.isSafeInteger(body.size) || body.root.length !== HASH_BYTES || checkpointText(body) !== text) {
    throw new NoteInvalid('malformed checkpoint');
  }
  return body;
}

function parseSignature(line: string): { name: string; id: Uint8Array; bytes: Uint8Array } {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const blob = encoded ? fromBase64(encoded) : new Uint8Array();
  if (!name || blob.length < 5) throw new NoteInvalid('malformed signature line');
  return { name, id: blob.slice(0, 4), bytes: blob.slice(4) };
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Strict: one text per value, so that no two notes differ in bytes and agree in meaning. */
export function fromBase64(text: string): Uint8Array {
  const bytes = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
    ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
    : new Uint8Array();
  if (toBase64(bytes) !== text) throw new NoteInvalid('malformed base64');
  return bytes;
}

/** WebCrypto's types ask for bytes that no other thread shares. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
