import { ProblemError } from '@groundtruth/sdk/agent';
import { failureOf } from '../../../src/payments/stripe/stripe.problems.js';
import type { People } from './people.js';
import type { Scene } from './scene.js';
import { UNKNOWN_TYPES } from './told.js';

const CARDS = [
  'pm_card_visa', 'pm_card_visa', 'pm_card_bypassPending', 'pm_card_chargeDeclined', 'pm_card_threeDSecure2Required', 'pm_card_threeDSecure2Required',
  'pm_card_pendingRefund', 'pm_card_refundFail', 'pm_card_createDispute', 'pm_card_createDisputeInquiry', 'pm_card_createIssuerFraudRecord',
] as const; // prettier-ignore
/** Lost answers: then the webhook may be first to tell. */
const FAULTS = ['500', '500_kept', '500_after', '429', '409'] as const;
const FAULTY_SHARE = 0.2;
/** What somebody may hear who asks for what is not to be had now. Anything else ends the drill. */
const REFUSALS = ['insufficient_funds', 'account_frozen', 'top_up_state'];
const LEFT_ALONE = 0.15;
const WIDTH = 8;

interface Paid {
  readonly id: string;
  readonly agent_id: string;
  readonly state: string;
  readonly payment_intent: string | null;
  readonly charge: string | null;
}

/** What people, banks and Stripe do meanwhile, by chance. Each act leaves events at the simulator. */
export class Acts {
  /** What can be done to a thing only once. */
  private readonly taken = new Set<string>();
  /** How often each act came off. */
  readonly done: Record<string, number> = {};

  constructor(
    private readonly scene: Scene,
    private readonly people: People,
    private readonly random: () => number,
  ) {}

  /** Newcomers top up; of the others about every second does something; contributors earn and are paid by the day. */
  async round(newcomers: number): Promise<void> {
    await this.times(newcomers, async () => this.topUp((await this.people.addAgent()).id));
    await this.scene.idle();
    this.scene.simulator.control.clearFaults();
    const paid = await this.scene.rows<Paid>('SELECT id, agent_id, state, payment_intent, charge FROM top_up');
    const others = paid.filter(({ agent_id }) => !this.people.isTreasury(agent_id));
    await this.times(Math.ceil(others.length / 2), () => this.act(this.one(others)));
    for (const row of others) if (row.state === 'requires_action' && this.random() > LEFT_ALONE) await this.answer(row);
    await this.people.fillTreasury();
    for (const payee of this.people.payees) {
      await this.people.earn(payee, 50 + Math.floor(this.random() * 60));
      await this.bankOf(payee.account);
    }
    this.emitUnknown();
  }

  private async act(row: Paid): Promise<void> {
    const acts: readonly (readonly [string, () => Promise<boolean>])[] = [
      ['top_up', () => this.topUp(row.agent_id)],
      ['refund', () => this.refund(row)],
      ['refund', () => this.refund(row)],
      ['refund_past_us', () => this.refundPastUs(row)],
      ['failed_refund', () => this.failRefund(row)],
      ['dispute', () => this.dispute(row)],
      ['decision', () => this.decide(row)],
      ['decision', () => this.decide(row)],
      ['warning', () => this.warn(row)],
    ];
    const [name, act] = this.one(acts);
    if (await act()) this.count(name);
  }

  private async topUp(agentId: string): Promise<boolean> {
    const { client } = this.people.agents.find(({ id }) => id === agentId)!;
    const dollars = 20 + Math.floor(this.random() * 80);
    const cents = String(Math.floor(this.random() * 100)).padStart(2, '0');
    const payment_method = this.one(CARDS);
    this.maybeFault('/v1/payment_intents');
    return this.unlessRefused(() => client.topUps.create({ amount: `${dollars}.${cents}0000`, payment_method }));
  }

  private async refund({ id, agent_id }: Paid): Promise<boolean> {
    const { client } = this.people.agents.find((agent) => agent.id === agent_id)!;
    const some = { amount: `${1 + Math.floor(this.random() * 20)}.000000` };
    const how = this.random() < 0.5 ? {} : some;
    this.maybeFault('/v1/refunds');
    return this.unlessRefused(() => client.topUps.refund(id, how));
  }

  /** In Stripe's dashboard, say. */
  private async refundPastUs({ charge }: Paid): Promise<boolean> {
    if (charge === null) return false;
    const { disputed, amount_captured, amount_refunded } = await this.scene.stripe.charges.retrieve(charge);
    if (disputed || amount_captured - amount_refunded < 100) return false;
    try {
      await this.scene.stripe.refunds.create({ charge, amount: 100 });
      return true;
    } catch (error) {
      if (failureOf(error)) return false; // A fault that was meant for the market, or another refund came first.
      throw error;
    }
  }

  private async failRefund({ charge }: Paid): Promise<boolean> {
    if (charge === null) return false;
    const { data } = await this.scene.stripe.refunds.list({ charge });
    const refund = data.find(({ status }) => status === 'pending' || status === 'succeeded');
    if (!refund || !this.isFirst(`fail ${refund.id}`)) return false;
    this.scene.simulator.control.refunds.fail(refund.id);
    return true;
  }

  private async dispute({ charge }: Paid): Promise<boolean> {
    if (charge === null) return false;
    const { disputed, amount_captured, amount_refunded } = await this.scene.stripe.charges.retrieve(charge);
    if (disputed || amount_captured <= amount_refunded) return false;
    if (!this.isFirst(`dispute ${charge}`)) return false;
    const reason = this.one(['fraudulent', 'product_not_received', 'inquiry'] as const);
    this.scene.simulator.control.disputes.open(charge, { reason });
    return true;
  }

  /** Acts go on at once, and what one has asked Stripe another may have changed since. */
  private isFirst(act: string): boolean {
    if (this.taken.has(act)) return false;
    this.taken.add(act);
    return true;
  }

  private async decide({ charge }: Paid): Promise<boolean> {
    if (charge === null) return false;
    const { data } = await this.scene.stripe.disputes.list({ charge });
    const open = data.find(({ status }) => !['won', 'lost', 'warning_closed'].includes(status));
    if (!open || !this.isFirst(`decide ${open.id}`)) return false;
    this.scene.simulator.control.disputes.decide(open.id, this.random() < 0.5 ? 'won' : 'lost');
    return true;
  }

  private warn({ charge }: Paid): Promise<boolean> {
    if (charge === null || this.random() < 0.5) return Promise.resolve(false);
    this.scene.simulator.control.warnOfFraud(charge);
    return Promise.resolve(true);
  }

  /** The cardholder answers the bank. */
  private async answer({ payment_intent }: Paid): Promise<void> {
    if (payment_intent === null) return;
    const { status } = await this.scene.stripe.paymentIntents.retrieve(payment_intent);
    if (status !== 'requires_action') return;
    this.scene.simulator.control.authenticate(payment_intent, this.random() < 0.7 ? 'agrees' : 'fails');
    this.count('challenge');
  }

  /** The bank of a contributor returns a payout; a new bank account; Stripe asks for more, and gets it. */
  private async bankOf(account: string): Promise<void> {
    const { accounts, payouts } = this.scene.simulator.control;
    const luck = this.random();
    if (luck < 0.3) {
      const { data } = await this.scene.stripe.payouts.list({}, { stripeAccount: account });
      const open = data.find(({ status }) => ['pending', 'in_transit', 'paid'].includes(status));
      if (open) this.count('bounce');
      if (open) payouts.fail(open.id);
    } else if (luck < 0.5) accounts.replaceBankAccount(account);
    else if (luck < 0.6) accounts.require(account, 'identity.individual.document', 'past_due');
    else accounts.fulfil(account);
  }

  private emitUnknown(): void {
    for (const type of UNKNOWN_TYPES)
      this.scene.simulator.control.emit(type, { id: `thing_${this.random()}`, object: 'thing' });
  }

  private maybeFault(path: string): void {
    if (this.random() < FAULTY_SHARE)
      this.scene.simulator.control.fail({ method: 'POST', path, how: this.one(FAULTS) });
  }

  private async unlessRefused(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof ProblemError && REFUSALS.includes(error.code)) return false;
      throw error;
    }
  }

  private async times(count: number, work: () => Promise<unknown>): Promise<void> {
    for (let left = count; left > 0; left -= WIDTH)
      await Promise.all(Array.from({ length: Math.min(WIDTH, left) }, work));
  }

  private count(name: string): void {
    this.done[name] = (this.done[name] ?? 0) + 1;
  }

  private one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random() * choices.length)]!;
  }
}
