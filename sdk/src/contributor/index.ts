export { chainProblemOf, type ChainProblem } from '../chain/explain.js';
export {
  ContributorClient,
  type CaptureRequest,
  type EnrolledDevice,
  type MeasureRequest,
  type RegisterContributor,
} from './contributor-client.js';
export { Applications } from './applications.js';
export { ContributorCaptures } from './captures.js';
export { Leaderboards } from './leaderboards.js';
export { DeviceKey, isSignedBy } from './device-key.js';
export { claimToTransaction, claimTransaction, Payouts, releaseTransaction } from './payouts.js';
export { Invitations, Offers } from './offers.js';
export { READING_MEDIA_TYPE, signReading, type Measurement } from './reading.js';
export { Reservations, type ReleaseReason } from './reservations.js';
export { sealCapture, type SealedCapture, type Shot, type SigningDevice } from './sealing.js';
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
