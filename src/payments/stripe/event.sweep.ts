import { Inject, Injectable, Optional } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { sql, sqlOne, UnitOfWork } from '../../platform/database/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from './card.failpoints.js';
import { StripeInbox } from './inbox.js';
import { STRIPE, type StripeAccesses } from './stripe.access.js';
import { asking } from './stripe.problems.js';

const PAGE_MAX = 100;
/** An event may be listed a while after it happened. */
const OVERLAP_S = 600;
/** Stripe lists the events of 30 days. */
const LOOK_BACK_S = 30 * 86_400;

/** Finds webhooks that never came: every event that Stripe lists goes into the inbox, which takes each once. */
@Injectable()
export class EventSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly inbox: StripeInbox,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  /** Looks through what was listed since the last time, when it is time. Any number of processes may. */
  async pass(): Promise<void> {
    for (const mode of MODES) {
      const stripe = this.access[mode]?.stripe;
      const now = this.clock.now();
      if (!stripe) continue;
      const upto = await this.claim(mode, now);
      if (upto === null) continue;
      this.at('sweep.claim.after_commit');
      await this.read(mode, stripe, upto - seconds(OVERLAP_S));
      await this.unitOfWork.run((tx) =>
        sql(tx, 'UPDATE stripe_sweep SET upto = $2 WHERE mode = $1', [mode, new Date(now)]),
      );
      this.at('sweep.upto.after_commit');
    }
  }

  private async read(mode: Mode, stripe: Stripe, since: Instant): Promise<void> {
    for (let starting_after: string | undefined, more = true; more;) {
      const created = { gte: Math.floor(since / 1000) };
      const page = await asking(
        stripe.events.list({ created, limit: PAGE_MAX, ...(starting_after ? { starting_after } : {}) }),
      );
      this.at('sweep.read.after');
      for (const { id, type, account, data } of page.data) {
        const object_id = (data.object as { id?: string }).id ?? null;
        await this.inbox.receive({ id, mode, type, object_id, account: account ?? null });
        this.at('sweep.receive.after');
      }
      starting_after = page.data.at(-1)?.id;
      more = page.has_more && starting_after !== undefined;
    }
  }

  /** Up to when it was done last; null when it is not time, or another process is at it. The first time: a month ago. */
  private claim(mode: Mode, now: Instant): Promise<Instant | null> {
    return this.unitOfWork.run(async (tx) => {
      const first = new Date(now - seconds(LOOK_BACK_S));
      await sql(tx, 'INSERT INTO stripe_sweep (mode, upto, due_at) VALUES ($1, $2, $3) ON CONFLICT (mode) DO NOTHING', [
        mode,
        first,
        new Date(now),
      ]);
      const row = await sqlOne<{ upto: Instant }>(
        tx,
        'UPDATE stripe_sweep SET due_at = $2 WHERE mode = $1 AND due_at <= $3 RETURNING upto',
        [mode, new Date(now + seconds(this.config.STRIPE_EVENTS_S)), new Date(now)],
      );
      return row?.upto ?? null;
    });
  }
}
