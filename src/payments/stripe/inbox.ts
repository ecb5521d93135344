import { Inject, Injectable, Optional } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { assert } from '../../kernel/assert.js';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { Log } from '../../platform/telemetry/index.js';
import { CARD_FAILPOINT, matterOf, passCardFailpoint, type CardFailpoints } from './card.failpoints.js';
import { InboxRepository, type InboxEvent, type NewInboxEvent } from './inbox.repository.js';
import { STRIPE, type StripeAccesses } from './stripe.access.js';
import { isMissing } from './stripe.problems.js';

const LEASE_S = 60;
const WIDTH = 8;
/** Before another try: twice as long each time, from two seconds to about an hour. Never given up. */
const PAUSE_EXPONENT_MAX = 12;
const ERROR_CHARS_MAX = 500;
/** With their pauses about an hour: what Stripe has just made may not be found at once. */
const MISSING_TRIES = 12;

/** What is done about events of some types. */
export interface EventHandler<O> {
  /** Asks Stripe for the object as it is now; null when there is no such thing any more. Network. */
  fetch(stripe: Stripe, event: InboxEvent): Promise<O | null>;
  /** Takes what the object says, in the transaction that marks the event as done. Repeatable, monotone, in any order. */
  apply(tx: Tx, mode: Mode, object: O, event: InboxEvent): Promise<void>;
}

/** Events of the card processor: kept by id when they arrive, acted on later by what Stripe then says of their object. */
@Injectable()
export class StripeInbox {
  private readonly handlers = new Map<string, EventHandler<unknown>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly events: InboxRepository,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(STRIPE) private readonly access: StripeAccesses,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  /** One handler a type, before the first pass. Events of other types are stored and ignored. */
  on<O>(types: readonly string[], handler: EventHandler<O>): void {
    for (const type of types) {
      assert(!this.handlers.has(type), `events of type ${type} have two handlers`);
      this.handlers.set(type, handler as EventHandler<unknown>);
    }
  }

  /** Keeps an event that is Stripe's: its signature held, or Stripe listed it. Repeatable. */
  async receive(event: NewInboxEvent): Promise<void> {
    const state = this.handlers.has(event.type) ? 'waiting' : 'ignored';
    await this.unitOfWork.run(async (tx) => {
      await this.events.insert(tx, event, state, this.clock.now());
      this.at('inbox.receive.before_commit');
    });
    this.at('inbox.receive.after_commit');
  }

  /** Acts on what is due; answers how many it took up. Any number of processes may. */
  async pass(): Promise<number> {
    const modes = MODES.filter((mode) => this.access[mode] !== null);
    let taken = 0;
    for (let claimed: InboxEvent[]; modes.length > 0; taken += claimed.length) {
      const now = this.clock.now();
      claimed = await this.unitOfWork.run((tx) => this.events.claimDue(tx, modes, now, now + seconds(LEASE_S), WIDTH));
      if (claimed.length > 0) this.at('inbox.claim.after_commit');
      await Promise.all(claimed.map((event) => this.take(event)));
      if (claimed.length < WIDTH) return taken + claimed.length;
    }
    return taken;
  }

  private async take(event: InboxEvent): Promise<void> {
    const handler = this.handlers.get(event.type);
    try {
      this.at('inbox.fetch.before');
      const object = handler ? await this.fetch(handler, event) : null;
      this.at('inbox.fetch.after');
      await this.unitOfWork.run(async (tx) => {
        const move = object === null ? 'ignore' : 'handle';
        if ((await this.events.advance(tx, event.id, move, this.clock.now())) === null) return;
        if (handler && object !== null) await handler.apply(tx, event.mode, object, event);
        this.at(`inbox.${matterOf(event.type)}.before_commit`);
      });
      this.at(`inbox.${matterOf(event.type)}.after_commit`);
    } catch (error) {
      this.log.error({ err: error, event: event.id, type: event.type }, 'a webhook event failed and will run again');
      const text = String(error).slice(0, ERROR_CHARS_MAX);
      await this.unitOfWork.run((tx) => this.events.postpone(tx, event.id, this.afterPause(event), text));
    }
  }

  /** Null too when Stripe has said for an hour that it knows no such thing: the event is about nothing. */
  private async fetch(handler: EventHandler<unknown>, event: InboxEvent): Promise<unknown> {
    try {
      return await handler.fetch(this.access[event.mode]!.stripe, event);
    } catch (error) {
      if (isMissing(error) && event.attempts >= MISSING_TRIES) return null;
      throw error;
    }
  }

  private afterPause({ attempts }: InboxEvent): Instant {
    return this.clock.now() + seconds(2 ** Math.min(attempts, PAUSE_EXPONENT_MAX));
  }
}
