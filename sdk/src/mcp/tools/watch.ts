import { z } from 'zod';
import { bountySchema, idSchema, type Bounty } from '../../protocol/index.js';
import { READS, tool, type ToolContext } from '../tool.js';
import { lineOf } from './bounties.js';

/** Pause between two looks, in milliseconds: the first, and the longest. */
const LOOK_MS_START = 250;
const LOOK_MS_MAX = 2_000;
/** Longest watch in one call, in seconds: most clients give up on a call that takes longer. */
const WATCH_S_MAX = 600;

const nextSchema = z.object({ tool: z.string(), why: z.string() });
type Next = z.input<typeof nextSchema>;

export const watchBounty = tool({
  name: 'watch_bounty',
  title: 'Watch a bounty',
  description:
    'Waits until the bounty is closed, at most timeout_s seconds (60 when left out), and reports progress whenever it moves. Answers where it stands and what to do next; call it again to go on watching.',
  input: z.strictObject({
    bounty_id: idSchema('bounty'),
    timeout_s: z.int().min(1).max(WATCH_S_MAX).default(60).describe('Longest wait, in seconds.'),
  }),
  output: z.object({ bounty: bountySchema, closed: z.boolean(), next: z.array(nextSchema) }),
  hints: READS,
  async run(context, { bounty_id, timeout_s = 60 }) {
    const bounty = await untilClosed(context, bounty_id, timeout_s * 1_000);
    const next = nextOf(bounty);
    const say = `${lineOf(bounty)} Next: ${next.map(({ tool: name, why }) => `${name} (${why})`).join('; ')}.`;
    return { data: { bounty, closed: bounty.state === 'closed', next }, say };
  },
});

async function untilClosed({ client, timing, signal, progress }: ToolContext, id: string, ms: number): Promise<Bounty> {
  const began = timing.elapsed_ms();
  let told = '';
  let steps = 0;
  for (let pause = LOOK_MS_START; ; pause = Math.min(pause * 2, LOOK_MS_MAX)) {
    const bounty = await client.bounties.get(id, { signal });
    const line = lineOf(bounty);
    if (line !== told) {
      await progress((steps += 1), line);
      [told, pause] = [line, LOOK_MS_START];
    }
    const left = ms - (timing.elapsed_ms() - began);
    if (bounty.state === 'closed' || left <= 0) return bounty;
    await timing.sleep(Math.min(pause, left), signal);
  }
}

function nextOf({ state, outcome, slots }: Bounty): Next[] {
  if (state === 'draft') return [{ tool: 'get_bounty', why: 'it is a draft: it opens once it is funded' }];
  const found = { tool: 'find_observations', why: `of this bounty: ${slots.settled} slots are paid` };
  const published = slots.settled > 0 ? [found] : [];
  if (state === 'closed' && outcome !== 'filled' && published.length === 0)
    return [{ tool: 'quote_bounty', why: 'nobody filled it: another price, place or window may do' }];
  if (state === 'closed') return published;
  const review = { tool: 'list_reviews', why: 'captures may wait for your answer' };
  const wait = { tool: 'watch_bounty', why: 'it is not closed yet' };
  return [
    ...published,
    review,
    wait,
    ...(state === 'open' ? [{ tool: 'raise_bounty', why: 'a higher price brings it sooner' }] : []),
  ];
}
