import { Inject, Injectable } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { assert } from '../../kernel/assert.js';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { deriveUuid } from '../../kernel/ids.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { ExtOpsRepository, type ExtOp, type NewExtOp } from './ext-ops.repository.js';
import { STRIPE, type StripeAccesses } from './stripe.access.js';
import { failureOf, type StripeFailure } from './stripe.problems.js';

/** An answer that has not come by then is lost. Longer than any call takes until it is cut off. */
const LEASE_S = 60;
const WIDTH = 8;
/** Before another try: twice as long each time, from one second to about four minutes. */
const PAUSE_EXPONENT_MAX = 8;
const REASON_MAX = 200;
/** Stripe's clock and ours may differ, and an object is made before its answer. */
const SKEW_S = 300;

/** How effects of one kind are sent and taken back. `apply` is the same that webhooks about such objects go through. */
export interface EffectKind<O extends { readonly id: string }> {
  readonly kind: string;
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
    for (let claimed: ExtOp[]; modes.length > 0; taken += claimed.length) {
      claimed = await this.claim(modes);
      const ended = await Promise.allSettled(claimed.map((op) => this.take(op)));
      // One that fails by a fault of ours holds up no other; it is taken again when its time comes.
      const failed = ended.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
      if (claimed.length < WIDTH) return taken + claimed.length;
    }
    return taken;
  }

  /** What was queued is now being sent, and what was being sent is lost: both are written before anything is asked of Stripe. */
  private claim(modes: readonly Mode[]): Promise<ExtOp[]> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const claimed = await this.ops.claimDue(tx, modes, now, WIDTH);
      const due_at = new Date(now + seconds(LEASE_S));
      for (const { id, state, attempts } of claimed) {
        if (state === 'queued') await this.ops.advance(tx, id, 'send', now, { due_at, attempts: attempts + 1 });
        else if (state === 'sent') await this.ops.advance(tx, id, 'lose', now, { due_at });
        else await this.ops.postpone(tx, id, due_at.getTime(), 'looked for');
      }
      return claimed;
    });
  }

  private async take(op: ExtOp): Promise<void> {
    const kind = this.kinds.get(op.kind);
    assert(kind !== undefined, `nobody sends effects of kind ${op.kind}`);
    const { stripe } = this.access[op.mode]!;
    if (op.state !== 'queued') {
      const found = await this.look(kind, stripe, op);
      if (found === 'not_now') return;
      if (found !== null) return this.succeed(kind, op, found);
      const due_at = new Date(this.clock.now() + seconds(LEASE_S));
      const set = { due_at, attempts: op.attempts + 1 };
      const again = await this.unitOfWork.run((tx) => this.ops.advance(tx, op.id, 'send', this.clock.now(), set));
      if (again === null) return;
    }
    await this.send(kind, stripe, op);
  }

  private async look<O extends { readonly id: string }>(kind: EffectKind<O>, stripe: Stripe, op: ExtOp) {
    try {
      return await kind.find(stripe, op, Math.floor(op.created_at / 1000) - SKEW_S);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === null) throw error;
      await this.unitOfWork.run((tx) => this.ops.postpone(tx, op.id, this.afterPause(op), short(failure)));
      return 'not_now' as const;
    }
  }

  private async send<O extends { readonly id: string }>(kind: EffectKind<O>, stripe: Stripe, op: ExtOp): Promise<void> {
    let object: O;
    try {
      object = await kind.send(stripe, op, op.keys_spent === 0 ? op.id : `${op.id}:${op.keys_spent}`);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === null) throw error;
      return this.fail(kind, op, failure);
    }
    await this.succeed(kind, op, object);
  }

  private async succeed<O extends { readonly id: string }>(kind: EffectKind<O>, op: ExtOp, object: O): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const set = { object_id: object.id, reason: null };
      await this.ops.advance(tx, op.id, 'succeed', this.clock.now(), set);
      await kind.apply(tx, op.mode, object);
    });
  }

  private async fail<O extends { readonly id: string }>(kind: EffectKind<O>, op: ExtOp, failure: StripeFailure) {
    const now = this.clock.now();
    const reason = short(failure);
    const due_at = new Date(this.afterPause(op));
    await this.unitOfWork.run(async (tx) => {
      if (failure.kind === 'refused') {
        const set = { reason, object_id: failure.payment_intent };
        if (await this.ops.advance(tx, op.id, 'refuse', now, set)) await kind.refused(tx, op, failure);
      } else if (failure.kind === 'not_done') await this.ops.advance(tx, op.id, 'postpone', now, { due_at, reason });
      else {
        const keys_spent = op.keys_spent + (failure.kind === 'unknown_kept' ? 1 : 0);
        await this.ops.advance(tx, op.id, 'lose', now, { due_at, reason, keys_spent });
      }
    });
  }

  private afterPause(op: ExtOp): Instant {
    return this.clock.now() + seconds(2 ** Math.min(op.attempts, PAUSE_EXPONENT_MAX));
  }
}

const short = ({ reason }: StripeFailure): string => reason.slice(0, REASON_MAX);
