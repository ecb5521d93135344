import { BALANCE_ROUTES } from './balance.js';
import { BOUNTIES_ROUTES } from './bounties.js';
import { CAPTURES_ROUTES } from './captures.js';
import { DECISIONS_ROUTES } from './decisions.js';
import { FEEDS_ROUTES } from './feeds.js';
import { IDENTITY_ROUTES } from './identity.js';
import { ROUTES } from './index.js';
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

const AREAS = [
  BALANCE_ROUTES, BOUNTIES_ROUTES, CAPTURES_ROUTES, DECISIONS_ROUTES, FEEDS_ROUTES, IDENTITY_ROUTES, LOG_ROUTES, MARKET_ROUTES, OBSERVATIONS_ROUTES,
  OPERATOR_ROUTES, PAYOUTS_ROUTES, PLEDGES_ROUTES, REPUTATION_ROUTES, SANDBOX_ROUTES, SORTITION_ROUTES, STANDING_ROUTES, TOP_UPS_ROUTES, WEBHOOK_ENDPOINTS_ROUTES,
]; // prettier-ignore

describe('the routes', () => {
  it('are those of all areas, of which none takes the name of another’s', () => {
    const names = AREAS.flatMap((area) => Object.keys(area));
    expect(names.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });

  it('have each method and path once', () => {
    const places = Object.values(ROUTES).map(({ method, path }) => `${method} ${path}`);
    expect(new Set(places).size).toBe(places.length);
  });
});
