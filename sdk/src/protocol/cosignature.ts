import { concatBytes, sha256, toHex, utf8 } from './bytes.js';
import { sameBytes } from './merkle.js';
import { fromBase64, NoteInvalid, signaturesOf, toBase64, verifiesEd25519, type NoteKey } from './note.js';

/** Kind of key and signature: C2SP tlog-cosignature, `cosignature/v1` with Ed25519. Room is left for other kinds: each has its byte. */
const COSIGNATURE_V1 = 0x04;
const TIME_BYTES = 8;

/** A witness's key. Its id differs from that of a log's key with the same name and bytes. */
export function witnessKey(name: string, publicKey: Uint8Array): NoteKey {
  if (!/^[^\s+]+$/u.test(name)) throw new NoteInvalid('a key name has no spaces and no plus sign');
  if (publicKey.length !== 32) throw new NoteInvalid('an Ed25519 key has 32 bytes');
  const id = sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(COSIGNATURE_V1), publicKey)).slice(0, 4);
  return { name, publicKey, id };
}

/** `name+id+key`. */
export function encodeWitnessKey(key: NoteKey): string {
  return `${key.name}+${toHex(key.id)}+${toBase64(concatBytes(Uint8Array.of(COSIGNATURE_V1), key.publicKey))}`;
}

/** @throws {NoteInvalid} unless the text is a witness's key whose id is right. */
export function parseWitnessKey(text: string): NoteKey {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? [];
  if (!name || !id || !encoded) throw new NoteInvalid('malformed witness key');
  const bytes = fromBase64(encoded);
  if (bytes[0] !== COSIGNATURE_V1) throw new NoteInvalid('this is no key of a witness');
  const key = witnessKey(name, bytes.slice(1));
  if (toHex(key.id) !== id) throw new NoteInvalid('the id of the witness key is wrong');
  return key;
}

/** What a witness signs: the time, in whole seconds since 1970, and the checkpoint's text with its last newline. */
export function cosignedMessage(text: string, at_s: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${at_s}\n${text}`);
}

/** The note's signature line of a witness, newline included. */
export function cosignatureLine(key: NoteKey, at_s: number, signature: Uint8Array): string {
  const time = new Uint8Array(TIME_BYTES);
  new DataView(time.buffer).setBigUint64(0, BigInt(at_s));
  return `— ${key.name} ${toBase64(concatBytes(key.id, time, signature))}\n`;
}

/**
 * The line of `lines` by which this witness cosigned the text, and its time in seconds; null when there is none.
 * @throws {NoteInvalid} for lines that are malformed, or a signature under the witness's key that does not verify.
 */
export async function cosignatureIn(
  lines: string,
  text: string,
  key: NoteKey,
): Promise<{ readonly line: string; readonly at_s: number } | null> {
  const ours = signaturesOf(lines).find(({ name, id }) => name === key.name && sameBytes(id, key.id));
  if (!ours) return null;
  if (ours.bytes.length !== TIME_BYTES + 64) throw new NoteInvalid('malformed cosignature');
  const time = ours.bytes.slice(0, TIME_BYTES);
  const at_s = Number(new DataView(time.buffer).getBigUint64(0));
  const signature = ours.bytes.slice(TIME_BYTES);
  if (!(await verifiesEd25519(key.publicKey, signature, cosignedMessage(text, at_s)))) {
    throw new NoteInvalid('the cosignature does not verify');
  }
  return { line: cosignatureLine(key, at_s, signature), at_s };
}
