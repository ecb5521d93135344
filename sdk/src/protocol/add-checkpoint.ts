import { fromBase64, NoteInvalid, toBase64 } from './note.js';

/** Proof lines at most (C2SP tlog-witness: 63). */
const PROOF_LINES_MAX = 63;

/** What a log asks a witness by `POST <prefix>/add-checkpoint` (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** The size that the witness saw last, as the log believes; 0 for none. */
  readonly old: number;
  /** Consistency proof from that size to the checkpoint's. */
  readonly proof: readonly Uint8Array[];
  /** The checkpoint, a signed note. */
  readonly checkpoint: string;
}

/** The media type of a 409, whose body is the size that the witness has seen. */
export const TLOG_SIZE = 'text/x.tlog.size';

export function composeAddCheckpoint({ old, proof, checkpoint }: AddCheckpoint): string {
  return [`old ${old}`, ...proof.map(toBase64), '', checkpoint].join('\n');
}

/** @throws {NoteInvalid} for a body of another form. The checkpoint in it is not looked at. */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const gap = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(gap, 0)).split('\n');
  const [, old] = /^old (0|[1-9][0-9]{0,15})$/.exec(first) ?? [];
  if (old === undefined || !Number.isSafeInteger(Number(old))) throw new NoteInvalid('no old size');
  if (lines.length > PROOF_LINES_MAX) throw new NoteInvalid('too long a proof');
  const proof = lines.map(fromBase64);
  if (proof.some((hash) => hash.length !== 32)) throw new NoteInvalid('a proof of something other than hashes');
  return { old: Number(old), proof, checkpoint: body.slice(gap + 2) };
}
