import type { Id, Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { ManualClock } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { LedgerService, transferId, type TransferCode } from '../../ledger/index.js';
import { loadConfig } from '../../platform/config/index.js';
import { sql, type Tx } from '../../platform/database/index.js';
import { startStripeSimulator, type StripeSimulator } from '../../platform/embedded/stripe-simulator/index.js';
import { clientOf } from '../../platform/embedded/stripe-simulator/simulator.fixture.js';
import { silentLog } from '../../platform/telemetry/index.js';
import { gateOf } from '../../policy/gate.fixture.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { accountsOf } from '../accounts.js';
import { CardRisk } from '../funding/card/card.risk.js';
import { microsOf } from '../stripe/cents.js';
import { ExtOps } from '../stripe/ext-ops.js';
import { ExtOpsRepository } from '../stripe/ext-ops.repository.js';
import { StripeInbox } from '../stripe/inbox.js';
import { InboxRepository } from '../stripe/inbox.repository.js';
import type { StripeAccesses } from '../stripe/stripe.access.js';
import { readWebhook } from '../stripe/webhook.reader.js';
import { AccountReader } from './account.reader.js';
import { AccountSync } from './account.sync.js';
import { cardAccountsOf } from './card.accounts.js';
import { Explanations } from './explanations.js';
import { EarningsHolds } from './earnings-holds.repository.js';
import { EarningsRepository } from './earnings.repository.js';
import { PayoutBatch } from './payout.batch.js';
import { PayoutBooks } from './payout.books.js';
import type { PayoutRow, RecipientRow } from './payout.entity.js';
import { PayoutEvents } from './payout.events.js';
import { PayoutRuns } from './payout-runs.js';
import { PayoutStops } from './payout-stops.js';
import { PayoutTransfers } from './payout.transfers.js';
import { PayoutsRepository } from './payouts.repository.js';
import { PayoutsService } from './payouts.service.js';
import { RecipientsRepository } from './recipients.repository.js';
import { RecipientsService } from './recipients.service.js';
import { Reconciliations } from './reconciliation.service.js';
import { ReconciliationStatement } from './reconciliation.statement.js';
import { Reversals } from './reversals.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const START = Date.parse('2026-11-02T06:30:00Z');
/** What lets an effect that was put off, or an event that failed, be tried again. */
const PATIENCE_MS = 70_000;

/** The payouts of one database against one simulator, on one clock. */
export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld(mode: Mode = 'test', settings: Record<string, string> = {}) {
  const db: TestDatabase = await testDatabase();
  const clock = new ManualClock(START);
  const simulator: StripeSimulator = await startStripeSimulator({ clock, seed: 'payouts' });
  const stripe = clientOf(simulator, { timeout: 2_500 });
  const access = { stripe, webhook_secrets: [simulator.webhookSecret], is_simulated: true };
  const accesses: StripeAccesses = { test: null, live: null, [mode]: access };
  const config = loadConfig(settings);
  const { unitOfWork } = db;
  const ledger = new LedgerService(clock);
  const recipients = new RecipientsRepository();
  const payouts = new PayoutsRepository();
  const books = new PayoutBooks(ledger);
  const earnings = new EarningsRepository(ledger, new EarningsHolds(), config);
  const ops = new ExtOps(unitOfWork, new ExtOpsRepository(), clock, accesses);
  const inbox = new StripeInbox(unitOfWork, new InboxRepository(), clock, silentLog, accesses);
  const reversals = new Reversals(payouts, books, ops, clock);
  const sync = new AccountSync(recipients, payouts, books, reversals, clock);
  const reader = new AccountReader(unitOfWork, recipients, payouts, sync, clock, accesses);
  const transfers = new PayoutTransfers(payouts, recipients, books, sync, ops, clock);
  new PayoutEvents(inbox, ops, reader, sync, transfers, reversals);
  const { gate: policy, sanctions } = gateOf(unitOfWork, clock, config);
  const stops = new PayoutStops(clock);
  const runs = new PayoutRuns(clock);
  const risk = new CardRisk(ledger, config);
  const batch = new PayoutBatch(unitOfWork, recipients, earnings, transfers, policy, stops, risk, runs, clock, accesses, config);
  const statements = new ReconciliationStatement(unitOfWork, ledger, payouts, recipients, clock, accesses);
  const reconciliations = new Reconciliations(unitOfWork, statements, reader, recipients, books, stops, runs, clock, accesses, config);
  const service = new RecipientsService(unitOfWork, recipients, earnings, batch, books, reader, policy, clock, accesses, config);
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => unitOfWork.run(work);
  const accounts = accountsOf(mode, 'card');

  /** Books what a top-up books; the card is charged at the simulator. */
  async function topUp(agent: string, cents: number): Promise<void> {
    await run((tx) => sql(tx, `INSERT INTO agent (id, mode, name, created_at) VALUES ($1, $2, 'an agent', $3) ON CONFLICT DO NOTHING`, [agent, mode, new Date(clock.now())])); // prettier-ignore
    const intent = await stripe.paymentIntents.create({ ...PAYMENT, amount: cents, expand: ['latest_charge.balance_transaction'] }); // prettier-ignore
    const charge = intent.latest_charge as Stripe.Charge;
    const { id, fee } = charge.balance_transaction as Stripe.BalanceTransaction;
    await move(`${intent.id}`, accounts.processor(), accounts.available(agent), microsOf(cents), 'top_up', charge.id);
    await move(id, accounts.railCosts(), accounts.processor(), microsOf(fee), 'rail_cost', charge.id);
  }

  /** One bounty's life in the ledger: held now, and paid to the contributor. */
  async function earn(agent: string, contributor: string, amount: bigint): Promise<void> {
    const bounty = mintId('bounty');
    await hold(agent, bounty, amount);
    await settle(bounty, contributor, amount);
  }
  const hold = (agent: string, bounty: string, amount: bigint): Promise<void> =>
    move(bounty, accounts.available(agent), accounts.bounty(bounty), amount, 'bounty_hold');
  const settle = (bounty: string, contributor: string, amount: bigint): Promise<void> =>
    move(`${bounty}:pay`, accounts.bounty(bounty), accounts.payable(contributor), amount, 'capture_pay');

  function move(cause: string, from: Key, to: Key, amount: bigint, code: TransferCode, reference?: string): Promise<void> {
    return run(async (tx) => {
      const [debit, credit] = (await ledger.accounts(tx, [from, to])) as [bigint, bigint];
      const about = reference === undefined ? {} : { reference };
      await ledger.postOrThrow(tx, [{ id: transferId(cause, code), kind: 'single', debit, credit, amount, code, ...about }]);
    });
  }
  type Key = ReturnType<typeof accounts.fees>;

  /** A contributor with an account at Stripe; onboarded unless told otherwise. */
  async function contributor({ onboarded = true, name = 'Aiko', verified = {} } = {}): Promise<Contributor> {
    const id = mintId('contributor');
    await run((tx) => sql(tx, 'INSERT INTO contributor (id, mode, name, created_at) VALUES ($1, $2, $3, $4)', [id, mode, name, new Date(clock.now())])); // prettier-ignore
    const caller = { id, role: 'contributor' as const, mode, name, key_id: `key_${id}`, scopes: [], caps: {} } as never;
    const opened = await service.open(commandOf(id), caller, BODY);
    const recipient = (await run((tx) => recipients.of(tx, mode, id)))!;
    const account = recipient.account!;
    if (onboarded) {
      simulator.control.accounts.onboard(account, verified);
      await reader.look(mode, account);
    }
    return { id, account, caller, opened };
  }

  /** One whose account was opened when policy still let it. */
  async function enabled(): Promise<Pick<Contributor, 'id' | 'account'>> {
    const id = mintId('contributor');
    const requested = { stripe_balance: { stripe_transfers: { requested: true } } };
    const { id: account } = await stripe.v2.core.accounts.create({ configuration: { recipient: { capabilities: requested } } });
    await run(async (tx) => {
      await sql(tx, `INSERT INTO contributor (id, mode, name, created_at) VALUES ($1, $2, 'Aiko', $3)`, [id, mode, new Date(clock.now())]); // prettier-ignore
      await recipients.insert(tx, { id: mintId('payout_account'), mode, contributor_id: id, country: 'US' }, clock.now());
      await recipients.setAccount(tx, (await recipients.of(tx, mode, id))!.id, account);
    });
    simulator.control.accounts.onboard(account);
    await reader.look(mode, account);
    return { id, account };
  }

  /** Hands over events as the controller would: `deliver` picks, orders and repeats them; what it leaves out waits, or is lost for good. */
  async function webhooks({ deliver = (all) => all, lose = () => false }: Mischief = {}): Promise<void> {
    const { webhooks: sender } = simulator.control;
    const waiting = sender.waiting().map(({ event }) => event);
    const kept = waiting.filter((event) => !lose(event));
    const picked = deliver(kept);
    for (const event of picked) {
      const { body, signature } = sender.signed(event);
      await inbox.receive(readWebhook(Buffer.from(body), signature, accesses, clock.now()));
    }
    for (const event of waiting) if (lose(event) || picked.includes(event)) sender.lose(event);
  }

  /** Everything there is to do, until nothing more happens. */
  async function settleDown(): Promise<void> {
    for (let round = 0; round < 8; round++) {
      const done = (await ops.pass()) + (await inbox.pass());
      clock.advance(PATIENCE_MS);
      simulator.control.tick();
      if (done === 0) return;
    }
  }

  return {
    mode, db, clock, simulator, stripe, config, ledger, run, ops, inbox, reader, recipients, sanctions,
    /** The batch of a day before which everything was compared, unless the test is about that. */
    batch: {
      pass: async (compared = true): Promise<void> => {
        if (compared) await run((tx) => sql(tx, COMPARED, [mode, new Date(clock.now())]));
        await batch.pass();
      },
    }, stops, service, statements, reconciliations, earnings,
    cardAccounts: cardAccountsOf(mode),
    explanations: new Explanations(unitOfWork, ledger, statements, clock, accesses),
    payoutsService: new PayoutsService(unitOfWork, payouts, stops),
    topUp, earn, hold, settle, move, contributor, enabled, settleDown, webhooks,
    agent: (): Id<'agent'> => mintId('agent'),
    recipient: async (id: string): Promise<RecipientRow> => (await run((tx) => recipients.of(tx, mode, id)))!,
    payoutsOf: (id: string): Promise<PayoutRow[]> => run((tx) => payouts.list(tx, mode, id, null, 100)),
    posted: async (code: 'payable' | 'inTransit', id: string): Promise<bigint> =>
      (await run((tx) => ledger.balance(tx, cardAccountsOf(mode)[code](id)))).posted,
    pass: (ms: number): void => {
      clock.advance(ms);
      simulator.control.tick();
    },
    close: async (): Promise<void> => {
      await simulator.stop();
      await db.close();
    },
  };
} // prettier-ignore

export interface Contributor {
  readonly id: Id<'contributor'>;
  readonly account: string;
  readonly caller: never;
  readonly opened: Awaited<ReturnType<RecipientsService['open']>>;
}

export interface Mischief {
  readonly deliver?: (events: readonly string[]) => readonly string[];
  readonly lose?: (event: string) => boolean;
}

export const BODY = { rail: 'card', country: 'US', return_url: 'https://example.org/done' } as const;
const COMPARED = `INSERT INTO reconciliation (mode, day, at, matched, in_flight, findings) VALUES ($1, 'compared', $2, 0, 0, '[]')
  ON CONFLICT (mode, day) DO UPDATE SET at = EXCLUDED.at`;
const PAYMENT = {
  currency: 'usd',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  capture_method: 'automatic',
  confirm: true,
  payment_method: 'pm_card_bypassPending',
} as const;

export const commandOf = (principal: string) =>
  ({ principal, key: mintId('event'), operation: 'POST /v1/payout-accounts', body: {} }) as const;
