import { ConnectionFailed, ProblemError, StateNotReached } from '../../http/index.js';
import type { Bounty } from '../../protocol/index.js';
import { command } from '../command.js';
import { EXIT } from '../exit.js';
import { agentOf } from '../session.js';
import { bountyProgress, progressKey } from '../shown.js';
import { durationMs } from '../values.js';

/** Pause between two looks, in milliseconds. */
const LOOK_MS = 1_000;

/** By state, not by what was missed: started again it goes on with how the bounty stands. */
export const watch = command({
  name: 'watch',
  summary: 'Prints a line for each progress of a bounty until it is closed. Outages are waited out; it may be started again at any time.',
  args: [{ name: 'BOUNTY' }],
  options: { timeout: { type: 'string', value: 'TIME', about: 'Longest wait, like 90s or 2h; as long as it takes when left out.' } },
  examples: ['watch bty_… --timeout 2h', 'watch bty_… --json'],
  async run({ args: [id], options, terminal, out }) {
    const { timing, signal } = terminal;
    const client = await agentOf(terminal);
    const until = options.timeout === undefined ? Infinity : timing.elapsed_ms() + durationMs('timeout', options.timeout);
    for (let last: Bounty | null = null; ;) {
      const seen = await lookAt(() => client.bounties.get(id!, { signal }), (why) => out.note(`no answer (${why}); trying again`));
      if (seen && (!last || progressKey(seen) !== progressKey(last))) out.each(seen, bountyProgress(seen));
      last = seen ?? last;
      if (seen?.state === 'closed') return seen.outcome === 'filled' ? EXIT.ok : EXIT.no;
      const left = until - timing.elapsed_ms();
      if (left <= 0) throw new StateNotReached(`${id!} is not closed yet`, 'timeout', last);
      await timing.sleep(Math.min(LOOK_MS, left), signal);
    }
  },
}); // prettier-ignore

/** Null for an outage: the bounty goes on meanwhile. */
async function lookAt(look: () => Promise<Bounty>, onOutage: (why: string) => void): Promise<Bounty | null> {
  try {
    return await look();
  } catch (error) {
    const outage = error instanceof ConnectionFailed || (error instanceof ProblemError && isPassing(error));
    if (!outage) throw error;
    onOutage(error.message);
    return null;
  }
}

const isPassing = ({ status }: ProblemError): boolean => status >= 500 || status === 429;
