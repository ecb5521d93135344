import { createHash } from 'node:crypto';
import { evidenceIn, readBytes, UsageError, type ReportItem } from '@groundtruth/sdk/cli';
import { verifyObservation } from '@groundtruth/sdk/feeds';
import { ProofInvalid, type CheckResult, type ModeKeys, type Verdict } from '@groundtruth/sdk/protocol';

/** What was published of a capture, as a buyer holds it. */
export interface Published {
  /** The checks recorded on the published media; those of the verdict where no observation was given or it is not to be believed. */
  readonly checks: readonly CheckResult[];
  /** How far the observation holds and is of this verdict and this media. */
  readonly items: readonly ReportItem[];
}

/** Holds a bought observation (the body of a read, in a file) against the verdict and the media it was sold with. */
export async function publishedIn(
  file: string,
  verdict: Verdict,
  mediaFile: string,
  keys: ModeKeys,
): Promise<Published> {
  const evidence = await evidenceIn(file);
  if (evidence.kind !== 'observation' || !evidence.body.record)
    throw new UsageError(`${file} holds no observation; keep the answer of a read`);
  const { body } = evidence;
  const problem = await verifyObservation(body, keys, { allowTest: true }).then(
    ({ record }) => (record.verdict_ids.includes(verdict.verdict_id) ? null : 'it was made from another verdict'),
    (error: unknown) => {
      if (error instanceof ProofInvalid) return error.message;
      throw error;
    },
  );
  const { id, media } = body.record;
  const sha256 = createHash('sha256')
    .update(await readBytes(mediaFile))
    .digest('hex');
  return {
    checks: problem === null && media ? media.checks : verdict.checks,
    items: [
      { item: 'observation', status: problem ? 'differs' : 'same', recorded: id, recomputed: problem ?? id },
      {
        item: 'media',
        status: media?.sha256 === sha256 ? 'same' : 'differs',
        recorded: media?.sha256 ?? null,
        recomputed: sha256,
      },
    ],
  };
}
