import { Injectable } from '@nestjs/common';
import type { StandingEndReason } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import type { Tx } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import type { StandingRow } from './standing.entity.js';
import { StandingRepository } from './standing.repository.js';

/** How standing bounties end. Bounties that they posted go on as any other. */
@Injectable()
export class StandingEnding {
  constructor(
    private readonly standing: StandingRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Repeatable: an ended one keeps its first reason. */
  async end(tx: Tx, { id, mode, agent_id }: StandingRow, reason: StandingEndReason): Promise<void> {
    const moved = await this.standing.advance(tx, id, 'end', this.clock.now(), { end_reason: reason });
    if (moved) await this.outbox.append(tx, { type: 'standing.ended', standing_bounty_id: id, mode, agent_id, reason });
  }
}
