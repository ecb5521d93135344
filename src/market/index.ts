export { INVITATION_TRANSITIONS } from './invitation.machine.js';
export { MarketModule } from './market.module.js';
export { MarketSubscriptions } from './market.subscriptions.js';
export { MarketSweep } from './market.sweep.js';
export { OFFER_TRANSITIONS } from './offer.machine.js';
