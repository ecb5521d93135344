import { Injectable } from '@nestjs/common';
import { ProblemError } from '@groundtruth/sdk/agent';
import { Clock, seconds } from '../kernel/clock.js';
import { UnitOfWork } from '../platform/database/index.js';
import { Log } from '../platform/telemetry/index.js';
import { SimulatedContributor } from './simulated-contributor.js';
import type { SimulationRow } from './simulation.entity.js';
import type { SimulationEvent } from './simulation.machine.js';
import { SimulationsRepository } from './simulations.repository.js';

/** Steps of one pass. */
const BATCH = 20;
/** How long one step may take before another process takes it up, in seconds. */
const LEASE_S = 30;
/** Tries of one step that broke, and the pause between two, in seconds. */
const ATTEMPTS_MAX = 4;
const PAUSE_S = 2;

/** Lets simulated contributors act when their time has come. Whatever ends in the middle is begun again once its lease is over. */
@Injectable()
export class SimulationsSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly simulations: SimulationsRepository,
    private readonly contributor: SimulatedContributor,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async pass(signal: AbortSignal = new AbortController().signal): Promise<void> {
    for (let steps = 0; steps < BATCH && !signal.aborted; steps++) {
      const now = this.clock.now();
      const row = await this.unitOfWork.run((tx) => this.simulations.claim(tx, now, now + seconds(LEASE_S)));
      if (!row) return;
      await this.step(row, signal);
    }
  }

  private async step(row: SimulationRow, signal: AbortSignal): Promise<void> {
    try {
      await (row.state === 'waiting' ? this.contributor.takeSlot(row, signal) : this.contributor.act(row, signal));
    } catch (error) {
      await this.broken(row, error, signal);
    }
  }

  /** A refusal is an end, and often the lesson. What broke is tried again, a stop of the process is no try. */
  private async broken(row: SimulationRow, error: unknown, signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    if (signal.aborted) return this.postpone(row, now, false);
    // Another process took the step up, and with it the key: it goes on with that one's lease.
    if (error instanceof ProblemError && error.code === 'unauthenticated') return;
    if (error instanceof ProblemError && error.status < 500 && error.code !== 'rate_limited')
      return this.end(row, 'refuse', { refusal_code: error.code, refusal_detail: error.detail });
    this.log.error({ err: error, simulation: row.id }, 'a simulated contributor could not act');
    if (row.attempts < ATTEMPTS_MAX) return this.postpone(row, now + seconds(PAUSE_S), true);
    return this.end(row, 'fail', { refusal_code: 'internal', refusal_detail: 'the simulation broke; ask for another' });
  }

  private async postpone(row: SimulationRow, until: number, failed: boolean): Promise<void> {
    await this.unitOfWork.run((tx) => this.simulations.postpone(tx, row.id, until, { failed }));
  }

  private async end(
    row: SimulationRow,
    event: Extract<SimulationEvent, 'refuse' | 'fail'>,
    why: Pick<SimulationRow, 'refusal_code' | 'refusal_detail'>,
  ): Promise<void> {
    await this.unitOfWork.run((tx) => this.simulations.advance(tx, row.id, event, this.clock.now(), why));
  }
}
