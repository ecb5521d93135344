export {
  auditInclusion,
  auditLog,
  checkedCheckpoint,
  httpLogSource,
  LOG_FAULTS,
  LogFault,
  provesGrowth,
  type AuditedLog,
  type AuditOptions,
  type CheckedCheckpoint,
  type LogFaultCode,
  type LoggedLeaf,
  type LogSource,
  type TrustedLog,
  type Witnessing,
} from './audit/index.js';
export { FeedClient } from './feed-client.js';
export type { ChannelMemory, PayerAccount } from './pay/channel.js';
export { verifyReceipt } from './pay/receipt.js';
export { PaymentRefused } from './pay/terms.js';
export { ReadWallet, type ChannelStore, type ReadWalletOptions } from './pay/wallet.js';
export type { StreamOptions } from './card-stream.js';
export {
  ObservationSkipped,
  type ObservationStreamOptions,
  type Payer,
  type SkipReason,
  type StreamedObservation,
} from './observation-stream.js';
export type { ResumeOptions } from './resumable-stream.js';
export { SavedFeed, type SubscribeOptions } from './saved-feed.js';
export { SavedFeeds } from './saved-feeds.js';
export {
  RECOMPUTED_ITEMS,
  recomputeVerdict,
  type RecomputedItem,
  type RecomputedItemName,
  type RecomputedVerdict,
  type RecomputeOptions,
} from './recompute.js';
export {
  Observations,
  type CardFilter,
  type ObservationFilter,
  type ReadObservation,
  type ReadOptions,
} from './observations.js';
export {
  verifyObservation,
  verifyVerdict,
  type ObservationBody,
  type VerdictBody,
  type VerifyOptions,
} from './verify.js';
export { verifyWebhook, WebhookInvalid, type VerifiedWebhook, type VerifyWebhookOptions } from './verify-webhook.js';
export { Webhooks } from './webhooks.js';
export {
  ConnectionFailed,
  ProblemError,
  StateNotReached,
  UnexpectedAnswer,
  type CallOptions,
  type ClientOptions,
  type Timing,
} from '../http/index.js';
