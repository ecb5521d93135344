export { FUNDS } from './accounts.js';
export { outlayOf } from './outlay.js';
export { processorCosts } from './card-fees.js';
export { type Share } from './funders.js';
export { LossReserve } from './loss-reserve.js';
export { FEES_COUNT_S, refundOf } from './loss-reserve.rules.js';
export { PayoutAccounts } from './payout-accounts.service.js';
export {
  AccountReader,
  EARNINGS_HOLD_TRANSITIONS,
  EarningsHolds,
  EXPLANATION_KINDS,
  Explanations,
  type ExplanationKind,
  PAYOUT_TRANSITIONS,
  PayoutBatch,
  PayoutsRepository,
  reconcile,
  RecipientsRepository,
  ReconciliationStatement,
  RECIPIENT_TRANSITIONS,
  Reconciliations,
  type Reconciliation,
} from './payouts/index.js';
export { ENTRY_TRANSITIONS } from './rails/stablecoin/entry.machine.js';
export { DistributorDispatch } from './rails/stablecoin/distributor/distributor.dispatch.js';
export { DistributorLogs } from './rails/stablecoin/distributor/distributor.logs.js';
export { ROOT_TRANSITIONS } from './rails/stablecoin/distributor/root.machine.js';
export { EscrowDispatch } from './rails/stablecoin/escrow.dispatch.js';
export { EscrowLogs } from './rails/stablecoin/escrow.logs.js';
export { ESCROW_CHAINS, type EscrowChain, type EscrowChains } from './rails/stablecoin/escrow.chain.js';
export { walletQuestions } from './rails/stablecoin/wallet.questions.js';
export { PaymentsModule } from './payments.module.js';
export { EXT_OP_TRANSITIONS } from './stripe/ext-op.machine.js';
export { AutoTopUp } from './funding/card/auto-top-up.js';
export { TopUpExpiry } from './funding/card/top-up.expiry.js';
export { StripeRecords } from './stripe/stripe.records.js';
export { CARD_DISPUTE_TRANSITIONS } from './funding/card/dispute.machine.js';
export { REFUND_TRANSITIONS } from './funding/card/refund.machine.js';
export { TOP_UP_TRANSITIONS } from './funding/card/top-up.machine.js';
export { EventSweep } from './stripe/event.sweep.js';
export { ExtOps } from './stripe/ext-ops.js';
export { StripeInbox } from './stripe/inbox.js';
export { StuckWork } from './stripe/stuck.work.js';
export { STRIPE, type StripeAccess, type StripeAccesses } from './stripe/stripe.access.js';
export { Rail, type Examined, type HeldBounty, type Payout, type Pledged, type Settlement } from './rail.js';
export { ReadTill } from './read.till.js';
export { UsageRepository, type UsageRow } from './usage/usage.repository.js';
export { ReadRevenue, type Sale } from './usage/read.revenue.js';
export { type ChannelRow } from './channels/channel.entity.js';
export { ChannelLogs } from './channels/channel.logs.js';
export { CHANNEL_TRANSITIONS } from './channels/channel.machine.js';
export { ChannelPayments } from './channels/channel.payments.js';
export { channelQuestions } from './channels/channel.questions.js';
export { ChannelsRepository } from './channels/channels.repository.js';
export { Claimer } from './channels/claimer.js';
export { EXACT_TRANSITIONS } from './channels/exact/exact.machine.js';
export { ExactPayments } from './channels/exact/exact.payments.js';
export { BATCH_REFUSALS, EXACT_REFUSALS } from './channels/refusals.js';
export { facilitatorAt } from './channels/exact/facilitator.js';
export { WalletService } from './wallet.service.js';
export { READ_CHAINS, READ_HOLD_S, type ReadChain, type ReadChains } from './channels/read.chain.js';
