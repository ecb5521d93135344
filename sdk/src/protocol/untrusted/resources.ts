import type { z } from 'zod';
import { availableActionSchema, bountySchema, bountyTermsSchema, reservationSchema } from '../bounty.js';
import { captureSchema } from '../capture.js';
import { criteriaSchema } from '../criteria.js';
import { disputeSchema } from '../dispute.js';
import { awardSchema, payoutRootSchema } from '../distributor.js';
import { chainSchema, escrowEntrySchema, releaseSchema } from '../escrow.js';
import { eventSchema } from '../event.js';
import { evidenceSchema } from '../evidence.js';
import { feedQuerySchema, feedSchema, subscriptionSchema } from '../feed.js';
import { agentSchema, balanceSchema, contributorSchema, deviceSchema, meSchema, transferSchema } from '../identity.js';
import { bookSchema, invitationSchema, offerSchema } from '../market.js';
import { cardSchema, observationRecordSchema } from '../observation.js';
import { originalAccessSchema, originalLinkSchema } from '../original.js';
import { cardPayoutAccountSchema, earningsHoldSchema, payoutSchema, payoutStopSchema } from '../payout.js';
import { pledgeSchema } from '../pledge.js';
import { policyDecisionSchema, policyHoldSchema } from '../policy.js';
import { inclusionProofSchema } from '../proof.js';
import { quoteSchema } from '../quote.js';
import { referenceSchema } from '../reference.js';
import { leaderboardEntrySchema, leaderboardSchema } from '../reputation.js';
import { simulationSchema } from '../sandbox.js';
import { standingBountySchema, standingTemplateSchema, standingTriggerSchema } from '../standing.js';
import { autoTopUpSchema, cardRefundSchema, frozenAgentSchema, savedCardSchema, topUpSchema } from '../top-up.js';
import { verdictSchema } from '../verdict.js';
import { webhookDeliverySchema, webhookEndpointSchema, webhookEndpointSecretSchema } from '../webhook.js';

/** Resources with a name of their own in `TEXT_FIELDS`, wherever an answer has them. */
export const RESOURCES: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [agentSchema, 'agent'],
  [availableActionSchema, 'action'],
  [autoTopUpSchema, 'auto_top_up'],
  [awardSchema, 'award'],
  [balanceSchema, 'balance'],
  [bookSchema, 'book'],
  [bountySchema, 'bounty'],
  [bountyTermsSchema, 'terms'],
  [captureSchema, 'capture'],
  [cardPayoutAccountSchema, 'payout_account'],
  [cardRefundSchema, 'card_refund'],
  [cardSchema, 'card'],
  [chainSchema, 'chain'],
  [contributorSchema, 'contributor'],
  [criteriaSchema, 'criteria'],
  [deviceSchema, 'device'],
  [disputeSchema, 'dispute'],
  [earningsHoldSchema, 'earnings_hold'],
  [escrowEntrySchema, 'escrow'],
  [eventSchema, 'event'],
  [evidenceSchema, 'evidence'],
  [feedSchema, 'feed'],
  [frozenAgentSchema, 'frozen_agent'],
  [inclusionProofSchema, 'proof'],
  [invitationSchema, 'invitation'],
  [leaderboardEntrySchema, 'leaderboard_entry'],
  [leaderboardSchema, 'leaderboard'],
  [meSchema, 'me'],
  [observationRecordSchema, 'record'],
  [offerSchema, 'offer'],
  [originalAccessSchema, 'original_access'],
  [originalLinkSchema, 'original_link'],
  [payoutRootSchema, 'payout_root'],
  [payoutSchema, 'payout'],
  [payoutStopSchema, 'payout_stop'],
  [pledgeSchema, 'pledge'],
  [policyDecisionSchema, 'policy_decision'],
  [policyHoldSchema, 'policy_hold'],
  [quoteSchema, 'quote'],
  [referenceSchema, 'reference'],
  [releaseSchema, 'release'],
  [reservationSchema, 'reservation'],
  [savedCardSchema, 'saved_card'],
  [simulationSchema, 'simulation'],
  [standingBountySchema, 'standing'],
  [standingTemplateSchema, 'standing.template'],
  [subscriptionSchema, 'subscription'],
  [topUpSchema, 'top_up'],
  [transferSchema, 'transfer'],
  [verdictSchema, 'verdict'],
  [webhookDeliverySchema, 'webhook_delivery'],
  [webhookEndpointSchema, 'webhook_endpoint'],
  [webhookEndpointSecretSchema, 'webhook_endpoint'],
]);

/** What comes back as it was given: read as what may be given, so that only its texts are strangers'. */
export const CLOSER: ReadonlyMap<unknown, z.ZodType> = new Map<unknown, z.ZodType>([
  [bountySchema.shape.terms, bountyTermsSchema],
  [feedSchema.shape.query, feedQuerySchema],
  [standingBountySchema.shape.template, standingTemplateSchema],
  [standingBountySchema.shape.trigger, standingTriggerSchema],
]);
