import { Inject, Injectable, Optional } from '@nestjs/common';
import { formatAmount, type Id } from '@groundtruth/sdk/protocol';
import { Clock } from '../../../kernel/clock.js';
import { mintId } from '../../../kernel/ids.js';
import { DomainError, found } from '../../../kernel/problem.js';
import type { Principal } from '../../../identity/index.js';
import { CONFIG, type Config } from '../../../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../../../platform/database/index.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../../../platform/http/serves.js';
import { PolicyGate } from '../../../policy/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from '../../stripe/card.failpoints.js';
import { CardCustomers } from './card.customers.js';
import { CardFreezes } from './card.freezes.js';
import { SavedCards } from './saved-cards.service.js';
import { TopUpPayments } from './top-up.payments.js';
import { topUpView } from './top-up.view.js';
import { TopUpsRepository } from './top-ups.repository.js';

/** Payments by card into an agent's prepaid balance. */
@Injectable()
export class TopUpsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly topUps: TopUpsRepository,
    private readonly payments: TopUpPayments,
    private readonly customers: CardCustomers,
    private readonly cards: SavedCards,
    private readonly freezes: CardFreezes,
    private readonly policy: PolicyGate,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  /** Begins a payment; its card is charged after the commit, and its state then tells how it went. */
  async create(command: Command, caller: Principal, body: BodyOf<'create_top_up'>) {
    const id = mintId('top_up');
    const prepare = async () => {
      checkAmount(body.amount, this.config);
      const { customer } = await this.customers.ensure(caller.mode, caller.id);
      const payment_method = body.payment_method ?? (await this.cards.only(caller, customer));
      await this.policy.check('deposit', { id, mode: caller.mode, parties: [{ id: caller.id }] });
      return { customer, payment_method };
    };
    const answer = await this.unitOfWork.onceAfter(command, prepare, async (tx, { customer, payment_method }) => {
      await this.refuseFrozen(tx, caller.id);
      const { amount, save_payment_method, off_session, return_url } = body;
      const { mode } = caller;
      const agent_id = caller.id as Id<'agent'>;
      const created_at = this.clock.now();
      await this.topUps.insert(tx, { id, mode, agent_id, amount, is_automatic: false, payment_method, created_at });
      const how = { customer, save_payment_method, off_session, return_url: return_url ?? null };
      await this.payments.charge(tx, { id, mode, amount, payment_method }, how);
      const view = topUpView((await this.topUps.get(tx, id))!);
      this.at('top_up.request.before_commit');
      return view;
    });
    this.at('top_up.request.after_commit');
    return answer;
  }

  async get(caller: Principal, id: string) {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.topUps.get(tx, id);
      return topUpView(found(row?.agent_id === caller.id ? row : null, id));
    });
  }

  /** Newest first. */
  async list(caller: Principal, query: QueryOf<'list_top_ups'>) {
    return this.unitOfWork.run(async (tx) => {
      const rows = await this.topUps.list(tx, caller.id, readCursor(query.cursor), query.limit + 1);
      const { data, ...rest } = pageOf(rows, query.limit, (row) => row.id);
      return { ...rest, data: data.map(topUpView) };
    });
  }

  private async refuseFrozen(tx: Tx, agentId: string): Promise<void> {
    if (await this.freezes.isFrozen(tx, agentId))
      throw new DomainError('account_frozen', 'no card is charged while a payment of this account is disputed');
  }
}

/** @throws {DomainError} `invalid_request` for less or more than one top-up may be. */
export function checkAmount(amount: bigint, { TOP_UP_MIN, TOP_UP_MAX }: Config): void {
  if (amount >= TOP_UP_MIN && amount <= TOP_UP_MAX) return;
  const range = `${formatAmount(TOP_UP_MIN)} to ${formatAmount(TOP_UP_MAX)} dollars`;
  throw new DomainError('invalid_request', `one top-up is ${range}`, { param: 'amount' });
}
