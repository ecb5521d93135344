// Generated from contracts/ by `npm run contracts:generate`. Do not edit.

export { authorizationCollectorAbi } from './authorization-collector.js';
export { bountyEscrowAbi } from './bounty-escrow.js';
export { distributorAbi } from './distributor.js';
export { feedChannelAbi } from './feed-channel.js';
export { observationVerifierAbi } from './observation-verifier.js';
export { testUsdAbi } from './test-usd.js';
