import type { MigrationInterface } from 'typeorm';
import { OutboxAndIdempotency1764000000000 } from './1764000000000-outbox-and-idempotency.js';
import { VerifierRole1764000000001 } from './1764000000001-verifier-role.js';
import { LedgerTables1764000100000 } from './1764000100000-ledger-tables.js';
import { LedgerPost1764000100001 } from './1764000100001-ledger-post.js';
import { LedgerAudit1764000100002 } from './1764000100002-ledger-audit.js';
import { TransparencyLog1764000200000 } from './1764000200000-transparency-log.js';
import { Identity1764000300000 } from './1764000300000-identity.js';
import { Policy1764000350000 } from './1764000350000-policy.js';
import { Bounties1764000400000 } from './1764000400000-bounties.js';
import { Captures1764000500000 } from './1764000500000-captures.js';
import { Verification1764000600000 } from './1764000600000-verification.js';
import { Feeds1764000700000 } from './1764000700000-feeds.js';
import { VerificationInputs1764000800000 } from './1764000800000-verification-inputs.js';
import { DeviceChallenges1764001000000 } from './1764001000000-device-challenges.js';
import { Resemblance1764001100000 } from './1764001100000-resemblance.js';
import { Readings1764001200000 } from './1764001200000-readings.js';
import { ReviewAndDisputes1764001300000 } from './1764001300000-review-and-disputes.js';
import { Derivatives1764001400000 } from './1764001400000-derivatives.js';
import { VerdictInputs1764001600000 } from './1764001600000-verdict-inputs.js';
import { NearHashIndex1764001700000 } from './1764001700000-near-hash-index.js';
import { UnlinkedNeighbours1764001800000 } from './1764001800000-unlinked-neighbours.js';
import { HashBitsSpread1764001850000 } from './1764001850000-hash-bits-spread.js';
import { Chain1764001900000 } from './1764001900000-chain.js';
import { Escrow1764001950000 } from './1764001950000-escrow.js';
import { ReleaserRole1764001950001 } from './1764001950001-releaser-role.js';
import { Card1764002100000 } from './1764002100000-card.js';
import { Distributor1764002000000 } from './1764002000000-distributor.js';
import { ReleasesByPayee1764002000100 } from './1764002000100-releases-by-payee.js';
import { CardRetention1764002300000 } from './1764002300000-card-retention.js';
import { Payouts1764002200000 } from './1764002200000-payouts.js';
import { CardLateTruths1764002310000 } from './1764002310000-card-late-truths.js';
import { EarningsHolds1764002320000 } from './1764002320000-earnings-holds.js';
import { PayoutSafety1764002330000 } from './1764002330000-payout-safety.js';
import { CardBounds1764002340000 } from './1764002340000-card-bounds.js';
import { Usage1764002400000 } from './1764002400000-usage.js';
import { Channels1764002400100 } from './1764002400100-channels.js';
import { ObservationRevisions1764002500000 } from './1764002500000-observation-revisions.js';
import { SavedFeeds1764002500100 } from './1764002500100-saved-feeds.js';
import { Webhooks1764002600000 } from './1764002600000-webhooks.js';
import { OrderBook1764002810000 } from './1764002810000-order-book.js';
import { Races1764002851000 } from './1764002851000-races.js';
import { PriceSchedules1764002850000 } from './1764002850000-price-schedules.js';
import { Agreement1764002870100 } from './1764002870100-agreement.js';
import { Sortition1764002870000 } from './1764002870000-sortition.js';
import { Pledges1764002860000 } from './1764002860000-pledges.js';
import { LogCosignatures1764002700000 } from './1764002700000-log-cosignatures.js';
import { Clusters1764002830000 } from './1764002830000-clusters.js';
import { Reputation1764002830001 } from './1764002830001-reputation.js';
import { PolicyInFull1764002800000 } from './1764002800000-policy-in-full.js';
import { FillEstimates1764002820000 } from './1764002820000-fill-estimates.js';
import { NearSearch1764002840000 } from './1764002840000-near-search.js';
import { StandingBounties1764002900000 } from './1764002900000-standing-bounties.js';
import { Sandbox1764003000000 } from './1764003000000-sandbox.js';
import { ReputationBackers1764003100000 } from './1764003100000-reputation-backers.js';

/** Every change of the schema, in order. Forward only: a released one is never edited. */
export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [
  OutboxAndIdempotency1764000000000,
  VerifierRole1764000000001,
  LedgerTables1764000100000,
  LedgerPost1764000100001,
  LedgerAudit1764000100002,
  TransparencyLog1764000200000,
  Identity1764000300000,
  Policy1764000350000,
  Bounties1764000400000,
  Captures1764000500000,
  Verification1764000600000,
  Feeds1764000700000,
  VerificationInputs1764000800000,
  DeviceChallenges1764001000000,
  Resemblance1764001100000,
  Readings1764001200000,
  ReviewAndDisputes1764001300000,
  Derivatives1764001400000,
  VerdictInputs1764001600000,
  NearHashIndex1764001700000,
  UnlinkedNeighbours1764001800000,
  HashBitsSpread1764001850000,
  Chain1764001900000,
  Escrow1764001950000,
  ReleaserRole1764001950001,
  Distributor1764002000000,
  ReleasesByPayee1764002000100,
  Card1764002100000,
  Payouts1764002200000,
  CardRetention1764002300000,
  CardLateTruths1764002310000,
  EarningsHolds1764002320000,
  PayoutSafety1764002330000,
  CardBounds1764002340000,
  Usage1764002400000,
  Channels1764002400100,
  ObservationRevisions1764002500000,
  SavedFeeds1764002500100,
  Webhooks1764002600000,
  LogCosignatures1764002700000,
  PolicyInFull1764002800000,
  OrderBook1764002810000,
  FillEstimates1764002820000,
  Clusters1764002830000,
  Reputation1764002830001,
  NearSearch1764002840000,
  PriceSchedules1764002850000,
  Races1764002851000,
  Pledges1764002860000,
  Sortition1764002870000,
  Agreement1764002870100,
  StandingBounties1764002900000,
  Sandbox1764003000000,
  ReputationBackers1764003100000,
];
