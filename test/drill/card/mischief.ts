import type { Stage } from './stage.js';

/** Of webhooks that wait: these are lost, these come later, and these twice, by a roll from 0 to 1. */
const LOST_BELOW = 0.2;
const LATE_BELOW = 0.35;
const TWICE_ABOVE = 0.9;

/** Some webhooks are lost, some come twice, some late, in any order. `is_deaf`: all are lost. */
export async function deliverSome({ simulator }: Stage, random: () => number, is_deaf: boolean): Promise<void> {
  const { webhooks } = simulator.control;
  for (const { event } of webhooks.waiting()) if (random() < LOST_BELOW || is_deaf) webhooks.lose(event);
  await webhooks.deliver({
    arrange: (waiting) =>
      waiting
        .flatMap((delivery) => {
          const luck = random();
          if (luck < LATE_BELOW) return [];
          return luck > TWICE_ABOVE ? [delivery, delivery] : [delivery];
        })
        .map((delivery) => ({ delivery, at: random() }))
        .sort((one, other) => one.at - other.at)
        .map(({ delivery }) => delivery),
  });
}
