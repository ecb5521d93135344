import { z } from 'zod';
import { sqlOne, type UnitOfWork } from '../../src/platform/database/index.js';

const key = { entry: z.string(), facts: z.unknown() };
const releaseRowSchema = z.object({ ...key, capture_id: z.string() });
const batchRowSchema = z.object({ ...key, first_seq: z.int(), last_seq: z.int() });
const closingRowSchema = z.object(key);
const rootRowSchema = z.object({ root_id: z.string(), facts: z.unknown() });

/** Something that waits for a signature: where it is, and the facts about it, not parsed yet, so that one bad row hides no other. */
export type ReleaseRow = z.infer<typeof releaseRowSchema>;
export type BatchRow = z.infer<typeof batchRowSchema>;
export type ClosingRow = z.infer<typeof closingRowSchema>;
export type RootRow = z.infer<typeof rootRowSchema>;

/** Rows of one page. */
export const PAGE = 50;

/**
 * The functions of schema `releaser_api`, which are all that role `releaser` may execute. Pages come in the order of their keys: the next
 * one is after the last row of this one, and one of fewer than `PAGE` rows is the last. Signing answers whether this call wrote the
 * signature, and may be repeated with the same one. @throws when another signature is there.
 */
export class ReleaserRecords {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async releasesDue(after: ReleaseRow | null): Promise<ReleaseRow[]> {
    const params = [PAGE, after?.entry ?? ''];
    return z.array(releaseRowSchema).parse(await this.call('releases_due($1, $2)', params));
  }

  async signRelease({ capture_id }: ReleaseRow, signature: string): Promise<boolean> {
    return (await this.call('sign_release($1, $2)', [capture_id, signature])) === true;
  }

  async batchesDue(after: BatchRow | null): Promise<BatchRow[]> {
    const params = [PAGE, after?.entry ?? '', after?.first_seq ?? 0, after?.last_seq ?? 0];
    return z.array(batchRowSchema).parse(await this.call('batches_due($1, $2, $3, $4)', params));
  }

  async signBatch({ entry, first_seq, last_seq }: BatchRow, signature: string): Promise<boolean> {
    return (await this.call('sign_batch($1, $2, $3, $4)', [entry, first_seq, last_seq, signature])) === true;
  }

  async closingsDue(after: ClosingRow | null): Promise<ClosingRow[]> {
    const params = [PAGE, after?.entry ?? ''];
    return z.array(closingRowSchema).parse(await this.call('closings_due($1, $2)', params));
  }

  /** False also when what is owed is not `owed_total` any more. */
  async signClosing({ entry }: ClosingRow, owed_total: bigint, signature: string): Promise<boolean> {
    return (await this.call('sign_closing($1, $2, $3)', [entry, owed_total, signature])) === true;
  }

  /** All of them: there is one draft of each Distributor at most. */
  async rootsDue(after: RootRow | null): Promise<RootRow[]> {
    return after ? [] : z.array(rootRowSchema).parse(await this.call('roots_due()', []));
  }

  async signRoot({ root_id }: RootRow, signature: string): Promise<boolean> {
    return (await this.call('sign_root($1, $2)', [root_id, signature])) === true;
  }

  private async call(invocation: string, params: (string | number | bigint)[]): Promise<unknown> {
    const statement = `SELECT releaser_api.${invocation} AS answer`;
    const row = await this.unitOfWork.run((tx) => sqlOne<{ answer: unknown }>(tx, statement, params));
    return row!.answer;
  }
}
