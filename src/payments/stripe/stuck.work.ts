import { Injectable } from '@nestjs/common';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { sql, UnitOfWork } from '../../platform/database/index.js';
import { Log } from '../../platform/telemetry/index.js';

/** Effects and events are through in seconds; what has been at it for an hour will not be helped by another try. */
const STUCK_AFTER_S = 3_600;
/** Between two times that it is said. */
const SAY_AGAIN_S = 3_600;
const NAMED_MAX = 20;

/** An effect that Stripe has neither made nor refused, or an event that nobody could act on. */
export interface Stuck {
  readonly what: 'effect' | 'event';
  readonly id: string;
  /** `payout`, or the type of the event. */
  readonly kind: string;
  /** `pay_…`, or the object that the event is about; null when it is about none. */
  readonly subject: string | null;
  readonly attempts: number;
  /** What went wrong last; null when nothing answered. */
  readonly reason: string | null;
  readonly since: Instant;
}

/** Raises the alarm over card work that goes on without end: such work is never given up, so somebody has to see it. */
@Injectable()
export class StuckWork {
  private said_at: Instant | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Says in the log what is stuck, once an hour and process. */
  async pass(): Promise<void> {
    const now = this.clock.now();
    if (this.said_at !== null && now < this.said_at + seconds(SAY_AGAIN_S)) return;
    const stuck = await this.find();
    if (stuck.length === 0) return;
    this.said_at = now;
    this.log.error({ stuck }, 'card work has been tried for more than an hour and needs somebody');
  }

  /** The oldest twenty effects and the oldest twenty events. */
  async find(): Promise<Stuck[]> {
    const before = new Date(this.clock.now() - seconds(STUCK_AFTER_S));
    return this.unitOfWork.run((tx) => sql<Stuck & Record<string, unknown>>(tx, STUCK, [before]));
  }
}

const STUCK = `
  (SELECT 'effect' AS what, id, kind, subject, attempts, reason, created_at AS since FROM ext_op
    WHERE state IN ('queued', 'sent', 'unknown') AND created_at <= $1 ORDER BY created_at LIMIT ${NAMED_MAX})
  UNION ALL
  (SELECT 'event', id, type, object_id, attempts, last_error, received_at FROM inbox_event
    WHERE state = 'waiting' AND received_at <= $1 ORDER BY received_at LIMIT ${NAMED_MAX})`;
