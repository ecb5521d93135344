import { Inject, Injectable, Optional } from '@nestjs/common';
import { formatAmount, type Id } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../../../kernel/clock.js';
import { mintId } from '../../../kernel/ids.js';
import { DomainError } from '../../../kernel/problem.js';
import type { Principal } from '../../../identity/index.js';
import { CONFIG, type Config } from '../../../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../../../platform/database/index.js';
import type { BodyOf } from '../../../platform/http/serves.js';
import { PolicyGate } from '../../../policy/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from '../../stripe/card.failpoints.js';
import { CardBooks } from './card.books.js';
import { CardCustomers, type CustomerRow } from './card.customers.js';
import { CardFreezes } from './card.freezes.js';
import { SavedCards } from './saved-cards.service.js';
import { TopUpPayments } from './top-up.payments.js';
import { checkAmount } from './top-ups.service.js';
import { TopUpsRepository } from './top-ups.repository.js';

const DAY_S = 86_400;
const PAGE = 100;

/** Tops an agent up by itself: below so much another charge of the saved card, within a daily cap. One failure stops it. */
@Injectable()
export class AutoTopUp {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly topUps: TopUpsRepository,
    private readonly payments: TopUpPayments,
    private readonly customers: CardCustomers,
    private readonly cards: SavedCards,
    private readonly freezes: CardFreezes,
    private readonly books: CardBooks,
    private readonly policy: PolicyGate,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  async get(caller: Principal) {
    return this.unitOfWork.run(async (tx) => view(await this.customers.of(tx, caller.id)));
  }

  /** Also starts it again after a failure. @throws {DomainError} `invalid_request`, `payment_method_missing`. */
  async set(command: Command, caller: Principal, body: BodyOf<'set_auto_top_up'>) {
    const { below, amount, day_max } = body;
    if (day_max < amount)
      throw new DomainError('invalid_request', 'the cap does not cover one top-up', { param: 'day_max' });
    const card = async () => {
      checkAmount(amount, this.config);
      const { customer } = await this.customers.ensure(caller.mode, caller.id);
      return body.payment_method ?? (await this.cards.only(caller, customer));
    };
    return this.unitOfWork.onceAfter(command, card, async (tx, payment_method) => {
      await this.customers.setAutomatic(tx, caller.id, { below, amount, day_max, payment_method });
      return view(await this.customers.of(tx, caller.id));
    });
  }

  /** Repeatable. */
  async remove(caller: Principal) {
    return this.unitOfWork.run(async (tx) => {
      await this.customers.setAutomatic(tx, caller.id, null);
      return view(await this.customers.of(tx, caller.id));
    });
  }

  /** Looks at everyone who tops up automatically; answers how many charges it began. Any number of processes may. */
  async pass(): Promise<number> {
    let begun = 0;
    for (let after = '', more = true; more;) {
      const page = await this.unitOfWork.run((tx) => this.customers.automatic(tx, after, PAGE));
      for (const { agent_id } of page) {
        if (!(await this.unitOfWork.run((tx) => this.topUp(tx, agent_id)))) continue;
        this.at('auto_top_up.after_commit');
        begun++;
      }
      more = page.length === PAGE;
      after = page.at(-1)?.agent_id ?? after;
    }
    return begun;
  }

  private async topUp(tx: Tx, agentId: string): Promise<boolean> {
    const row = await this.customers.lockFree(tx, agentId);
    const settings = row && settingsOf(row);
    if (!row || !settings || row.auto_stopped !== null) return false;
    const agent = { id: mintId('top_up'), mode: row.mode, agent_id: row.agent_id as Id<'agent'> };
    if ((await this.books.available(tx, agent)) >= settings.below) return false;
    const now = this.clock.now();
    const { charged, is_under_way } = await this.topUps.automaticSince(tx, agentId, now - seconds(DAY_S));
    if (is_under_way || charged + settings.amount > settings.day_max) return false;
    if (await this.freezes.isFrozen(tx, agentId)) return false;
    const { id, mode, agent_id } = agent;
    const decision = await this.policy.look(tx, 'deposit', { id, mode, parties: [{ id: agent_id }] });
    if (decision.outcome !== 'allow') {
      await this.customers.stopAutomatic(tx, agentId, 'policy_refused');
      return false;
    }
    const { amount, payment_method } = settings;
    await this.topUps.insert(tx, { id, mode, agent_id, amount, is_automatic: true, payment_method, created_at: now });
    const how = { customer: row.customer, save_payment_method: false, off_session: true, return_url: null };
    await this.payments.charge(tx, { id, mode, amount, payment_method }, how);
    this.at('auto_top_up.before_commit');
    return true;
  }
}

function settingsOf({ auto_below, auto_amount, auto_day_max, auto_method }: CustomerRow) {
  if (auto_below === null || auto_amount === null || auto_day_max === null || auto_method === null) return null;
  return { below: auto_below, amount: auto_amount, day_max: auto_day_max, payment_method: auto_method };
}

function view(row: CustomerRow | null) {
  const settings = row && settingsOf(row);
  if (!row || !settings) return { settings: null, stopped: null };
  const { below, amount, day_max, payment_method } = settings;
  const amounts = { below: formatAmount(below), amount: formatAmount(amount), day_max: formatAmount(day_max) };
  return { settings: { ...amounts, payment_method }, stopped: row.auto_stopped };
}
