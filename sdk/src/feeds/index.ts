export { FeedClient } from './feed-client.js';
export type { StreamOptions } from './card-stream.js';
export {
  RECOMPUTED_ITEMS,
  recomputeVerdict,
  type RecomputedItem,
  type RecomputedItemName,
  type RecomputedVerdict,
  type RecomputeOptions,
} from './recompute.js';
export { Observations, type ObservationFilter, type ReadObservation } from './observations.js';
export {
  verifyObservation,
  verifyVerdict,
  type ObservationBody,
  type VerdictBody,
  type VerifyOptions,
} from './verify.js';
export {
  ConnectionFailed,
  ProblemError,
  StateNotReached,
  UnexpectedAnswer,
  type CallOptions,
  type ClientOptions,
  type Timing,
} from '../http/index.js';
