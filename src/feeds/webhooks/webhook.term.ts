import { Inject, Injectable } from '@nestjs/common';
import { Clock, seconds } from '../../kernel/clock.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { Wakeup } from '../../platform/outbox/wakeup.js';
import type { Term } from './deliveries.repository.js';

/** How long a message is tried that starts now. */
@Injectable()
export class WebhookTerm {
  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  fromNow(): Term {
    const now = this.clock.now();
    return { now, give_up_at: now + seconds(this.config.WEBHOOK_RETRY_S) };
  }
}

/** Rung when there may be something to send: the loop that sends does not wait for its next look then. */
@Injectable()
export class WebhookBell extends Wakeup {}
