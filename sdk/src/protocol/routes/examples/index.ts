import { BALANCE_EXAMPLES } from './balance.js';
import { BOUNTIES_EXAMPLES } from './bounties.js';
import { CAPTURES_EXAMPLES } from './captures.js';
import { DECISIONS_EXAMPLES } from './decisions.js';
import { FEEDS_EXAMPLES } from './feeds.js';
import { IDENTITY_EXAMPLES } from './identity.js';
import { LOG_EXAMPLES } from './log.js';
import { MARKET_EXAMPLES } from './market.js';
import { OBSERVATIONS_EXAMPLES } from './observations.js';
import { OPERATOR_EXAMPLES } from './operator.js';
import { PAYOUTS_EXAMPLES } from './payouts.js';
import { PLEDGES_EXAMPLES } from './pledges.js';
import { REPUTATION_EXAMPLES } from './reputation.js';
import { SANDBOX_EXAMPLES } from './sandbox.js';
import { SORTITION_EXAMPLES } from './sortition.js';
import { STANDING_EXAMPLES } from './standing.js';
import { TOP_UPS_EXAMPLES } from './top-ups.js';
import { WEBHOOK_ENDPOINTS_EXAMPLES } from './webhook-endpoints.js';
import type { AnyExample } from './example.js';

/** Examples of every route, by its name (`example.ts` says how to add one). Not part of the package’s entrance: who uses the SDK is spared them. */
export const EXAMPLES: Readonly<Record<string, Readonly<Record<string, AnyExample>>>> = {
  ...IDENTITY_EXAMPLES,
  ...BOUNTIES_EXAMPLES,
  ...MARKET_EXAMPLES,
  ...PLEDGES_EXAMPLES,
  ...SORTITION_EXAMPLES,
  ...CAPTURES_EXAMPLES,
  ...DECISIONS_EXAMPLES,
  ...OBSERVATIONS_EXAMPLES,
  ...FEEDS_EXAMPLES,
  ...BALANCE_EXAMPLES,
  ...REPUTATION_EXAMPLES,
  ...LOG_EXAMPLES,
  ...TOP_UPS_EXAMPLES,
  ...PAYOUTS_EXAMPLES,
  ...WEBHOOK_ENDPOINTS_EXAMPLES,
  ...SANDBOX_EXAMPLES,
  ...OPERATOR_EXAMPLES,
  ...STANDING_EXAMPLES,
};
