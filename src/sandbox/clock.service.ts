import { Injectable } from '@nestjs/common';
import { toWireTime } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import type { Principal } from '../identity/index.js';
import { sqlOne, UnitOfWork, type Command } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { MovableClock } from '../platform/movable-clock.js';
import { needsTestMode } from './test-mode.js';

const MS = 1_000n;

/** The market's clock, where it can be moved. How far it was moved is in the database, so that it never goes back. */
@Injectable()
export class SandboxClock {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  look() {
    const movable = this.clock instanceof MovableClock;
    const ahead_ms = this.clock instanceof MovableClock ? this.clock.ahead_ms : 0;
    return { now: toWireTime(this.clock.now()), ahead_s: Math.round(ahead_ms / Number(MS)), movable };
  }

  /** Moves it on for everybody. Refuses with `mode_mismatch`, `sandbox_clock_off`. */
  async advance(command: Command, caller: Principal, { advance_s }: BodyOf<'advance_clock'>) {
    needsTestMode(caller, 'time is moved in test mode only');
    const { clock } = this;
    if (!(clock instanceof MovableClock))
      throw new DomainError('sandbox_clock_off', 'the operator has not set SANDBOX_CLOCK=on');
    const { replayed, result } = await this.unitOfWork.once(command, async (tx) => {
      const text = 'UPDATE sandbox_clock SET ahead_ms = ahead_ms + $1 RETURNING ahead_ms';
      const { ahead_ms } = (await sqlOne<{ ahead_ms: bigint }>(tx, text, [BigInt(advance_s) * MS]))!;
      return { ahead_ms: Number(ahead_ms) };
    });
    clock.moveTo(result.ahead_ms);
    return { replayed, result: this.look() };
  }

  /** Follows what other processes of this market did to the clock. Repeatable. */
  async follow(): Promise<void> {
    if (!(this.clock instanceof MovableClock)) return;
    const text = 'SELECT ahead_ms FROM sandbox_clock';
    const row = await this.unitOfWork.run((tx) => sqlOne<{ ahead_ms: bigint }>(tx, text));
    this.clock.moveTo(Number(row!.ahead_ms));
  }
}
