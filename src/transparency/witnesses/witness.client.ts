import {
  composeAddCheckpoint,
  cosignatureIn,
  TLOG_SIZE,
  type AddCheckpoint,
  type NoteKey,
} from '@groundtruth/sdk/protocol';

/** A witness that hangs for longer has not answered, in milliseconds. Nothing waits for it but the next question. */
const ANSWER_MS_MAX = 3_000;
/** Longest answer that is read: some tens of signature lines. */
const ANSWER_BYTES_MAX = 16_384;

/** A witness of this instance's logs. */
export interface Witness {
  /** Submission prefix, without a closing slash. */
  readonly url: string;
  readonly key: NoteKey;
}

export type WitnessAnswer =
  | { readonly is: 'cosigned'; readonly line: string }
  /** It saw another size last. */
  | { readonly is: 'elsewhere'; readonly size: number };

/**
 * Asks a witness to cosign a checkpoint. Repeatable: a witness cosigns the same checkpoint as often as it is asked.
 * @throws {Error} when it does not answer, refuses, or answers something else; {NoteInvalid} for a cosignature that does not verify.
 */
export async function askWitness({ url, key }: Witness, text: string, request: AddCheckpoint): Promise<WitnessAnswer> {
  const response = await fetch(`${url}/add-checkpoint`, {
    method: 'POST',
    body: composeAddCheckpoint(request),
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  const answer = await response.text();
  if (answer.length > ANSWER_BYTES_MAX) throw new Error(`the witness ${key.name} answered too much`);
  const isSize = response.headers.get('content-type')?.startsWith(TLOG_SIZE) && /^\d{1,16}\n$/.test(answer);
  if (response.status === 409 && isSize) return { is: 'elsewhere', size: Number(answer) };
  if (response.status !== 200) throw new Error(`the witness ${key.name} refuses with ${response.status}`);
  const cosigned = await cosignatureIn(answer, text, key);
  if (!cosigned) throw new Error(`the witness ${key.name} answered another's signature`);
  return { is: 'cosigned', line: cosigned.line };
}
