import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../../kernel/clock.js';
import { sql, sqlCount, type Tx } from '../../platform/database/index.js';

/** Before a job of the day that is not finished is tried again. */
const AGAIN_AFTER_S = 3_600;

export interface Run {
  readonly job: 'batch' | 'reconcile';
  readonly mode: Mode;
  readonly day: string;
}

/** Jobs done once a day. A holder that dies blocks nobody for longer than an hour. */
@Injectable()
export class PayoutRuns {
  constructor(private readonly clock: Clock) {}

  /** Whether the caller is to do it now: it is not finished, and nobody took it up in the last hour. */
  async take(tx: Tx, { job, mode, day }: Run): Promise<boolean> {
    const now = this.clock.now();
    const row = [job, mode, day, new Date(now)];
    await sql(
      tx,
      'INSERT INTO payout_run (job, mode, day, look_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      row,
    );
    const text = `UPDATE payout_run SET look_at = $5 WHERE job = $1 AND mode = $2 AND day = $3 AND finished_at IS NULL AND look_at <= $4`;
    return (await sqlCount(tx, text, [...row, new Date(now + seconds(AGAIN_AFTER_S))])) === 1;
  }

  async finish(tx: Tx, { job, mode, day }: Run): Promise<void> {
    const text = 'UPDATE payout_run SET finished_at = $4 WHERE job = $1 AND mode = $2 AND day = $3';
    await sql(tx, text, [job, mode, day, new Date(this.clock.now())]);
  }
}
