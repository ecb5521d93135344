import type { Id } from '@groundtruth/sdk/protocol';
import { ManualClock } from '../../../kernel/clock.js';
import { mintId } from '../../../kernel/ids.js';
import type { Principal } from '../../../identity/index.js';
import { LedgerService } from '../../../ledger/index.js';
import { loadConfig } from '../../../platform/config/index.js';
import { sql, type Command, type Tx } from '../../../platform/database/index.js';
import { startStripeSimulator } from '../../../platform/embedded/stripe-simulator/index.js';
import { Outbox } from '../../../platform/outbox/index.js';
import { silentLog } from '../../../platform/telemetry/index.js';
import type { PolicyGate } from '../../../policy/index.js';
import { simulatedAccess } from '../../../card.js';
import { testDatabase } from '../../../../test/support/postgres.js';
import { accountsOf } from '../../accounts.js';
import { PrepaidFunds } from '../../prepaid.funds.js';
import { EventSweep } from '../../stripe/event.sweep.js';
import { ExtOps } from '../../stripe/ext-ops.js';
import { ExtOpsRepository, type ExtOp } from '../../stripe/ext-ops.repository.js';
import { StripeInbox } from '../../stripe/inbox.js';
import { InboxRepository } from '../../stripe/inbox.repository.js';
import { readWebhook } from '../../stripe/webhook.reader.js';
import { AutoTopUp } from './auto-top-up.js';
import { CardBooks } from './card.books.js';
import { CardCustomers } from './card.customers.js';
import { CardEvents } from './card.events.js';
import { CardFreezes } from './card.freezes.js';
import { CardRisk } from './card.risk.js';
import { CardDisputesRepository } from './disputes.repository.js';
import { CardDisputes } from './disputes.service.js';
import { RefundsRepository } from './refunds.repository.js';
import { CardRefunds } from './refunds.service.js';
import { SavedCards } from './saved-cards.service.js';
import { TopUpPayments } from './top-up.payments.js';
import { TopUpsRepository } from './top-ups.repository.js';
import { TopUpsService } from './top-ups.service.js';

const NOW = Date.parse('2026-11-21T06:00:00Z');
export const DOLLAR = 1_000_000n;

export type CardWorld = Awaited<ReturnType<typeof cardWorld>>;

/** Cards on a real database, ledger and SDK, and the simulator. Nothing happens by itself: a test sends effects and delivers webhooks. */
export async function cardWorld(settings: Record<string, string> = {}) {
  const db = await testDatabase({ poolMax: 8 });
  const { unitOfWork } = db;
  const clock = new ManualClock(NOW);
  const config = loadConfig(settings);
  const simulator = await startStripeSimulator({ clock, seed: 'card' });
  const access = { test: simulatedAccess(simulator), live: null };
  const ledger = new LedgerService(clock);
  const outbox = new Outbox(clock);
  const policy = {
    look: () => Promise.resolve({ outcome: 'allow' }),
    check: () => Promise.resolve({ outcome: 'allow' }),
  } as unknown as PolicyGate;
  const ops = new ExtOps(unitOfWork, new ExtOpsRepository(), clock, access);
  const inbox = new StripeInbox(unitOfWork, new InboxRepository(), clock, silentLog, access);
  const [topUps, freezes, books] = [new TopUpsRepository(), new CardFreezes(), new CardBooks(ledger)];
  const customers = new CardCustomers(unitOfWork, clock, access);
  const cards = new SavedCards(customers, unitOfWork);
  const refunds = new CardRefunds(unitOfWork, topUps, new RefundsRepository(), freezes, books, ops, clock);
  const payments = new TopUpPayments(topUps, books, customers, refunds, ops, outbox, clock);
  const disputes = new CardDisputes(topUps, new CardDisputesRepository(), refunds, freezes, books, outbox, clock);
  const events = new CardEvents(inbox, payments, refunds, disputes);
  const service = new TopUpsService(
    unitOfWork, topUps, payments, customers, cards, freezes, policy, clock, config,
  ); // prettier-ignore
  const automatic = new AutoTopUp(
    unitOfWork, topUps, payments, customers, cards, freezes, books, policy, clock, config,
  ); // prettier-ignore
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => unitOfWork.run(work);
  const accounts = accountsOf('test', 'card');

  /** One webhook as it would be posted; answers whether its signature held. */
  const post = (event: string, secret?: string) => {
    const { body, signature } = simulator.control.webhooks.signed(event, secret);
    return inbox.receive(readWebhook(Buffer.from(body), signature, access, clock.now()));
  };

  return {
    db,
    run,
    clock,
    ledger,
    simulator,
    access,
    accounts,
    ops,
    inbox,
    topUps,
    payments,
    freezes,
    books,
    customers,
    cards,
    service,
    refunds,
    automatic,
    events,
    post,
    funds: new PrepaidFunds(ledger, freezes),
    risk: new CardRisk(ledger, config),
    sweep: new EventSweep(unitOfWork, inbox, clock, access, config),

    async agent(): Promise<Principal & { readonly id: Id<'agent'> }> {
      const id = mintId('agent');
      await run((tx) =>
        sql(tx, `INSERT INTO agent (id, mode, name, created_at) VALUES ($1, 'test', 'an agent', $2)`, [
          id,
          new Date(clock.now()),
        ]),
      );
      return { id, role: 'agent', mode: 'test', scopes: ['read', 'spend'], spend_caps: {} } as unknown as Principal & {
        readonly id: Id<'agent'>;
      };
    },

    /** A command of its own. */
    command: (caller: Principal, operation: string): Command => ({
      principal: caller.id,
      key: mintId('event'),
      operation,
      body: {},
    }),

    /** Begins a top-up and sends it; its webhooks wait. Answers its id. */
    async begin(caller: Principal, amount: bigint, payment_method = 'pm_card_visa', more: object = {}) {
      const body = { amount, payment_method, save_payment_method: false, off_session: false, ...more };
      const { result } = await service.create(this.command(caller, 'top-up'), caller, body);
      await ops.pass();
      return result.id;
    },

    /** Delivers every waiting webhook, in the order that `arrange` gives them, and acts on them. */
    async deliver(arrange: (events: string[]) => string[] = (all) => all): Promise<void> {
      const waiting = simulator.control.webhooks.waiting().map(({ event }) => event);
      for (const event of arrange(waiting)) await post(event);
      for (const event of waiting) simulator.control.webhooks.lose(event);
      await inbox.pass();
    },

    /** Events that were not acted on yet. */
    waiting: () => run((tx) => sql<{ id: string }>(tx, "SELECT id FROM inbox_event WHERE state = 'waiting'")),

    /** Of everything that is done at Stripe for an agent's top-ups. */
    statesOfEffects: async (agentId: string): Promise<string[]> => {
      const text =
        'SELECT o.state FROM ext_op o JOIN top_up t ON t.id = o.subject WHERE t.agent_id = $1 ORDER BY o.created_at';
      return (await run((tx) => sql<{ state: string }>(tx, text, [agentId]))).map(({ state }) => state);
    },

    /** As when Stripe says of the refund of a top-up that it will not make it. */
    refuseRefund: async (tx: Tx, topUpId: string): Promise<void> => {
      const text = "UPDATE ext_op SET state = 'refused' WHERE subject = $1 AND kind = 'card_refund' RETURNING *";
      for (const op of await sql<ExtOp & Record<string, unknown>>(tx, text, [topUpId])) await refunds.refused(tx, op);
    },

    /** What an agent could spend of its card money. */
    available: (caller: Principal) => run((tx) => ledger.available(tx, accounts.available(caller.id))),

    async end(): Promise<void> {
      await simulator.stop();
      await db.close();
    },
  };
}
