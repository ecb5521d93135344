import type { Id } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { mintId } from '../../src/kernel/ids.js';
import { DomainError } from '../../src/kernel/problem.js';
import type { Principal } from '../../src/identity/index.js';
import type { HeldBounty } from '../../src/payments/index.js';
import { DOLLAR } from '../../src/payments/funding/card/card.fixture.js';
import type { BankWorld, Person } from '../../src/payments/payouts/bank.fixture.js';
import type { Fault } from '../../src/platform/embedded/stripe-simulator/index.js';
import { failureOf } from '../../src/payments/stripe/stripe.problems.js';

const CARDS = [
  'pm_card_visa', 'pm_card_visa', 'pm_card_visa', 'pm_card_bypassPending', 'pm_card_chargeDeclined', 'pm_card_threeDSecure2Required',
  'pm_card_pendingRefund', 'pm_card_refundFail', 'pm_card_createDispute', 'pm_card_createDisputeInquiry', 'pm_card_createIssuerFraudRecord',
] as const; // prettier-ignore
const TRIES_MAX = 5;
/** How calls go wrong; late ones are done all the same, soon or long after they were given up. */
export const FAULTS: readonly Omit<Fault, 'path'>[] = [
  { how: '500' }, { how: '500_kept' }, { how: '500_after' }, { how: '429' }, { how: '409' },
  { how: '500', done_after_s: 3 }, { how: '500', done_after_s: 900 }, { how: '500_kept', done_after_s: 3 }, { how: '500_kept', done_after_s: 4_000 },
]; // prettier-ignore
/** What a caller may hear when it asks for something that is not to be had now. Anything else is a fault of ours. */
const REFUSALS = ['insufficient_funds', 'account_frozen', 'top_up_state'];

export interface Market {
  readonly world: BankWorld;
  readonly people: readonly Person[];
}

/** One accepted capture. */
export interface Earning {
  readonly agent_id: string;
  readonly person: Person;
  readonly amount: bigint;
  readonly at: number;
}

/** One agent and its cardholder: tops up, spends, refunds, disputes. What it spent it remembers; all else is asked of Stripe and of the ledger. */
export class CardLife {
  readonly topUps: string[] = [];
  private readonly open: HeldBounty[] = [];
  private spent = 0n;
  readonly earnings: Earning[] = [];
  /** What it did with success, by name. */
  readonly done = new Map<string, number>();

  constructor(
    private readonly market: Market,
    readonly agent: Principal & { readonly id: Id<'agent'> },
    private readonly random: () => number,
  ) {}

  /** One random act; the first is to top up. What has nothing to act on is another act instead. */
  async act(): Promise<void> {
    const acts = [
      ['top up', () => this.topUp()],
      ['hold', () => this.hold()],
      ['hold', () => this.hold()],
      ['settle', () => this.settle()],
      ['close', () => this.close()],
      ['refund', () => this.refund()],
      ['refund past us', () => this.refundPastUs()],
      ['fail a refund', () => this.failRefund()],
      ['dispute', () => this.dispute()],
      ['decide', () => this.decide()],
      ['decide', () => this.decide()],
      ['escalate', () => this.escalate()],
      ['reverse', () => this.reverse()],
      ['find collusion', () => this.findCollusion()],
      ['warn', () => this.warn()],
    ] as const;
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const [name, act] = this.done.size === 0 ? acts[0] : this.one(acts)!;
      if (!(await act())) continue;
      this.done.set(name, (this.done.get(name) ?? 0) + 1);
      return;
    }
  }

  /** Micros this agent has given away or holds in bounties. */
  async out(): Promise<bigint> {
    const held = await Promise.all(
      this.open.map((bounty) => this.market.world.run((tx) => this.market.world.rail.held(tx, bounty))),
    );
    return held.reduce((total, amount) => total + amount, this.spent);
  }

  private async topUp(): Promise<boolean> {
    const { world } = this.market;
    const amount =
      BigInt(20 + Math.floor(this.random() * 80)) * DOLLAR + BigInt(Math.floor(this.random() * 100)) * 10_000n;
    const payment_method = this.one(CARDS)!;
    const body = { amount, payment_method, save_payment_method: false, off_session: false };
    await world.customers.ensure('test', this.agent.id);
    if (this.random() < 0.3)
      world.simulator.control.fail({ method: 'POST', path: '/v1/payment_intents', ...this.one(FAULTS)! });
    const begun = await this.unlessRefused(() =>
      world.service.create(world.command(this.agent, 'top-up'), this.agent, body),
    );
    if (begun) this.topUps.push(begun.result.id);
    return begun !== null;
  }

  private async hold(): Promise<boolean> {
    const { world } = this.market;
    const has = await world.available(this.agent);
    const amount = (has * BigInt(1 + Math.floor(this.random() * 100))) / 100n || 1n;
    const bounty: HeldBounty = {
      mode: 'test',
      bounty_id: mintId('bounty'),
      agent_id: this.agent.id,
      rail: 'balance',
      fund: 'card',
    };
    const frozen = await world.run((tx) => world.freezes.isFrozen(tx, this.agent.id));
    const held = await this.unlessRefused(() => world.run((tx) => world.rail.hold(tx, bounty, amount)));
    if (held && frozen) throw new Error(`${this.agent.id} is frozen and held ${amount}`);
    if (held?.fund === 'sandbox') throw new Error('there is no sandbox money here');
    if (held) this.open.push(bounty);
    return held !== null;
  }

  /** Pays a part of what a bounty holds to a contributor, with its fee. */
  private async settle(): Promise<boolean> {
    const { world, people } = this.market;
    const bounty = this.one(this.open);
    const person = this.one(people);
    if (!bounty || !person) return false;
    const held = await world.run((tx) => world.rail.held(tx, bounty));
    const pay = held / 2n;
    const fee = held / 10n;
    if (pay === 0n || fee === 0n) return false;
    await world.settle(bounty, person, pay, fee);
    this.earnings.push({ agent_id: this.agent.id, person, amount: pay, at: world.clock.now() });
    this.spent += pay + fee;
    return true;
  }

  private async close(): Promise<boolean> {
    const bounty = this.open.pop();
    if (!bounty) return false;
    await this.market.world.run((tx) => this.market.world.rail.refundRest(tx, bounty));
    return true;
  }

  private async refund(): Promise<boolean> {
    const { world } = this.market;
    const id = this.one(this.topUps);
    if (!id) return false;
    const asked = this.random() < 0.5 ? null : BigInt(1 + Math.floor(this.random() * 20)) * DOLLAR;
    if (this.random() < 0.3)
      world.simulator.control.fail({ method: 'POST', path: '/v1/refunds', ...this.one(FAULTS)! });
    const command = world.command(this.agent, 'refund');
    const request = () => world.refunds.request(command, this.agent, id, asked);
    const made = await this.unlessRefused(request);
    if (made && this.random() < 0.3) await request();
    return made !== null;
  }

  /** In Stripe's dashboard, say. */
  private async refundPastUs(): Promise<boolean> {
    const charge = await this.aCharge();
    if (!charge) return false;
    const { stripe } = this.market.world.access.test;
    const found = await stripe.charges.retrieve(charge);
    if (found.disputed || found.amount_captured - found.amount_refunded < 100) return false;
    try {
      await stripe.refunds.create({ charge, amount: 100 });
      return true;
    } catch (error) {
      if (failureOf(error)) return false; // A fault that was meant for us struck the dashboard.
      throw error;
    }
  }

  private async failRefund(): Promise<boolean> {
    const charge = await this.aCharge();
    if (!charge) return false;
    const { data } = await this.market.world.access.test.stripe.refunds.list({ charge });
    const refund = data.find(({ status }) => status === 'pending' || status === 'succeeded');
    if (!refund) return false;
    this.market.world.simulator.control.refunds.fail(refund.id);
    return true;
  }

  private async dispute(): Promise<boolean> {
    const charge = await this.aCharge();
    if (!charge) return false;
    const found = await this.market.world.access.test.stripe.charges.retrieve(charge);
    if (found.disputed || found.amount_captured <= found.amount_refunded) return false;
    const reason = this.one(['fraudulent', 'product_not_received', 'inquiry'] as const)!;
    // All that is left, or any sum up to what was paid, which may be more.
    const amount = this.random() < 0.6 ? {} : { amount: this.cents(found.amount_captured) };
    this.market.world.simulator.control.disputes.open(charge, { reason, ...amount });
    return true;
  }

  private async decide(): Promise<boolean> {
    const open = await this.aDispute(({ status }) => !['won', 'lost', 'warning_closed'].includes(status));
    if (!open) return false;
    const returned = this.random() < 0.7 ? open.amount : this.cents(open.amount);
    this.disputes.decide(open.id, this.random() < 0.5 ? 'won' : 'lost', returned);
    return true;
  }

  /** An inquiry, also a closed one, becomes a dispute, perhaps about another sum. */
  private async escalate(): Promise<boolean> {
    const inquiry = await this.aDispute(({ status }) => status.startsWith('warning_'));
    if (!inquiry) return false;
    this.disputes.escalate(inquiry.id, this.random() < 0.5 ? inquiry.amount : this.cents(inquiry.amount));
    return true;
  }

  /** The bank thinks again. */
  private async reverse(): Promise<boolean> {
    const decided = await this.aDispute(({ status }) => ['won', 'lost'].includes(status));
    if (!decided) return false;
    const back = decided.balance_transactions.reduce((sum, { amount }) => sum + amount, 0);
    if (decided.status === 'won' && back <= -decided.amount) return false;
    this.disputes.reverse(decided.id);
    return true;
  }

  private async findCollusion(): Promise<boolean> {
    const earning = this.one(this.earnings);
    if (!earning || this.random() < 0.7) return false;
    const decision = this.one(['hold', 'release', 'collusion', 'collusion'] as const)!;
    await this.market.world.decide(this.agent, earning.person, decision);
    return true;
  }

  private async warn(): Promise<boolean> {
    const charge = this.random() < 0.5 ? await this.aCharge() : null;
    if (!charge) return false;
    this.market.world.simulator.control.warnOfFraud(charge);
    return true;
  }

  /** The cardholder answers a challenge. Of everyone who is asked, once. */
  async answer(): Promise<void> {
    const { world } = this.market;
    for (const id of this.topUps) {
      const row = await world.run((tx) => world.topUps.get(tx, id));
      if (row?.state !== 'requires_action' || !row.payment_intent) continue;
      const { status } = await world.access.test.stripe.paymentIntents.retrieve(row.payment_intent);
      if (status !== 'requires_action') continue;
      world.simulator.control.authenticate(row.payment_intent, this.random() < 0.7 ? 'agrees' : 'fails');
    }
  }

  private async aCharge(): Promise<string | null> {
    const id = this.one(this.topUps);
    return id ? ((await this.market.world.run((tx) => this.market.world.topUps.get(tx, id)))?.charge ?? null) : null;
  }

  private async aDispute(fits: (one: Stripe.Dispute) => boolean): Promise<Stripe.Dispute | null> {
    const charge = await this.aCharge();
    if (!charge) return null;
    const { data } = await this.market.world.stripe.disputes.list({ charge });
    return data.find(fits) ?? null;
  }

  private get disputes() {
    return this.market.world.simulator.control.disputes;
  }

  private cents(most: number): number {
    return 1 + Math.floor(this.random() * most);
  }

  private async unlessRefused<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DomainError && REFUSALS.includes(error.code)) return null;
      throw error;
    }
  }

  private one<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.random() * choices.length)];
  }
}
