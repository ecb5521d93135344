import { Injectable } from '@nestjs/common';
import { MODES } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Sequencer } from '../../transparency/index.js';
import { DrawsRepository } from './draws.repository.js';
import { Draws } from './draws.service.js';

/** Most rounds one pass closes; the next pass takes the rest. */
const BATCH = 200;

/** Closes rounds whose time is over, and draws those whose checkpoint nobody told of. Each in its own transaction, so passes may overlap. */
@Injectable()
export class SortitionSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly rounds: DrawsRepository,
    private readonly draws: Draws,
    private readonly sequencer: Sequencer,
    private readonly clock: Clock,
  ) {}

  async pass(): Promise<void> {
    const due = await this.unitOfWork.run((tx) => this.rounds.due(tx, this.clock.now(), BATCH));
    for (const id of due) await this.draws.closeDue(id);
    for (const mode of MODES) {
      if (due.length > 0) this.sequencer.kick(mode);
      await this.draws.drawCovered(mode);
    }
  }
}
