// Generated from contracts/ by `npm run contracts:generate`. Do not edit.

export { authorizationCollectorBytecode } from './authorization-collector.js';
export { bountyEscrowBytecode } from './bounty-escrow.js';
export { distributorBytecode } from './distributor.js';
export { feedChannelBytecode } from './feed-channel.js';
export { observationVerifierBytecode } from './observation-verifier.js';
export { testUsdBytecode } from './test-usd.js';
