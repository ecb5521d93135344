import { Injectable } from '@nestjs/common';
import { LEADERBOARD_RESOLUTION } from '@groundtruth/sdk/protocol';
import { cellOf } from '../kernel/geo.js';
import { Clusters } from '../identity/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import type { OutboxEvent, OutboxRelay } from '../platform/outbox/index.js';
import type { CauseRow, EventRow } from './cause.entity.js';
import { kindOf } from './outcome.weights.js';
import { ReputationRepository } from './reputation.repository.js';
import { othersOf } from './seen.js';

/** After which events something may count, and which of their ids names what it is about. */
const ABOUT = {
  'reservation.submitted': 'reservation_id',
  'reservation.released': 'reservation_id',
  'reservation.lapsed': 'reservation_id',
  'capture.rejected': 'capture_id',
  'capture.settled': 'capture_id',
  'review.decided': 'capture_id',
  'dispute.upheld': 'capture_id',
  'dispute.denied': 'capture_id',
  'dispute.upheld_unfunded': 'capture_id',
  'bounty.closing': 'bounty_id',
} as const;
/** Looked at in one transaction of a recomputation. */
const BATCH = 200;

/**
 * Keeps one event a cause. An outbox event only says where to look: what counts is read from where it stands, so that handlers may run
 * twice and in any order, and everything can be made again from nothing.
 */
@Injectable()
export class ReputationRecorder {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reputations: ReputationRepository,
    private readonly clusters: Clusters,
  ) {}

  subscribe(relay: OutboxRelay): void {
    for (const [type, id] of Object.entries(ABOUT))
      relay.on(type, async (event: OutboxEvent) => void (await this.lookAt([String(event[id])])));
  }

  /** Makes the events about these captures, reservations and bounties what they should be; answers how many were not. Repeatable. */
  async lookAt(abouts: readonly string[]): Promise<number> {
    return this.unitOfWork.run((tx) => this.record(tx, abouts));
  }

  /** Looks at everything there is. Repeatable; while others write, too. */
  async recompute(): Promise<{ looked_at: number; changed: number }> {
    const total = { looked_at: 0, changed: 0 };
    for (let after = '', found = BATCH; found === BATCH;) {
      const abouts = await this.unitOfWork.run((tx) => this.reputations.subjects(tx, after, BATCH));
      total.changed += await this.lookAt(abouts);
      total.looked_at += found = abouts.length;
      after = abouts.at(-1) ?? after;
    }
    return total;
  }

  private async record(tx: Tx, abouts: readonly string[]): Promise<number> {
    await this.reputations.lock(tx, abouts);
    const before = new Map((await this.reputations.events(tx, abouts)).map((row) => [row.cause, row]));
    let changed = 0;
    for (const cause of await this.reputations.causes(tx, abouts)) {
      const known = before.get(cause.cause);
      before.delete(cause.cause);
      const event = eventOf(cause, known?.linked === true || (await this.linked(tx, cause)));
      if (known && isSame(known, event)) continue;
      await this.reputations.put(tx, event);
      changed++;
    }
    await this.reputations.remove(tx, [...before.keys()]);
    return changed + before.size;
  }

  /** Once seen, it stays: a tie may be forgotten, what it was good for is not given back. */
  private async linked(tx: Tx, cause: CauseRow): Promise<boolean> {
    const clusters = await this.clusters.clusterOf(tx, [cause.subject_id, ...othersOf(cause)]);
    return othersOf(cause).some((id) => clusters.get(id) === clusters.get(cause.subject_id));
  }
}

function eventOf(row: CauseRow, linked: boolean): EventRow {
  const { cause, about, mode, subject_id, counterpart_id, backers, at, lat, lng } = row;
  const cell = lat === null || lng === null ? null : cellOf({ lat, lng }, LEADERBOARD_RESOLUTION);
  return { cause, about, mode, subject_id, counterpart_id, backers, kind: kindOf(row), at, cell, linked };
}

function isSame(one: EventRow, other: EventRow): boolean {
  const comparable = ({ kind, at, cell, linked, backers }: EventRow) =>
    JSON.stringify([kind, at, cell, linked, backers]);
  return comparable(one) === comparable(other);
}
