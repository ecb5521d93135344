import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { checkedCheckpoint, LogFault, provesGrowth, type CheckedCheckpoint } from '@groundtruth/sdk/feeds';
import {
  cosignatureLine,
  cosignedMessage,
  encodeWitnessKey,
  fromBase64Url,
  fromHex,
  NoteInvalid,
  parseAddCheckpoint,
  parseNoteKey,
  TLOG_SIZE,
  toHex,
  witnessKey,
  type AddCheckpoint,
  type NoteKey,
} from '@groundtruth/sdk/protocol';
import type { Clock } from '../../kernel/clock.js';
import type { Seen, WitnessStore } from './witness-store.js';

/** What a witness answers, in the statuses of C2SP tlog-witness. */
export interface WitnessReply {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly body: string;
  readonly content_type: string;
}

/** ASN.1 of a PKCS #8 Ed25519 private key up to its seed (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Cosigns checkpoints of the logs it knows, and of each log only such as continue all that it cosigned before. It checks with the auditor's
 * code, which shares nothing with the log's.
 */
export class WitnessOfLogs {
  readonly verifierKey: string;
  private readonly key: NoteKey;
  private readonly privateKey: KeyObject;
  /** Verifier keys by origin. */
  private readonly logs: ReadonlyMap<string, string>;
  private turn: Promise<unknown> = Promise.resolve();

  /** @param logs Verifier keys of the logs, `name+id+key`; the name is the origin. @throws {NoteInvalid} for one that is none. */
  constructor(
    { name, seed }: { readonly name: string; readonly seed: Uint8Array },
    logs: readonly string[],
    private readonly store: WitnessStore,
    private readonly clock: Clock,
  ) {
    this.privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
    this.key = witnessKey(name, fromBase64Url(createPublicKey(this.privateKey).export({ format: 'jwk' }).x!));
    this.verifierKey = encodeWitnessKey(this.key);
    this.logs = new Map(logs.map((log) => [parseNoteKey(log).name, log]));
  }

  /** Answers `POST /add-checkpoint`. One at a time: between looking up what was seen and keeping what is new nothing else may come. */
  addCheckpoint(body: string): Promise<WitnessReply> {
    const answer = this.turn.then(() => this.answer(body));
    this.turn = answer.catch(() => null); // Its own caller hears of it; the next one is not to blame.
    return answer;
  }

  private async answer(body: string): Promise<WitnessReply> {
    const request = parsed(body);
    if (!request) return refusal(400, 'malformed');
    const origin = request.checkpoint.slice(0, request.checkpoint.indexOf('\n'));
    const verifier_key = this.logs.get(origin);
    if (verifier_key === undefined) return refusal(404, 'this log is not known here');
    const checkpoint = await checked(request.checkpoint, { origin, verifier_key });
    if ('status' in checkpoint) return checkpoint;
    if (request.old > checkpoint.size) return refusal(400, 'the old size is above the new one');
    const last = await this.store.last(origin);
    if (request.old !== (last?.size ?? 0)) return elsewhere(last);
    const older = { size: request.old, root: last ? fromHex(last.root) : EMPTY };
    if (last?.size === checkpoint.size && last.root !== toHex(checkpoint.root)) return elsewhere(last);
    if (last ? !provesGrowth(older, checkpoint, request.proof) : request.proof.length > 0) {
      return refusal(422, 'the proof does not show that the log only grew');
    }
    await this.store.keep({ origin, size: checkpoint.size, root: toHex(checkpoint.root), note: request.checkpoint });
    return { status: 200, content_type: 'text/plain; charset=utf-8', body: this.cosign(checkpoint.note) };
  }

  private cosign(note: string): string {
    const at_s = Math.floor(this.clock.now() / 1_000);
    const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
    return cosignatureLine(this.key, at_s, sign(null, cosignedMessage(text, at_s), this.privateKey));
  }
}

/** Stands for a log of which nothing was seen; never compared, for then there is no proof to check. */
const EMPTY = new Uint8Array(32);

function parsed(body: string): AddCheckpoint | null {
  try {
    return parseAddCheckpoint(body);
  } catch (error) {
    if (error instanceof NoteInvalid) return null;
    throw error;
  }
}

async function checked(
  note: string,
  keys: { readonly origin: string; readonly verifier_key: string },
): Promise<CheckedCheckpoint | WitnessReply> {
  try {
    return await checkedCheckpoint(note, keys);
  } catch (error) {
    if (!(error instanceof LogFault)) throw error;
    return error.code === 'wrong_key' ? refusal(403, 'not signed by the log') : refusal(400, error.message);
  }
}

const refusal = (status: 400 | 403 | 404 | 422, why: string): WitnessReply => ({
  status,
  content_type: 'text/plain; charset=utf-8',
  body: `${why}\n`,
});
const elsewhere = (last: Seen | null): WitnessReply => ({
  status: 409,
  content_type: TLOG_SIZE,
  body: `${last?.size ?? 0}\n`,
});
