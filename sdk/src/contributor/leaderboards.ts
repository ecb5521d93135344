import type { LeaderboardEntry } from '../protocol/index.js';
import type { CallOptions, Transport } from '../http/index.js';

/** Whether this contributor is named on leaderboards. Nobody is who has not asked. */
export class Leaderboards {
  constructor(private readonly transport: Transport) {}

  /**
   * Asks to be named. May be repeated with another name.
   *
   * @example
   * await contributor.leaderboards.join('Aiko');
   * @param displayName 2 to 40 characters, shown to everybody. Null: a pseudonym that changes every month and from cell to cell.
   */
  join(displayName: string | null = null, options: CallOptions = {}): Promise<LeaderboardEntry> {
    return this.transport.call('join_leaderboards', { ...options, body: { display_name: displayName } });
  }

  /**
   * Asks to be named no more. May be repeated.
   *
   * @example
   * await contributor.leaderboards.leave();
   */
  leave(options: CallOptions = {}): Promise<LeaderboardEntry> {
    return this.transport.call('leave_leaderboards', options);
  }
}
