import { BALANCE_ROUTES } from './balance.js';
import { BOUNTIES_ROUTES } from './bounties.js';
import { CAPTURES_ROUTES } from './captures.js';
import { DECISIONS_ROUTES } from './decisions.js';
import { FEEDS_ROUTES } from './feeds.js';
import { IDENTITY_ROUTES } from './identity.js';
import { LOG_ROUTES } from './log.js';
import { MARKET_ROUTES } from './market.js';
import { OBSERVATIONS_ROUTES } from './observations.js';
import { OPERATOR_ROUTES } from './operator.js';
import { PAYOUTS_ROUTES } from './payouts.js';
import { PLEDGES_ROUTES } from './pledges.js';
import { REPUTATION_ROUTES } from './reputation.js';
import { SANDBOX_ROUTES } from './sandbox.js';
import { SORTITION_ROUTES } from './sortition.js';
import { STANDING_ROUTES } from './standing.js';
import { TOP_UPS_ROUTES } from './top-ups.js';
import { WEBHOOK_ENDPOINTS_ROUTES } from './webhook-endpoints.js';
import type { Route } from './route.js';

export { paidObservationSchema } from './observations.js';
export { keysSchema, type ModeKeys } from './log.js';
export type { Route } from './route.js';

/** Every route of `/v1`: the server, the SDK and the OpenAPI document are checked against this one table. */
export const ROUTES = {
  ...IDENTITY_ROUTES,
  ...BOUNTIES_ROUTES,
  ...MARKET_ROUTES,
  ...STANDING_ROUTES,
  ...PLEDGES_ROUTES,
  ...SORTITION_ROUTES,
  ...CAPTURES_ROUTES,
  ...DECISIONS_ROUTES,
  ...OBSERVATIONS_ROUTES,
  ...FEEDS_ROUTES,
  ...BALANCE_ROUTES,
  ...REPUTATION_ROUTES,
  ...LOG_ROUTES,
  ...TOP_UPS_ROUTES,
  ...PAYOUTS_ROUTES,
  ...WEBHOOK_ENDPOINTS_ROUTES,
  ...SANDBOX_ROUTES,
  ...OPERATOR_ROUTES,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
