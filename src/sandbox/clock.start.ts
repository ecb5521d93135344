import type { Clock } from '../kernel/clock.js';
import { ConfigError } from '../platform/config/index.js';
import { sqlOne, type UnitOfWork } from '../platform/database/index.js';
import { MovableClock } from '../platform/movable-clock.js';

/**
 * Sets the clock of a market to where its database left it, before anything is told the time. @throws {ConfigError} where a clock that can be moved
 * meets live accounts, or a market whose time was moved would go back to the machine's.
 */
export async function takeUpClock(unitOfWork: UnitOfWork, clock: Clock): Promise<void> {
  const { ahead_ms, live } = await unitOfWork.run(async (tx) => {
    const text = `SELECT ahead_ms, EXISTS (SELECT FROM agent WHERE mode = 'live')
        OR EXISTS (SELECT FROM contributor WHERE mode = 'live') AS live FROM sandbox_clock`;
    return (await sqlOne<{ ahead_ms: bigint; live: boolean }>(tx, text))!;
  });
  if (clock instanceof MovableClock) {
    if (live) throw new ConfigError(['SANDBOX_CLOCK: expected off, for this database has accounts of mode live']);
    clock.moveTo(Number(ahead_ms));
  } else if (ahead_ms > 0n)
    throw new ConfigError([
      'SANDBOX_CLOCK: expected on, for the clock of this database was moved forward and time cannot go back (or begin anew: npm run reset)',
    ]);
}
