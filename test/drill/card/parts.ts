import { ManualClock } from '../../../src/kernel/clock.js';
import type { Principal } from '../../../src/identity/index.js';
import { LedgerService } from '../../../src/ledger/index.js';
import { BountyAccount } from '../../../src/payments/bounty.account.js';
import { AutoTopUp } from '../../../src/payments/funding/card/auto-top-up.js';
import { CardBooks } from '../../../src/payments/funding/card/card.books.js';
import { CardCustomers } from '../../../src/payments/funding/card/card.customers.js';
import { CardEvents } from '../../../src/payments/funding/card/card.events.js';
import { CardFreezes } from '../../../src/payments/funding/card/card.freezes.js';
import { CardRisk } from '../../../src/payments/funding/card/card.risk.js';
import { CardDisputesRepository } from '../../../src/payments/funding/card/disputes.repository.js';
import { CardDisputes } from '../../../src/payments/funding/card/disputes.service.js';
import { RefundsRepository } from '../../../src/payments/funding/card/refunds.repository.js';
import { CardRefunds } from '../../../src/payments/funding/card/refunds.service.js';
import { SavedCards } from '../../../src/payments/funding/card/saved-cards.service.js';
import { TopUpPayments } from '../../../src/payments/funding/card/top-up.payments.js';
import { TopUpsRepository } from '../../../src/payments/funding/card/top-ups.repository.js';
import { TopUpsService } from '../../../src/payments/funding/card/top-ups.service.js';
import { AccountReader } from '../../../src/payments/payouts/account.reader.js';
import { AccountSync } from '../../../src/payments/payouts/account.sync.js';
import { EarningsHolds } from '../../../src/payments/payouts/earnings-holds.repository.js';
import { EarningsRepository } from '../../../src/payments/payouts/earnings.repository.js';
import { PayoutBatch } from '../../../src/payments/payouts/payout.batch.js';
import { PayoutBooks } from '../../../src/payments/payouts/payout.books.js';
import { PayoutEvents } from '../../../src/payments/payouts/payout.events.js';
import { PayoutRuns } from '../../../src/payments/payouts/payout-runs.js';
import { PayoutStops } from '../../../src/payments/payouts/payout-stops.js';
import { PayoutTransfers } from '../../../src/payments/payouts/payout.transfers.js';
import { PayoutsRepository } from '../../../src/payments/payouts/payouts.repository.js';
import { RecipientsRepository } from '../../../src/payments/payouts/recipients.repository.js';
import { RecipientsService } from '../../../src/payments/payouts/recipients.service.js';
import { Reconciliations } from '../../../src/payments/payouts/reconciliation.service.js';
import { ReconciliationStatement } from '../../../src/payments/payouts/reconciliation.statement.js';
import { Reversals } from '../../../src/payments/payouts/reversals.js';
import { PrepaidFunds } from '../../../src/payments/prepaid.funds.js';
import { BalanceRail } from '../../../src/payments/rails/balance.rail.js';
import type { CardFailpoints } from '../../../src/payments/stripe/card.failpoints.js';
import { EventSweep } from '../../../src/payments/stripe/event.sweep.js';
import { ExtOps } from '../../../src/payments/stripe/ext-ops.js';
import { ExtOpsRepository } from '../../../src/payments/stripe/ext-ops.repository.js';
import { StripeInbox } from '../../../src/payments/stripe/inbox.js';
import { InboxRepository } from '../../../src/payments/stripe/inbox.repository.js';
import { StripeWebhooksController } from '../../../src/payments/stripe/webhooks.controller.js';
import { loadConfig } from '../../../src/platform/config/index.js';
import type { UnitOfWork } from '../../../src/platform/database/index.js';
import { Outbox } from '../../../src/platform/outbox/index.js';
import { clientOf } from '../../../src/platform/embedded/stripe-simulator/simulator.fixture.js';
import type { Log } from '../../../src/platform/telemetry/index.js';
import { gateOf } from '../../../src/policy/gate.fixture.js';
import type { RoundSetting } from './messages.js';

export type Parts = ReturnType<typeof partsOf>;

/** What one process has of cards and payouts in one round, put together as the module of payments does. */
export function partsOf(
  unitOfWork: UnitOfWork,
  clock: ManualClock,
  log: Log,
  at: CardFailpoints,
  stripe: RoundSetting['stripe'],
) {
  const config = loadConfig({});
  const account = { stripe: clientOf(stripe), webhook_secrets: [stripe.webhookSecret], is_simulated: true };
  const access = { test: account, live: null };
  const ledger = new LedgerService(clock);
  const outbox = new Outbox(clock);
  const policy = gateOf(unitOfWork, clock).gate;
  const ops = new ExtOps(unitOfWork, new ExtOpsRepository(), clock, access, at);
  const inbox = new StripeInbox(unitOfWork, new InboxRepository(), clock, log, access, at);
  const sweep = new EventSweep(unitOfWork, inbox, clock, access, config, at);

  const [topUps, freezes, books] = [new TopUpsRepository(), new CardFreezes(), new CardBooks(ledger)];
  const customers = new CardCustomers(unitOfWork, clock, access, at);
  const cards = new SavedCards(customers, unitOfWork, at);
  const refunds = new CardRefunds(unitOfWork, topUps, new RefundsRepository(), freezes, books, ops, clock, at);
  const payments = new TopUpPayments(topUps, books, customers, refunds, ops, outbox, clock);
  const disputes = new CardDisputes(topUps, new CardDisputesRepository(), refunds, freezes, books, outbox, clock);
  new CardEvents(inbox, payments, refunds, disputes);
  const service = new TopUpsService(unitOfWork, topUps, payments, customers, cards, freezes, policy, clock, config, at);
  const automatic = new AutoTopUp(
    unitOfWork, topUps, payments, customers, cards, freezes, books, policy, clock, config, at,
  ); // prettier-ignore

  const [recipients, payouts, payoutBooks] = [new RecipientsRepository(), new PayoutsRepository(), new PayoutBooks(ledger)]; // prettier-ignore
  const earnings = new EarningsRepository(ledger, new EarningsHolds(), config);
  const reversals = new Reversals(payouts, payoutBooks, ops, clock);
  const sync = new AccountSync(recipients, payouts, payoutBooks, reversals, clock);
  const reader = new AccountReader(unitOfWork, recipients, payouts, sync, clock, access, at);
  const transfers = new PayoutTransfers(payouts, recipients, payoutBooks, sync, ops, clock);
  new PayoutEvents(inbox, ops, reader, sync, transfers, reversals);
  const [stops, runs, risk] = [new PayoutStops(clock), new PayoutRuns(clock), new CardRisk(ledger, config)];
  const batch = new PayoutBatch(
    unitOfWork, recipients, earnings, transfers, policy, stops, risk, runs, clock, access, config, at,
  ); // prettier-ignore
  const statements = new ReconciliationStatement(unitOfWork, ledger, payouts, recipients, clock, access);
  const reconciliations = new Reconciliations(
    unitOfWork, statements, reader, recipients, payoutBooks, stops, runs, clock, access, config, at,
  ); // prettier-ignore

  return {
    service,
    cards,
    refunds,
    automatic,
    recipients: new RecipientsService(
      unitOfWork, recipients, earnings, batch, payoutBooks, reader, policy, clock, access, config, at,
    ), // prettier-ignore
    rail: new BalanceRail(ledger, new BountyAccount(ledger, config), new PrepaidFunds(ledger, freezes)),
    webhooks: new StripeWebhooksController(inbox, clock, access),
    /** What runs for ever, a round each. */
    loops: [
      () => ops.pass(),
      () => inbox.pass(),
      () => sweep.pass(),
      () => automatic.pass(),
      () => reader.pass(),
      () => batch.pass(),
      () => reconciliations.pass(),
    ] as readonly (() => Promise<unknown>)[],
  };
}

/** Somebody who has shown who they are. */
export const callerOf = (id: string, role: 'agent' | 'contributor'): Principal =>
  ({ id, role, mode: 'test', name: id, key_id: `key_${id}`, scopes: ['read', 'spend'], caps: {}, spend_caps: {} }) as unknown as Principal; // prettier-ignore
