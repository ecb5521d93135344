export { chainProblemOf, type ChainProblem } from '../chain/explain.js';
export { AgentClient, type RegisterAgent } from './agent-client.js';
export { Bounties, type BountySearch } from './bounties.js';
export { EscrowRefused, signFunding } from './escrow.js';
export { Captures } from './captures.js';
export { Events, type FollowOptions } from './events.js';
export { Balance, Faucet, Transfers } from './money.js';
export { Pledges } from './pledges.js';
export { References } from './references.js';
export { StandingBounties, type StandingFilter } from './standing.js';
export { Sandbox } from './sandbox.js';
export { Reputation } from './reputation.js';
export { Disputes } from './disputes.js';
export { Market, type Ground } from './market.js';
export { AutoTopUps, PaymentMethods, TopUps } from './top-ups.js';
export { OperatorClient } from './operator-client.js';
export {
  valueOfInformation,
  type InformationOfCaptures,
  type InformationQuestion,
  type RationalBet,
  type ValueOfInformation,
} from './value-of-information.js';
export { Observations, type ObservationFilter } from '../feeds/observations.js';
export {
  verifyWebhook,
  WebhookInvalid,
  type VerifiedWebhook,
  type VerifyWebhookOptions,
} from '../feeds/verify-webhook.js';
export { Webhooks } from '../feeds/webhooks.js';
export {
  ConnectionFailed,
  ProblemError,
  StateNotReached,
  UnexpectedAnswer,
  type CallOptions,
  type ClientOptions,
  type Timing,
  type WaitOptions,
} from '../http/index.js';
