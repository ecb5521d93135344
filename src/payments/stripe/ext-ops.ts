import { Inject, Injectable, Optional } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { assert } from '../../kernel/assert.js';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { deriveUuid } from '../../kernel/ids.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints, type EffectName } from './card.failpoints.js';
import { ExtOpsRepository, type ExtOp, type NewExtOp } from './ext-ops.repository.js';
import { STRIPE, type StripeAccesses } from './stripe.access.js';
import { failureOf, type StripeFailure } from './stripe.problems.js';

/** An answer that has not come by then is lost. Longer than any call takes until it is cut off. */
const LEASE_S = 60;
const WIDTH = 8;
/** Before another try: twice as long each time, from one second to about four minutes. */
const PAUSE_EXPONENT_MAX = 8;
const REASON_MAX = 200;
/** A failure kept under a key says nothing of what that try left running: so long it is looked for before another key is used. */
const KEPT_LOOK_S = 300;
const KEPT_PAUSE_S = 60;
/** Stripe's clock and ours may differ, and an object is made before its answer. */
const SKEW_S = 300;

/** How effects of one kind are sent and taken back. `apply` is the same that webhooks about such objects go through. */
export interface EffectKind<O extends { readonly id: string }> {
  readonly kind: EffectName;
  /** Asked in the transaction in which it would first be sent: why it is not wanted any more, null when it is. It is then refused for that. */
  unwanted?(tx: Tx, op: ExtOp): Promise<string | null>;
  /** Makes the effect under `key`, with `op.id` as `metadata.ext_op_id`. Network. */
  send(stripe: Stripe, op: ExtOp, key: string): Promise<O>;
  /** What an earlier try made, found by its metadata among what was made since `since_s` (unix seconds); null when there is nothing. Network. */
  find(stripe: Stripe, op: ExtOp, since_s: number): Promise<O | null>;
  /** Takes the object as Stripe shows it. Repeatable, monotone, in any order with webhooks. */
  apply(tx: Tx, mode: Mode, object: O): Promise<void>;
  /** Stripe will not do it. Repeatable. */
  refused(tx: Tx, op: ExtOp, failure: StripeFailure): Promise<void>;
}

/** The id of the effect that `cause` has at the card processor for `purpose`. The same two always give the same id. */
export const extOpId = (cause: string, purpose: string): string => deriveUuid('ext_op', cause, purpose);

/**
 * Effects at the card processor. Queued in the transaction that causes them, sent after it by `pass`, at most once each: an unknown outcome
 * is looked for before anything is sent again.
 */
@Injectable()
export class ExtOps {
  private readonly kinds = new Map<string, EffectKind<{ readonly id: string }>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ops: ExtOpsRepository,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  /** Once a kind, before the first pass. */
  register<O extends { readonly id: string }>(kind: EffectKind<O>): void {
    assert(!this.kinds.has(kind.kind), `effects of kind ${kind.kind} are registered twice`);
    this.kinds.set(kind.kind, kind);
  }

  /** Intends an effect. Repeatable: the same id is the same effect. */
  async queue(tx: Tx, op: NewExtOp): Promise<void> {
    assert(this.kinds.has(op.kind), `nobody sends effects of kind ${op.kind}`);
    await this.ops.insert(tx, op, this.clock.now());
  }

  async get(tx: Tx, id: string): Promise<ExtOp | null> {
    return this.ops.get(tx, id);
  }

  /** Sends what is due and looks for what was lost; answers how many it took up. Any number of processes may. */
  async pass(): Promise<number> {
    const modes = MODES.filter((mode) => this.access[mode] !== null);
    let taken = 0;
    for (let more = modes.length > 0; more;) {
      const claimed = await this.claim(modes);
      const ended = await Promise.allSettled(claimed.taken.map((op) => this.take(op)));
      // One that fails by a fault of ours holds up no other; it is taken again when its time comes.
      const failed = ended.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
      taken += claimed.count;
      more = claimed.count === WIDTH;
    }
    return taken;
  }

  /** What was queued is now being sent, and what was being sent is lost: both are written before anything is asked of Stripe. */
  private async claim(modes: readonly Mode[]): Promise<{ count: number; taken: ExtOp[] }> {
    const claimed = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const claimed = await this.ops.claimDue(tx, modes, now, WIDTH);
      const due_at = new Date(now + seconds(LEASE_S));
      const taken: ExtOp[] = [];
      for (const op of claimed) {
        const { id, state, attempts } = op;
        if (state === 'queued' && (await this.dropped(tx, op))) continue;
        if (state === 'queued') await this.ops.advance(tx, id, 'send', now, { due_at, attempts: attempts + 1 });
        else if (state === 'sent') await this.ops.advance(tx, id, 'lose', now, { due_at });
        else await this.ops.postpone(tx, id, due_at.getTime(), 'looked for');
        taken.push(op);
      }
      if (claimed.length > 0) this.at('effect.claim.before_commit');
      return { count: claimed.length, taken };
    });
    if (claimed.count > 0) this.at('effect.claim.after_commit');
    return claimed;
  }

  /** Ends what nobody wants any more, before anything is asked of Stripe. */
  private async dropped(tx: Tx, op: ExtOp): Promise<boolean> {
    const kind = this.kinds.get(op.kind);
    const reason = (await kind?.unwanted?.(tx, op)) ?? null;
    if (!kind || reason === null) return false;
    await this.ops.advance(tx, op.id, 'drop', this.clock.now(), { reason });
    await kind.refused(tx, op, { kind: 'refused', problem: 'payment_refused', reason, payment_intent: null });
    return true;
  }

  private async take(op: ExtOp): Promise<void> {
    const kind = this.kinds.get(op.kind);
    assert(kind !== undefined, `nobody sends effects of kind ${op.kind}`);
    const { stripe } = this.access[op.mode]!;
    if (op.state === 'queued') return this.send(kind, stripe, op);
    const found = await this.look(kind, stripe, op);
    if (found === 'not_now') return;
    if (found !== null) return this.succeed(kind, op, found);
    await this.sendAgain(kind, stripe, op);
  }

  /** Under the same key, which tells what came of the try before. Under a new one only when that key tells nothing, and minutes of looks found nothing. */
  private async sendAgain<O extends { readonly id: string }>(kind: EffectKind<O>, stripe: Stripe, op: ExtOp) {
    const now = this.clock.now();
    if (op.kept_at !== null && now < op.kept_at + seconds(KEPT_LOOK_S)) {
      const due_at = now + seconds(KEPT_PAUSE_S);
      return this.unitOfWork.run((tx) => this.ops.postpone(tx, op.id, due_at, 'looked for'));
    }
    const keys_spent = op.keys_spent + (op.kept_at === null ? 0 : 1);
    const set = { attempts: op.attempts + 1, keys_spent, kept_at: null };
    const due_at = new Date(now + seconds(LEASE_S));
    const again = await this.unitOfWork.run((tx) => this.ops.advance(tx, op.id, 'send', now, { ...set, due_at }));
    if (again === null) return;
    this.at('effect.again.after_commit');
    await this.send(kind, stripe, { ...op, ...set });
  }

  private async look<O extends { readonly id: string }>(kind: EffectKind<O>, stripe: Stripe, op: ExtOp) {
    this.at('effect.find.before');
    try {
      const found = await kind.find(stripe, op, Math.floor(op.created_at / 1000) - SKEW_S);
      this.at('effect.find.after');
      return found;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === null) throw error;
      await this.unitOfWork.run((tx) => this.ops.postpone(tx, op.id, this.afterPause(op), short(failure)));
      return 'not_now' as const;
    }
  }

  private async send<O extends { readonly id: string }>(kind: EffectKind<O>, stripe: Stripe, op: ExtOp): Promise<void> {
    let object: O;
    this.at(`effect.${kind.kind}.send.before`);
    try {
      object = await kind.send(stripe, op, op.keys_spent === 0 ? op.id : `${op.id}:${op.keys_spent}`);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === null) throw error;
      return this.fail(kind, op, failure);
    }
    this.at(`effect.${kind.kind}.send.after`);
    await this.succeed(kind, op, object);
  }

  private async succeed<O extends { readonly id: string }>(kind: EffectKind<O>, op: ExtOp, object: O): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const set = { object_id: object.id, reason: null };
      await this.ops.advance(tx, op.id, 'succeed', this.clock.now(), set);
      await kind.apply(tx, op.mode, object);
      this.at(`effect.${kind.kind}.apply.before_commit`);
    });
    this.at(`effect.${kind.kind}.apply.after_commit`);
  }

  private async fail<O extends { readonly id: string }>(kind: EffectKind<O>, op: ExtOp, failure: StripeFailure) {
    const now = this.clock.now();
    const reason = short(failure);
    const due_at = new Date(this.afterPause(op));
    const isUntouched = failure.kind === 'not_done' && op.state === 'queued';
    await this.unitOfWork.run(async (tx) => {
      if (failure.kind === 'refused') {
        const set = { reason, object_id: failure.payment_intent };
        if (await this.ops.advance(tx, op.id, 'refuse', now, set)) await kind.refused(tx, op, failure);
        this.at('effect.refused.before_commit');
      } else if (isUntouched) await this.ops.advance(tx, op.id, 'postpone', now, { due_at, reason });
      else {
        const kept_at = failure.kind === 'unknown_kept' ? new Date(now) : null;
        await this.ops.advance(tx, op.id, 'lose', now, { due_at, reason, kept_at });
      }
    });
    if (!isUntouched) this.at(`effect.${failure.kind === 'refused' ? 'refused' : 'lost'}.after_commit`);
  }

  private afterPause(op: ExtOp): Instant {
    return this.clock.now() + seconds(2 ** Math.min(op.attempts, PAUSE_EXPONENT_MAX));
  }
}

const short = ({ reason }: StripeFailure): string => reason.slice(0, REASON_MAX);
