import { matterOf } from '../../../src/payments/stripe/card.failpoints.js';
import type { Stage } from './stage.js';

/** Of webhooks that wait: these are lost, these come later, and these twice, by a roll from 0 to 1. */
const LOST_BELOW = 0.2;
const LATE_BELOW = 0.35;
const TWICE_ABOVE = 0.9;

/**
 * What becomes of the webhooks of one story. Of each matter the first that comes is not lost by a roll: Stripe lists some of them nowhere for us, and
 * a story in which all of those were lost would never pass their failpoints.
 */
export class Mischief {
  private readonly heard = new Set<string>();

  constructor(
    private readonly stage: Stage,
    private readonly random: () => number,
  ) {}

  /** Some webhooks are lost, some come twice, some late, in any order. `is_deaf`: all are lost. */
  async deliver(is_deaf: boolean): Promise<void> {
    const { random, heard } = this;
    const { webhooks } = this.stage.simulator.control;
    for (const { event, type } of webhooks.waiting())
      if ((random() < LOST_BELOW && heard.has(matterOf(type))) || is_deaf) webhooks.lose(event);
    await webhooks.deliver({
      arrange: (waiting) =>
        waiting
          .flatMap((delivery) => {
            const luck = random();
            if (luck < LATE_BELOW) return [];
            heard.add(matterOf(delivery.type));
            return luck > TWICE_ABOVE ? [delivery, delivery] : [delivery];
          })
          .map((delivery) => ({ delivery, at: random() }))
          .sort((one, other) => one.at - other.at)
          .map(({ delivery }) => delivery),
    });
  }
}
