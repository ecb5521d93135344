import { Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';

/** Why no new payout leaves by card. */
export interface PayoutStop {
  readonly id: Id<'payout_stop'>;
  readonly mode: Mode;
  readonly cause: 'operator' | 'reconciliation';
  /** For the operator only: for a reconciliation, which rows do not match. */
  readonly detail: string;
  readonly created_at: Instant;
  readonly lifted_at: Instant | null;
}
type Row = PayoutStop & Record<string, unknown>;

const LISTED_MAX = 100;
/** A night and two hours: a comparison that did not come about is tried again every hour. */
const COMPARED_WITHIN_S = 26 * 3_600;

/** The switch that holds new payouts: thrown by an operator or by the reconciliation, lifted by an operator only. */
@Injectable()
export class PayoutStops {
  constructor(private readonly clock: Clock) {}

  async stop(tx: Tx, mode: Mode, cause: PayoutStop['cause'], detail: string): Promise<PayoutStop> {
    const stop = { id: mintId('payout_stop'), mode, cause, detail, created_at: this.clock.now(), lifted_at: null };
    await sql(tx, 'INSERT INTO payout_stop (id, mode, cause, detail, created_at) VALUES ($1, $2, $3, $4, $5)', [
      stop.id,
      mode,
      cause,
      detail,
      new Date(stop.created_at),
    ]);
    return stop;
  }

  /** Null when there is no such stop. Repeatable: the first time counts. */
  async lift(tx: Tx, mode: Mode, id: string, operator: string): Promise<PayoutStop | null> {
    const text = `UPDATE payout_stop SET lifted_at = coalesce(lifted_at, $3), lifted_by = coalesce(lifted_by, $4) WHERE id = $1 AND mode = $2 RETURNING *`;
    return sqlOne<Row>(tx, text, [id, mode, new Date(this.clock.now()), operator]);
  }

  /** Those that stand, oldest first. */
  async standing(tx: Tx, mode: Mode): Promise<PayoutStop[]> {
    const text = 'SELECT * FROM payout_stop WHERE mode = $1 AND lifted_at IS NULL ORDER BY created_at, id';
    return sql<Row>(tx, text, [mode]);
  }

  /** Whether Stripe and the books were compared in the last 26 hours. What did not match then is a stop of its own, until an operator lifts it. */
  async isCompared(tx: Tx, mode: Mode): Promise<boolean> {
    const text = 'SELECT EXISTS (SELECT FROM reconciliation WHERE mode = $1 AND at > $2) AS yes';
    const since = new Date(this.clock.now() - seconds(COMPARED_WITHIN_S));
    return (await sqlOne<{ yes: boolean }>(tx, text, [mode, since]))!.yes;
  }

  /** The newest hundred, lifted ones too. */
  async list(tx: Tx, mode: Mode): Promise<PayoutStop[]> {
    const text = `SELECT * FROM payout_stop WHERE mode = $1 ORDER BY created_at DESC, id DESC LIMIT ${LISTED_MAX}`;
    return sql<Row>(tx, text, [mode]);
  }
}
