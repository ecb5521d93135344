import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { PolicyModule } from '../policy/index.js';
import { BountyAccount } from './bounty.account.js';
import { PaymentsController } from './payments.controller.js';
import { PayoutAccounts } from './payout-accounts.service.js';
import {
  PAYOUT_PARTS,
  EarningsHolds,
  PayoutBatch,
  PayoutsController,
  AccountReader,
  Reconciliations,
} from './payouts/index.js';
import { BalanceRail } from './rails/balance.rail.js';
import { Rails } from './rails/rails.js';
import { AwardsRepository } from './rails/stablecoin/distributor/awards.repository.js';
import { AwardsService } from './rails/stablecoin/distributor/awards.service.js';
import { DistributorDispatch } from './rails/stablecoin/distributor/distributor.dispatch.js';
import { DistributorLogs } from './rails/stablecoin/distributor/distributor.logs.js';
import { RootDraft } from './rails/stablecoin/distributor/root.draft.js';
import { RootsRepository } from './rails/stablecoin/distributor/roots.repository.js';
import { EntriesRepository } from './rails/stablecoin/entries.repository.js';
import { EscrowCalls } from './rails/stablecoin/escrow.calls.js';
import { EscrowDispatch } from './rails/stablecoin/escrow.dispatch.js';
import { EscrowLogs } from './rails/stablecoin/escrow.logs.js';
import { Faucet } from './rails/stablecoin/faucet.service.js';
import { ReleasesService } from './rails/stablecoin/releases.service.js';
import { ReleasesRepository } from './rails/stablecoin/releases.repository.js';
import { StablecoinRail } from './rails/stablecoin/stablecoin.rail.js';
import { EventSweep } from './stripe/event.sweep.js';
import { ExtOps } from './stripe/ext-ops.js';
import { ExtOpsRepository } from './stripe/ext-ops.repository.js';
import { StripeInbox } from './stripe/inbox.js';
import { InboxRepository } from './stripe/inbox.repository.js';
import { StripeRecords } from './stripe/stripe.records.js';
import { StuckWork } from './stripe/stuck.work.js';
import { StripeWebhooksController } from './stripe/webhooks.controller.js';
import { LossReserve } from './loss-reserve.js';
import { Rail } from './rail.js';
import { AutoTopUp } from './funding/card/auto-top-up.js';
import { CardBooks } from './funding/card/card.books.js';
import { CardController } from './funding/card/card.controller.js';
import { CardCustomers } from './funding/card/card.customers.js';
import { CardEvents } from './funding/card/card.events.js';
import { FreezesService } from './funding/card/freezes.service.js';
import { CardFreezes } from './funding/card/card.freezes.js';
import { CardRisk } from './funding/card/card.risk.js';
import { CardDisputesRepository } from './funding/card/disputes.repository.js';
import { CardDisputes } from './funding/card/disputes.service.js';
import { RefundsRepository } from './funding/card/refunds.repository.js';
import { CardRefunds } from './funding/card/refunds.service.js';
import { SavedCards } from './funding/card/saved-cards.service.js';
import { TopUpExpiry } from './funding/card/top-up.expiry.js';
import { TopUpPayments } from './funding/card/top-up.payments.js';
import { TopUpsRepository } from './funding/card/top-ups.repository.js';
import { TopUpsService } from './funding/card/top-ups.service.js';
import { PrepaidFunds } from './prepaid.funds.js';
import { ReadTill } from './read.till.js';
import { ReadRevenue } from './usage/read.revenue.js';
import { UsageRepository } from './usage/usage.repository.js';
import { ChannelLogs } from './channels/channel.logs.js';
import { ChannelPayments } from './channels/channel.payments.js';
import { ChannelRefresh } from './channels/channel.refresh.js';
import { ChannelsRepository } from './channels/channels.repository.js';
import { Claimer } from './channels/claimer.js';
import { ExactPayments } from './channels/exact/exact.payments.js';
import { ExactRepository } from './channels/exact/exact.repository.js';
import { WalletService } from './wallet.service.js';

const DISTRIBUTOR = [AwardsRepository, RootsRepository, RootDraft, DistributorDispatch, DistributorLogs, AwardsService];
const STRIPE_BASE = [ExtOps, ExtOpsRepository, StripeInbox, InboxRepository, EventSweep, StuckWork, StripeRecords];
const CARD = [
  TopUpsService,
  TopUpsRepository,
  TopUpPayments,
  TopUpExpiry,
  CardCustomers,
  SavedCards,
  AutoTopUp,
  CardRefunds,
  RefundsRepository,
  CardDisputes,
  CardDisputesRepository,
  CardBooks,
  CardFreezes,
  FreezesService,
  CardRisk,
  CardEvents,
];
const STABLECOIN = [StablecoinRail, EntriesRepository, ReleasesRepository, EscrowCalls, EscrowDispatch, EscrowLogs];

const READS = [
  UsageRepository,
  ReadRevenue,
  ChannelsRepository,
  ChannelRefresh,
  ChannelPayments,
  ChannelLogs,
  Claimer,
  ExactRepository,
  ExactPayments,
];

@Module({
  imports: [IdentityModule, PolicyModule],
  controllers: [PaymentsController, PayoutsController, StripeWebhooksController, CardController],
  providers: [
    WalletService,
    ReleasesService,
    Faucet,
    ReadTill,
    ...READS,
    PrepaidFunds,
    LossReserve,
    PayoutAccounts,
    BountyAccount,
    BalanceRail,
    ...STABLECOIN,
    ...DISTRIBUTOR,
    ...PAYOUT_PARTS,
    ...STRIPE_BASE,
    ...CARD,
    { provide: Rail, useClass: Rails },
  ],
  exports: [
    Rail,
    WalletService,
    ReadTill,
    ...READS,
    LossReserve,
    PayoutAccounts,
    EscrowDispatch,
    EscrowLogs,
    DistributorDispatch,
    DistributorLogs,
    ReleasesRepository,
    PayoutBatch,
    EarningsHolds,
    AccountReader,
    Reconciliations,
    ExtOps,
    StripeInbox,
    EventSweep,
    StuckWork,
    AutoTopUp,
    TopUpExpiry,
    StripeRecords,
  ],
})
export class PaymentsModule {}
