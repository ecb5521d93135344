import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Mode, ProblemCode } from '@groundtruth/sdk/protocol';
import { Clock } from '../../../kernel/clock.js';
import { deriveUuid } from '../../../kernel/ids.js';
import { DomainError } from '../../../kernel/problem.js';
import { sql, sqlOne, UnitOfWork, type Tx } from '../../../platform/database/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from '../../stripe/card.failpoints.js';
import { STRIPE, type StripeAccess, type StripeAccesses } from '../../stripe/stripe.access.js';
import { asking } from '../../stripe/stripe.problems.js';

/** An agent at Stripe, and how it tops itself up; without that all `auto_…` but the last are null. Amounts are micros. */
export interface CustomerRow {
  readonly agent_id: string;
  readonly mode: Mode;
  /** `cus_…`. */
  readonly customer: string;
  readonly auto_below: bigint | null;
  readonly auto_amount: bigint | null;
  readonly auto_day_max: bigint | null;
  readonly auto_method: string | null;
  /** Why it stopped; null while it tops up. */
  readonly auto_stopped: ProblemCode | null;
}

export interface AutoSettings {
  readonly below: bigint;
  readonly amount: bigint;
  readonly day_max: bigint;
  readonly payment_method: string;
}

type Row = CustomerRow & Record<string, unknown>;

/** Which agent is which customer of Stripe. */
@Injectable()
export class CardCustomers {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  /** @throws {DomainError} `payment_refused` in a mode without cards. */
  accessOf(mode: Mode): StripeAccess {
    const access = this.access[mode];
    if (!access) throw new DomainError('payment_refused', `this exchange takes no cards in ${mode} mode`);
    return access;
  }

  /** The agent's customer, made when there is none. Network: never in a transaction. Should two be made, one is used and the other stays empty. */
  async ensure(mode: Mode, agentId: string): Promise<CustomerRow> {
    const { stripe } = this.accessOf(mode);
    const known = await this.unitOfWork.run((tx) => this.of(tx, agentId));
    if (known) return known;
    const params = { metadata: { agent_id: agentId } };
    const options = { idempotencyKey: deriveUuid('customer', agentId) };
    this.at('customer.create.before');
    const { id } = await asking(stripe.customers.create(params, options));
    this.at('customer.create.after');
    const row = await this.unitOfWork.run(async (tx) => {
      await sql(
        tx,
        'INSERT INTO card_customer (agent_id, mode, customer, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (agent_id) DO NOTHING',
        [agentId, mode, id, new Date(this.clock.now())],
      );
      return (await this.of(tx, agentId))!;
    });
    this.at('customer.stored.after_commit');
    return row;
  }

  async of(tx: Tx, agentId: string): Promise<CustomerRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM card_customer WHERE agent_id = $1', [agentId]);
  }

  /** As `of`, and nobody else decides about its top-ups until the transaction ends; null also when somebody does just now. */
  async lockFree(tx: Tx, agentId: string): Promise<CustomerRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM card_customer WHERE agent_id = $1 FOR UPDATE SKIP LOCKED', [agentId]);
  }

  /** Those that top themselves up now, in the order of their ids. */
  async automatic(tx: Tx, after: string, limit: number): Promise<CustomerRow[]> {
    return sql<Row>(
      tx,
      `SELECT * FROM card_customer WHERE auto_below IS NOT NULL AND auto_stopped IS NULL AND agent_id > $1 ORDER BY agent_id LIMIT $2`,
      [after, limit],
    );
  }

  /** Null switches it off. */
  async setAutomatic(tx: Tx, agentId: string, settings: AutoSettings | null): Promise<void> {
    const { below, amount, day_max, payment_method } = settings ?? {};
    await sql(
      tx,
      `UPDATE card_customer SET auto_below = $2, auto_amount = $3, auto_day_max = $4, auto_method = $5, auto_stopped = NULL WHERE agent_id = $1`,
      [agentId, below ?? null, amount ?? null, day_max ?? null, payment_method ?? null],
    );
  }

  /** Stops it until its owner sets it again. */
  async stopAutomatic(tx: Tx, agentId: string, why: ProblemCode): Promise<void> {
    const text = 'UPDATE card_customer SET auto_stopped = $2 WHERE agent_id = $1 AND auto_below IS NOT NULL';
    await sql(tx, text, [agentId, why]);
  }
}
