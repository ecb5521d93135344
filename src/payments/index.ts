export { FUNDS } from './accounts.js';
export { processorCosts } from './card-fees.js';
export { LossReserve } from './loss-reserve.js';
export { FEES_COUNT_S, refundOf } from './loss-reserve.rules.js';
export { PayoutAccounts } from './payout-accounts.service.js';
export {
  AccountReader,
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
export { CARD_DISPUTE_TRANSITIONS } from './funding/card/dispute.machine.js';
export { REFUND_TRANSITIONS } from './funding/card/refund.machine.js';
export { TOP_UP_TRANSITIONS } from './funding/card/top-up.machine.js';
export { EventSweep } from './stripe/event.sweep.js';
export { ExtOps } from './stripe/ext-ops.js';
export { StripeInbox } from './stripe/inbox.js';
export { STRIPE, type StripeAccess, type StripeAccesses } from './stripe/stripe.access.js';
export { Rail, type Examined, type HeldBounty, type Payout, type Settlement } from './rail.js';
export { ReadTill } from './read.till.js';
