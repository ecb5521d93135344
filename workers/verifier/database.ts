import { z } from 'zod';
import { sqlOne, type UnitOfWork } from '../../src/platform/database/index.js';
import { captureContextSchema, recordedDecisionSchema } from './context.js';
import { CaptureRecords, type MeasuredValue, type PictureHashes, type PictureLikeness } from './sources.js';

/** The functions of schema `verifier_api`, which are all that role `verifier` may execute. */
export class SqlCaptureRecords extends CaptureRecords {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async context(captureId: string) {
    return parsed(
      captureContextSchema,
      await this.call('SELECT verifier_api.capture_context($1) AS answer', [captureId]),
    );
  }

  async recordedDecision(captureId: string) {
    const answer = await this.call('SELECT verifier_api.recorded_decision($1) AS answer', [captureId]);
    return parsed(recordedDecisionSchema, answer);
  }

  async nearHash(captureId: string, { upright, mirror }: PictureHashes): Promise<boolean> {
    return (
      (await this.call('SELECT verifier_api.near_hash($1, $2, $3) AS answer', [captureId, upright, mirror])) === true
    );
  }

  /**
   * Remembers in a transaction of its own, so that of two captures asked about at once at least the one that asks last sees the other,
   * with no lock held while a long table is read.
   */
  async resembles(captureId: string, { embedding, perceptual }: PictureLikeness): Promise<boolean> {
    await this.call('SELECT verifier_api.remember_likeness($1, $2) AS answer', [captureId, embedding]);
    const hashes = [perceptual?.upright ?? null, perceptual?.mirror ?? null];
    const answer = await this.call('SELECT verifier_api.resembles($1, $2, $3, $4) AS answer', [
      captureId,
      embedding,
      ...hashes,
    ]);
    return answer === true;
  }

  async readingSequence(captureId: string, seq: number): Promise<boolean> {
    return (await this.call('SELECT verifier_api.reading_sequence($1, $2) AS answer', [captureId, seq])) === true;
  }

  async previousReading(captureId: string, quantityKind: string) {
    const answer = await this.call('SELECT verifier_api.previous_reading($1, $2) AS answer', [captureId, quantityKind]);
    return parsed(sampleSchema, answer);
  }

  async readingNeighbours(captureId: string, { quantity_kind, value, at }: MeasuredValue): Promise<readonly number[]> {
    const answer = await this.call('SELECT verifier_api.reading_neighbours($1, $2, $3, $4) AS answer', [
      captureId,
      quantity_kind,
      value,
      at,
    ]);
    return neighboursSchema.parse(answer);
  }

  /** How far the clock of the market was moved ahead of the machine's, in milliseconds: 0 unless its operator lets it be moved. */
  async clockAheadMs(): Promise<number> {
    return z.coerce.number().parse(await this.call('SELECT verifier_api.clock_ahead_ms() AS answer', []));
  }

  private async call(statement: string, params: (string | number | null)[]): Promise<unknown> {
    const row = await this.unitOfWork.run((tx) => sqlOne<{ answer: unknown }>(tx, statement, params));
    return row?.answer ?? null;
  }
}

const sampleSchema = z.object({ value: z.number(), at: z.int() });
const neighboursSchema = z.array(z.number()).max(50);

const parsed = <T extends z.ZodType>(schema: T, answer: unknown): z.output<T> | null =>
  answer === null ? null : schema.parse(answer);
