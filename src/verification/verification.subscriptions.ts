import { Injectable } from '@nestjs/common';
import { VERDICT_QUEUE } from '@groundtruth/sdk/protocol';
import { Race } from '../captures/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import type { OutboxRelay } from '../platform/outbox/index.js';
import { Queue } from '../platform/queue/index.js';
import { DispatchService } from './dispatch.service.js';
import { VerdictIntake } from './verdict.intake.js';
import { VerdictsRepository } from './verdicts.repository.js';

/** Verdicts taken in at once; each is a few statements. */
const INTAKE_CONCURRENCY = 4;

/** Wires what happens to who acts on it. */
@Injectable()
export class VerificationSubscriptions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly verdicts: VerdictsRepository,
    private readonly race: Race,
    private readonly dispatcher: DispatchService,
    private readonly intake: VerdictIntake,
    private readonly queue: Queue,
  ) {}

  subscribe(relay: OutboxRelay): void {
    relay.on('capture.submitted', (message) => this.dispatcher.dispatch(String(message.capture_id)));
    relay.on('review.decided', (message) => this.dispatcher.dispatch(String(message.capture_id)));
    // Of a requester's dispute nothing is signed, and then this does nothing.
    relay.on('dispute.upheld', (message) => this.dispatcher.dispatch(String(message.capture_id)));
    for (const type of ['capture.accepted', 'capture.rejected'] as const) {
      relay.on(type, async (message) => {
        await this.decideHeldBack(String(message.capture_id));
        await this.moveRaceOn(String(message.bounty_id));
      });
    }
    relay.on('capture.expired', (message) => this.moveRaceOn(String(message.bounty_id)));
  }

  /** Starts to take verdicts; `on_error` hears of those that may not be believed and of lost connections. */
  async takeVerdicts(on_error: (error: unknown) => void): Promise<void> {
    await this.queue.work(VERDICT_QUEUE, (job) => this.intake.take(job.payload), {
      concurrency: INTAKE_CONCURRENCY,
      on_error,
    });
  }

  /** A slot of a race is won or free again: whoever cannot win any more is superseded, and the next in line are looked at. */
  private async moveRaceOn(bountyId: string): Promise<void> {
    const next = await this.unitOfWork.run((tx) => this.race.moveOn(tx, bountyId));
    for (const id of next) await this.dispatcher.dispatch(id);
  }

  /** An earlier look-alike is decided: what waited for it is verified again, against what is known now. */
  private async decideHeldBack(earlierId: string): Promise<void> {
    const waiting = await this.unitOfWork.run((tx) => this.verdicts.waitingFor(tx, earlierId));
    for (const id of waiting) await this.dispatcher.dispatch(id);
  }
}
