import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { commit, drawEntry, drawOrder, drawRecord, drawSeed, type Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../../kernel/assert.js';
import { Clock } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { Clusters, IdentityRepository } from '../../identity/index.js';
import { Rail } from '../../payments/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { TransparencyLog } from '../../transparency/index.js';
import { freeSlots } from '../agreement/overlap.rules.js';
import { BountiesRepository } from '../bounties.repository.js';
import type { BountyRow } from '../bounty.entity.js';
import { heldBounty } from '../bounty.funding.js';
import { BountyFunders } from '../pledges/bounty.funders.js';
import { ReservationOpening } from '../reservation.opening.js';
import { ApplicationsRepository } from './applications.repository.js';
import { DrawsRepository } from './draws.repository.js';
import type { ApplicationRow, DrawRow } from './sortition.entity.js';
import { roundEndsAt, standing } from './sortition.rules.js';

const SALT_BYTES = 32;
const BATCH = 100;

/**
 * Rounds and their draws. A round is closed, and its set is in the log, before the checkpoint that decides exists: the first one that covers the
 * set's own leaf. Each step is one transaction under the lock of the bounty's row, and does nothing when it was done before.
 */
@Injectable()
export class Draws {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly draws: DrawsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly bounties: BountiesRepository,
    private readonly identities: IdentityRepository,
    private readonly clusters: Clusters,
    private readonly funders: BountyFunders,
    private readonly opening: ReservationOpening,
    private readonly rail: Rail,
    private readonly log: TransparencyLog,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The round that takes applications now, begun or closed as needed. The caller has locked the bounty's row. */
  async current(tx: Tx, bounty: BountyRow): Promise<DrawRow> {
    const now = this.clock.now();
    const newest = await this.draws.newest(tx, bounty.id);
    if (newest?.state === 'open' && newest.closes_at > now) return newest;
    if (newest?.state === 'open') await this.close(tx, bounty, newest);
    const { id: bounty_id, mode } = bounty;
    const closes_at = roundEndsAt(now, bounty.closes_at, this.config.SORTITION_ROUND_S);
    const id = mintId('draw');
    await this.draws.insert(tx, { id, mode, bounty_id, round: (newest?.round ?? 0) + 1, opened_at: now, closes_at });
    return (await this.draws.get(tx, id))!;
  }

  /** Fixes who may be drawn, and puts that into the log. The caller has locked the bounty's row. */
  async close(tx: Tx, bounty: BountyRow, draw: DrawRow): Promise<void> {
    const applied = await this.applications.applied(tx, draw.id);
    const funders = await this.funders.ids(tx, bounty);
    const clusters = await this.clusters.clusterOf(tx, [
      ...applied.map(({ contributor_id }) => contributor_id),
      ...funders,
    ]);
    const entries = standing(applied, clusters, funders).map(({ id }) => drawEntry(id));
    const record = drawRecord({ bounty_id: bounty.id, round: draw.round, entries });
    const salt = randomBytes(SALT_BYTES).toString('hex');
    if (!(await this.draws.close(tx, draw.id, this.clock.now(), { record, salt }))) return;
    await this.log.append(tx, draw.mode, { type: 'draw', id: draw.id, commitment: commit(record, salt) });
  }

  /** Closes a round whose time is over. Repeatable. */
  async closeDue(id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const found = (await this.draws.get(tx, id))!;
      const bounty = (await this.bounties.lock(tx, found.bounty_id))!;
      const draw = (await this.draws.get(tx, id))!;
      if (draw.state === 'open' && draw.closes_at <= this.clock.now()) await this.close(tx, bounty, draw);
    });
  }

  /** Draws what a checkpoint covers. Repeatable: the same checkpoint draws the same. */
  async drawCovered(mode: Mode): Promise<void> {
    const failures: unknown[] = [];
    for (const id of await this.unitOfWork.run((tx) => this.draws.covered(tx, mode, BATCH))) {
      try {
        await this.unitOfWork.run((tx) => this.draw(tx, id));
      } catch (error) {
        failures.push(error); // One that cannot be drawn now must not hold up those behind it.
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  private async draw(tx: Tx, id: string): Promise<void> {
    const found = (await this.draws.get(tx, id))!;
    const covered = await this.log.covered(tx, found.mode, id);
    if (!covered) return;
    const applied = await this.applications.applied(tx, id);
    // In the order of every reservation: first the contributors, then the bounty.
    await this.identities.lockContributors(tx, applied.map(({ contributor_id }) => contributor_id)); // prettier-ignore
    const bounty = (await this.bounties.lock(tx, found.bounty_id))!;
    const { state, record, round } = (await this.draws.get(tx, id))!;
    if (state !== 'closed') return;
    assert(record, `${id} is closed and has no set`);
    const checkpoint = (await this.log.checkpoint(tx, found.mode, covered.size))!;
    const seed = drawSeed({ root: checkpoint.log_root.root, bounty_id: bounty.id, round });
    const slots = await this.slots(tx, bounty);
    await this.draws.draw(tx, id, this.clock.now(), { checkpoint_size: covered.size, seed, slots });
    const winners = drawOrder(seed, record.entries).slice(0, slots);
    await this.settle(tx, bounty, applied, new Set(winners.map(({ entry }) => entry)));
  }

  /** How many are drawn at most: none for a bounty that takes no work any more. */
  private async slots(tx: Tx, bounty: BountyRow): Promise<number> {
    const works = bounty.state === 'open' && bounty.closes_at > this.clock.now();
    return works && (await this.rail.takesWork(tx, heldBounty(bounty))) ? freeSlots(bounty) : 0;
  }

  private async settle(tx: Tx, { id: bounty_id }: BountyRow, applied: ApplicationRow[], winners: ReadonlySet<string>) {
    const now = this.clock.now();
    for (const { id, mode, ...taker } of applied) {
      const event = { application_id: id, mode, contributor_id: taker.contributor_id, bounty_id };
      if (!winners.has(drawEntry(id))) {
        await this.applications.advance(tx, id, 'pass_over', now);
        await this.outbox.append(tx, { type: 'application.not_drawn', ...event });
        continue;
      }
      const slot = await this.bounties.takeSlot(tx, bounty_id, now);
      assert(slot, `${bounty_id} has fewer slots than were drawn`);
      const reservation_id = await this.opening.open(tx, slot, taker);
      await this.applications.advance(tx, id, 'draw', now, { reservation_id });
      await this.outbox.append(tx, { type: 'application.drawn', ...event });
    }
  }
}
