import { deriveId } from '../../../src/kernel/ids.js';
import { transferId } from '../../../src/ledger/index.js';
import { accountsOf } from '../../../src/payments/accounts.js';
import { single } from '../../../src/payments/linked.js';
import { sql } from '../../../src/platform/database/index.js';
import type { Spending } from './messages.js';
import { AGENTS, CONTRIBUTORS, SPENDERS, type Agent, type Contributor, type Spender, type StoryPlan } from './plan.js';
import type { Stage } from './stage.js';

/** Who a spender's bounty pays. */
const PAYEES: Readonly<Record<Spender, Contributor>> = {
  saver: 'paid',
  refunded: 'paid',
  winner: 'bounced',
  loser: 'bounced',
};
const DECIDED_ON = { winner: 8, loser: 9 } as const;

/** What happens on the days on which something does; the days between pass unseen. */
export class Story {
  constructor(
    private readonly stage: Stage,
    private readonly plan: StoryPlan,
  ) {}

  /** In their order: the day, and what people do on it. */
  readonly days: readonly (readonly [number, () => Promise<void>])[] = [
    [0, () => this.begin()],
    [1, () => this.spend()],
    [2, () => this.accept()],
    [3, () => this.refund()],
    [4, () => this.dispute('winner')],
    [5, () => this.dispute('loser')],
    [6, () => this.warn()],
    [DECIDED_ON.winner, () => this.decide('winner', 'won')],
    [DECIDED_ON.loser, () => this.decide('loser', 'lost')],
    [10, () => this.closeBounties(['winner', 'loser'])],
    // What was charged is old enough for the batch of this day, and a transfer leaves.
    [26, () => this.nothing()],
    [27, () => this.bounce(!this.plan.bounces_late)],
    [29, () => this.bounce(this.plan.bounces_late)],
    [30, () => this.newBank()],
    [31, () => this.nothing()],
    [33, () => this.nothing()],
    [35, () => this.nothing()],
  ];

  /** Cardholders who are asked whether it is them. */
  async answer(): Promise<void> {
    const { stage, plan } = this;
    const text = "SELECT agent_id, payment_intent FROM top_up WHERE state = 'requires_action'";
    for (const { agent_id, payment_intent } of await stage.rows<{ agent_id: string; payment_intent: string }>(text)) {
      const { status } = await stage.stripe.paymentIntents.retrieve(payment_intent);
      if (status !== 'requires_action') continue;
      const agrees = agent_id === plan.agentId('refunded');
      stage.simulator.control.authenticate(payment_intent, agrees ? 'agrees' : 'fails');
    }
  }

  private async begin(): Promise<void> {
    const { stage, plan } = this;
    await this.people();
    for (const who of CONTRIBUTORS) {
      const contributor_id = plan.contributorId(who);
      await stage.tell({ do: 'open_recipient', key: `open:${who}`, contributor_id });
      stage.simulator.control.accounts.onboard(await this.account(who));
    }
    for (const who of AGENTS) {
      const { amount, card: payment_method } = plan.top_ups[who];
      const agent_id = plan.agentId(who);
      await stage.tell({ do: 'top_up', key: `top-up:${who}`, agent_id, amount, payment_method, save: false });
    }
  }

  /** Agents, contributors and the reserve, as they were before. */
  private async people(): Promise<void> {
    const { stage, plan } = this;
    const at = new Date(stage.clock.now());
    await stage.run(async (tx) => {
      for (const who of AGENTS)
        await sql(tx, `INSERT INTO agent (id, mode, name, created_at) VALUES ($1, 'test', $2, $3)`, [
          plan.agentId(who),
          who,
          at,
        ]);
      for (const who of CONTRIBUTORS)
        await sql(tx, `INSERT INTO contributor (id, mode, name, created_at) VALUES ($1, 'test', $2, $3)`, [
          plan.contributorId(who),
          who,
          at,
        ]);
      if (plan.reserve === 0n) return;
      const accounts = accountsOf('test', 'card');
      const [from, to] = await stage.ledger.accounts(tx, [accounts.losses(), accounts.lossReserve()]);
      const transfer = single(transferId('the beginning', 'reserve'), from!, to!, plan.reserve);
      await stage.ledger.postOrThrow(tx, [{ ...transfer, code: 'reserve_fill' }]);
    });
  }

  /** The saver names a card to be charged by itself; then bounties hold most of what there is, so that it is. */
  private async spend(): Promise<void> {
    const { stage, plan } = this;
    const agent_id = plan.agentId('saver');
    const [row] = await stage.rows<{ customer: string }>('SELECT customer FROM card_customer WHERE agent_id = $1', [agent_id]); // prettier-ignore
    const entered = await stage.stripe.setupIntents.create({ customer: row!.customer, payment_method: 'pm_card_visa' });
    const payment_method = String(entered.payment_method);
    await stage.tell({ do: 'save_card', agent_id, payment_method });
    await stage.tell({ do: 'automate', key: 'automate', agent_id, ...plan.auto, payment_method });
    for (const who of SPENDERS)
      await stage.tell({ do: 'hold', spending: this.spending(who), amount: plan.spending[who].hold });
  }

  private async accept(): Promise<void> {
    const { stage, plan } = this;
    for (const who of SPENDERS) {
      const { pay, fee } = plan.spending[who];
      const contributor_id = plan.contributorId(PAYEES[who]);
      const capture_id = deriveId('capture', 'card drill', String(plan.seed), who);
      await stage.tell({ do: 'settle', spending: this.spending(who), capture_id, contributor_id, pay, fee });
    }
    await this.closeBounties(['saver', 'refunded']);
  }

  private async closeBounties(of: readonly Spender[]): Promise<void> {
    for (const who of of) await this.stage.tell({ do: 'close', spending: this.spending(who) });
  }

  private async refund(): Promise<void> {
    const { stage, plan } = this;
    const agent_id = plan.agentId('refunded');
    const { id } = await this.topUp('refunded');
    await stage.tell({ do: 'refund', key: 'refund', agent_id, top_up_id: id, amount: plan.refund });
  }

  private async dispute(who: 'winner' | 'loser'): Promise<void> {
    const { charge } = await this.topUp(who);
    this.stage.simulator.control.disputes.open(charge, { reason: 'fraudulent' });
  }

  private async decide(who: 'winner' | 'loser', decision: 'won' | 'lost'): Promise<void> {
    const { charge } = await this.topUp(who);
    const { data } = await this.stage.stripe.disputes.list({ charge });
    this.stage.simulator.control.disputes.decide(data[0]!.id, decision);
  }

  private async warn(): Promise<void> {
    this.stage.simulator.control.warnOfFraud((await this.topUp('warned')).charge);
  }

  private async bounce(now: boolean): Promise<void> {
    if (!now) return;
    const { data } = await this.stage.stripe.payouts.list({}, { stripeAccount: await this.account('bounced') });
    this.stage.simulator.control.payouts.fail(data[0]!.id);
  }

  private async newBank(): Promise<void> {
    this.stage.simulator.control.accounts.replaceBankAccount(await this.account('bounced'));
  }

  private async nothing(): Promise<void> {}

  private async topUp(who: Agent): Promise<{ id: string; charge: string }> {
    const text =
      'SELECT id, charge FROM top_up WHERE agent_id = $1 AND charge IS NOT NULL ORDER BY is_automatic LIMIT 1';
    const [row] = await this.stage.rows<{ id: string; charge: string }>(text, [this.plan.agentId(who)]);
    if (!row) throw new Error(`the card of ${who} was never charged`);
    return row;
  }

  private async account(who: Contributor): Promise<string> {
    const text = 'SELECT account FROM card_recipient WHERE contributor_id = $1';
    const [row] = await this.stage.rows<{ account: string }>(text, [this.plan.contributorId(who)]);
    return row!.account;
  }

  private spending(who: Spender): Spending {
    const bounty_id = deriveId('bounty', 'card drill', String(this.plan.seed), who);
    return { bounty_id, agent_id: this.plan.agentId(who) };
  }
}
