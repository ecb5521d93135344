import { AccountReader } from './account.reader.js';
import { AccountSync } from './account.sync.js';
import { EarningsHolds } from './earnings-holds.repository.js';
import { EarningsHoldsService } from './earnings-holds.service.js';
import { EarningsRepository } from './earnings.repository.js';
import { Explanations } from './explanations.js';
import { PayoutBatch } from './payout.batch.js';
import { PayoutBooks } from './payout.books.js';
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

export { AccountReader } from './account.reader.js';
export { EXPLANATION_KINDS, Explanations, type ExplanationKind } from './explanations.js';
export { EARNINGS_HOLD_TRANSITIONS } from './earnings-hold.machine.js';
export { EarningsHolds } from './earnings-holds.repository.js';
export { PayoutBatch } from './payout.batch.js';
export { PAYOUT_TRANSITIONS } from './payout.machine.js';
export { PayoutsRepository } from './payouts.repository.js';
export { RecipientsRepository } from './recipients.repository.js';
export { PayoutsController } from './payouts.controller.js';
export { RECIPIENT_TRANSITIONS } from './recipient.machine.js';
export { reconcile, type Reconciliation } from './reconcile.rules.js';
export { Reconciliations } from './reconciliation.service.js';
export { ReconciliationStatement } from './reconciliation.statement.js';

/** What the module of payments provides for payouts. */
export const PAYOUT_PARTS = [
  AccountReader,
  AccountSync,
  EarningsHolds,
  EarningsHoldsService,
  EarningsRepository,
  Explanations,
  PayoutBatch,
  PayoutBooks,
  PayoutEvents,
  PayoutRuns,
  PayoutStops,
  PayoutTransfers,
  PayoutsRepository,
  PayoutsService,
  RecipientsRepository,
  RecipientsService,
  Reconciliations,
  ReconciliationStatement,
  Reversals,
];
