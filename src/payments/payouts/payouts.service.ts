import { Injectable } from '@nestjs/common';
import { formatAmount, toWireTime, type Payout, type PayoutStop as PayoutStopView } from '@groundtruth/sdk/protocol';
import { found } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { UnitOfWork, type Command } from '../../platform/database/index.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../../platform/http/serves.js';
import type { PayoutRow } from './payout.entity.js';
import { PayoutStops, type PayoutStop } from './payout-stops.js';
import { PayoutsRepository } from './payouts.repository.js';

/** Payouts as their contributors see them, and the operator's switch. */
@Injectable()
export class PayoutsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payouts: PayoutsRepository,
    private readonly stops: PayoutStops,
  ) {}

  async list(caller: Principal, { limit, cursor }: QueryOf<'list_payouts'>) {
    const before = readCursor(cursor);
    const { mode, id } = caller;
    const rows = await this.unitOfWork.run((tx) => this.payouts.list(tx, mode, id, before, limit + 1));
    const { data, ...page } = pageOf(rows, limit, ({ day }) => day);
    return { ...page, data: data.map(payoutView) };
  }

  /** @throws {DomainError} `not_found` for what is not the caller's. */
  async get(caller: Principal, id: string): Promise<Payout> {
    const row = await this.unitOfWork.run((tx) => this.payouts.get(tx, id));
    return payoutView(found(row?.contributor_id === caller.id ? row : null, id));
  }

  async stop(command: Command, { mode }: Principal, { reason }: BodyOf<'create_payout_stop'>) {
    return this.unitOfWork.once(command, async (tx) => stopView(await this.stops.stop(tx, mode, 'operator', reason)));
  }

  async listStops({ mode }: Principal): Promise<{ data: PayoutStopView[] }> {
    const rows = await this.unitOfWork.run((tx) => this.stops.list(tx, mode));
    return { data: rows.map(stopView) };
  }

  /** Repeatable. @throws {DomainError} `not_found`. */
  async lift(caller: Principal, id: string): Promise<PayoutStopView> {
    const row = await this.unitOfWork.run((tx) => this.stops.lift(tx, caller.mode, id, caller.id));
    return stopView(found(row, id));
  }
}

function payoutView(row: PayoutRow): Payout {
  const { id, mode, state, day, transfer, reason, amount, reversed, created_at, sent_at, arrived_at } = row;
  const isSent = sent_at !== null;
  return {
    id,
    mode,
    rail: 'card',
    state,
    currency: 'USD',
    amount: formatAmount(amount),
    returned: formatAmount(state === 'refused' ? amount : reversed),
    day,
    transfer,
    reason,
    created_at: toWireTime(created_at),
    sent_at: isSent ? toWireTime(sent_at) : null,
    arrived_at: arrived_at === null ? null : toWireTime(arrived_at),
    tax: {
      year: isSent ? new Date(sent_at).getUTCFullYear() : null,
      category: 'services',
      gross: formatAmount(isSent ? amount - reversed : 0n),
      fee: formatAmount(0n),
      withheld: formatAmount(0n),
    },
  };
}

const stopView = ({ id, mode, cause, detail, created_at, lifted_at }: PayoutStop): PayoutStopView => ({
  id,
  mode,
  cause,
  detail,
  created_at: toWireTime(created_at),
  lifted_at: lifted_at === null ? null : toWireTime(lifted_at),
});
