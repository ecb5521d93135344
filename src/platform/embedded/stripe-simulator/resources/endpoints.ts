import { ACCOUNT_LINKS } from './account-links.js';
import { ACCOUNTS } from './accounts.js';
import { BALANCE } from './balance.js';
import type { Endpoint } from './call.js';
import { CHARGES } from './charges.js';
import { CUSTOMERS } from './customers.js';
import { DISPUTES } from './disputes.js';
import { EARLY_FRAUD_WARNINGS } from './early-fraud-warnings.js';
import { EVENTS } from './events.js';
import { PAYMENT_INTENTS } from './payment-intents.js';
import { PAYMENT_METHODS } from './payment-methods.js';
import { PAYOUTS } from './payouts.js';
import { REFUNDS } from './refunds.js';
import { SETUP_INTENTS } from './setup-intents.js';
import { TRANSFER_REVERSALS } from './transfer-reversals.js';
import { TRANSFERS } from './transfers.js';

/** The whole subset. What is not here answers 404. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...ACCOUNT_LINKS,
  ...ACCOUNTS,
  ...BALANCE,
  ...CHARGES,
  ...CUSTOMERS,
  ...DISPUTES,
  ...EARLY_FRAUD_WARNINGS,
  ...EVENTS,
  ...PAYMENT_INTENTS,
  ...PAYMENT_METHODS,
  ...PAYOUTS,
  ...REFUNDS,
  ...SETUP_INTENTS,
  ...TRANSFER_REVERSALS,
  ...TRANSFERS,
];
