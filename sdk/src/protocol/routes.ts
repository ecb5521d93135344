import { z } from 'zod';
import {
  bountySchema,
  cancelBountySchema,
  bountyTermsSchema,
  createBountySchema,
  createReservationSchema,
  quoteSchema,
  releaseReservationSchema,
  reservationSchema,
  searchBountiesSchema,
} from './bounty.js';
import { deviceChallengeSchema } from './attestation.js';
import { captureSchema, createCaptureSchema, createSealSchema, decideReviewSchema, sealSchema } from './capture.js';
import { createDisputeSchema, decideDisputeSchema, disputeSchema, listDisputesSchema } from './dispute.js';
import {
  authorizationSchema,
  createPayoutAccountSchema,
  faucetAnswerSchema,
  faucetSchema,
  payoutAccountSchema,
  releaseSchema,
} from './escrow.js';
import { eventSchema, listQuerySchema, observationsQuerySchema, pageOf } from './event.js';
import {
  agentSchema,
  balanceSchema,
  contributorSchema,
  createAgentSchema,
  createContributorSchema,
  createDeviceSchema,
  deviceSchema,
  meSchema,
  sandboxCreditSchema,
  suspendAreaSchema,
  transferSchema,
  type Scope,
} from './identity.js';
import { cardSchema, observationRecordSchema } from './observation.js';
import { openOriginalSchema, originalAccessSchema, originalLinkSchema } from './original.js';
import { derivativeMediaSchema, WITHHELD_REASONS } from './derivative.js';
import { timeOutSchema } from './time.js';
import { consistencyProofSchema, inclusionProofSchema } from './proof.js';
import type { ProblemCode } from './problems.js';
import { createReferenceSchema, referenceSchema } from './reference.js';
import { verdictSchema } from './verdict.js';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** null: no key needed. */
  readonly scope: Scope | null;
  /** Whether an `Idempotency-Key` header is required. */
  readonly idempotent: boolean;
  readonly status: 200 | 201 | 202;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly response: z.ZodType;
  readonly content?: 'application/json' | 'text/event-stream' | 'text/plain' | 'application/octet-stream';
  /** Refusals of its own, in the order in which they are checked; what any route may answer is not repeated here. */
  readonly errors: readonly ProblemCode[];
}

const read = { scope: 'read', idempotent: false, status: 200 } as const;
const create = { idempotent: true, status: 201 } as const;

export const paidObservationSchema = z.object({
  card: cardSchema,
  /** Null until paid for; the funders of the bounty read free. */
  body: z
    .object({
      record: observationRecordSchema,
      salt: z.string(),
      proof: inclusionProofSchema,
      /** The redacted picture, by a link that lasts minutes; its bytes hash to `sha256`, which the record holds too. Null when there is none. */
      media: derivativeMediaSchema
        .pick({ sha256: true, media_type: true, bytes: true, width: true, height: true })
        .extend({ url: z.string(), expires_at: timeOutSchema })
        .nullable(),
      /** Why there is no picture, when it was withheld. */
      media_withheld: z.enum(WITHHELD_REASONS).nullable(),
    })
    .nullable(),
});

/** Keys that check what this instance signs, one set per mode. */
export const keysSchema = z.object({
  mode: z.enum(['test', 'live']),
  verdict: z.string(),
  observation: z.string(),
  log: z.object({ origin: z.string(), verifier_key: z.string(), root_signer: z.string() }),
});
export type ModeKeys = z.infer<typeof keysSchema>;

/**
 * Every route of `/v1`: the server, the SDK and the OpenAPI document are checked against this one table. It is longer than a file should be
 * on purpose: cut in pieces it could no longer be read, or reviewed, as the contract.
 */
export const ROUTES = {
  create_agent: {
    method: 'POST',
    path: '/v1/agents',
    summary: 'Register an agent and get its API key, shown once',
    scope: null,
    ...create,
    body: createAgentSchema,
    response: agentSchema,
    errors: [],
  },
  create_contributor: {
    method: 'POST',
    path: '/v1/contributors',
    summary: 'Register a contributor and get its API key, shown once',
    scope: null,
    ...create,
    body: createContributorSchema,
    response: contributorSchema,
    errors: [],
  },
  create_device: {
    method: 'POST',
    path: '/v1/devices',
    summary: 'Enrol a device key, or renew its certificate',
    scope: 'capture',
    ...create,
    body: createDeviceSchema,
    response: deviceSchema,
    errors: ['seal_invalid', 'attestation_unavailable', 'attestation_refused', 'attestation_challenge_unknown'],
  },
  create_device_challenge: {
    method: 'POST',
    path: '/v1/devices/challenges',
    summary: 'A fresh challenge for the attestation of a device key',
    scope: 'capture',
    idempotent: false,
    status: 201,
    response: deviceChallengeSchema,
    errors: ['attestation_unavailable'],
  },
  me: { method: 'GET', path: '/v1/me', summary: 'Who this key is', ...read, response: meSchema, errors: [] },
  create_reference: {
    method: 'POST',
    path: '/v1/references',
    summary: 'Announce a picture for captures to be compared with; answers a signed upload URL',
    scope: 'spend',
    ...create,
    body: createReferenceSchema,
    response: referenceSchema,
    errors: [],
  },
  quote_bounty: {
    method: 'POST',
    path: '/v1/bounties/quote',
    summary: 'Dry run: policy verdict, fee, hold and coverage; nothing is created',
    scope: 'read',
    idempotent: false,
    status: 200,
    body: bountyTermsSchema,
    response: quoteSchema,
    errors: ['criteria_unreachable', 'pattern_too_wide', 'not_found', 'reference_unusable'],
  },
  create_bounty: {
    method: 'POST',
    path: '/v1/bounties',
    summary: 'Post a bounty; funded at once from the balance unless `fund` is false',
    scope: 'spend',
    ...create,
    body: createBountySchema,
    response: bountySchema,
    errors: [
      'criteria_unreachable',
      'pattern_too_wide',
      'not_found',
      'reference_unusable',
      'policy_refused',
      'policy_held',
      'spend_cap_exceeded',
      'insufficient_funds',
    ],
  },
  search_bounties: {
    method: 'GET',
    path: '/v1/bounties',
    summary: 'Find bounties near a place, or your own',
    ...read,
    query: searchBountiesSchema,
    response: pageOf(bountySchema),
    errors: [],
  },
  get_bounty: {
    method: 'GET',
    path: '/v1/bounties/:id',
    summary: 'One bounty',
    ...read,
    response: bountySchema,
    errors: ['not_found'],
  },
  fund_bounty: {
    method: 'POST',
    path: '/v1/bounties/:id/fund',
    summary:
      'Hold price and fee for every slot; opens the bounty, on the stablecoin rail once the chain shows the money',
    scope: 'spend',
    ...create,
    status: 200,
    body: z.strictObject({ authorization: authorizationSchema.optional() }),
    response: bountySchema,
    errors: [
      'not_found',
      'bounty_not_open',
      'signature_invalid',
      'policy_refused',
      'policy_held',
      'spend_cap_exceeded',
      'insufficient_funds',
    ],
  },
  cancel_bounty: {
    method: 'POST',
    path: '/v1/bounties/:id/cancel',
    summary: 'Take no new work; what is in flight is still decided and paid',
    scope: 'spend',
    ...create,
    status: 200,
    body: cancelBountySchema,
    response: bountySchema,
    errors: ['not_found', 'bounty_not_open'],
  },
  create_reservation: {
    method: 'POST',
    path: '/v1/bounties/:id/reservations',
    summary: 'Take one slot at its current price, with a challenge',
    scope: 'capture',
    ...create,
    body: createReservationSchema,
    response: reservationSchema,
    errors: [
      'not_found',
      'policy_refused',
      'policy_held',
      'window_closed',
      'bounty_not_open',
      'reservation_barred',
      'reservation_limit',
      'payout_account_missing',
      'bounty_full',
    ],
  },
  get_reservation: {
    method: 'GET',
    path: '/v1/reservations/:id',
    summary: 'One reservation',
    ...read,
    response: reservationSchema,
    errors: ['not_found'],
  },
  release_reservation: {
    method: 'DELETE',
    path: '/v1/reservations/:id',
    summary: 'Give the slot back',
    scope: 'capture',
    idempotent: false,
    status: 200,
    query: releaseReservationSchema,
    response: reservationSchema,
    errors: ['not_found', 'reservation_state'],
  },
  create_seal: {
    method: 'POST',
    path: '/v1/seals',
    summary: 'Register the hash of a sealed capture; sets its latest moment',
    scope: 'capture',
    ...create,
    body: createSealSchema,
    response: sealSchema,
    errors: ['not_found', 'reservation_state', 'seal_conflict', 'window_closed'],
  },
  create_capture: {
    method: 'POST',
    path: '/v1/captures',
    summary: 'Announce a sealed capture; answers a signed upload URL',
    scope: 'capture',
    ...create,
    body: createCaptureSchema,
    response: captureSchema,
    errors: [
      'not_found',
      'reservation_state',
      'policy_refused',
      'policy_held',
      'seal_conflict',
      'window_closed',
      'seal_invalid',
      'challenge_mismatch',
      'device_not_enrolled',
      'certificate_expired',
    ],
  },
  submit_capture: {
    method: 'POST',
    path: '/v1/captures/:id/submit',
    summary: 'Hand the uploaded capture in for verification',
    scope: 'capture',
    ...create,
    status: 200,
    body: z.strictObject({}),
    response: captureSchema,
    errors: ['not_found', 'upload_incomplete', 'media_mismatch', 'reservation_state', 'capture_state'],
  },
  get_capture: {
    method: 'GET',
    path: '/v1/captures/:id',
    summary: 'One capture; its requester sees state and failed stage until it is paid',
    ...read,
    response: captureSchema,
    errors: ['not_found'],
  },
  open_original: {
    method: 'POST',
    path: '/v1/captures/:id/original',
    summary: 'Contributor, operator: a short-lived link to the sealed original; each look is logged with its reason',
    scope: 'read',
    idempotent: false,
    status: 201,
    body: openOriginalSchema,
    response: originalLinkSchema,
    errors: ['not_found', 'original_removed'],
  },
  list_original_accesses: {
    method: 'GET',
    path: '/v1/captures/:id/original/accesses',
    summary: 'Contributor, operator: who looked at the original, when and why, newest first',
    ...read,
    query: listQuerySchema,
    response: pageOf(originalAccessSchema),
    errors: ['not_found'],
  },
  get_verdict: {
    method: 'GET',
    path: '/v1/captures/:id/verdict',
    summary: 'The signed verdict, for whoever may see it',
    ...read,
    response: z.object({
      verdict: verdictSchema,
      salt: z.string(),
      proof: inclusionProofSchema.nullable(),
      /** What the verifier was told: needed to run every check again (docs/replay.md). Null for the requester, and for old verdicts. */
      inputs: z.record(z.string(), z.unknown()).nullable(),
    }),
    errors: ['not_found'],
  },
  decide_review: {
    method: 'POST',
    path: '/v1/captures/:id/review',
    summary: 'Answer a capture in review: its requester accepts or objects, the operator accepts or rejects',
    scope: 'read',
    ...create,
    status: 202,
    body: decideReviewSchema,
    response: captureSchema,
    errors: ['not_found', 'capture_state'],
  },
  list_reviews: {
    method: 'GET',
    path: '/v1/reviews',
    summary: 'Captures that wait for your answer, oldest first: the requester’s own, or all that wait for the operator',
    ...read,
    query: listQuerySchema,
    response: pageOf(captureSchema),
    errors: [],
  },
  create_dispute: {
    method: 'POST',
    path: '/v1/captures/:id/disputes',
    summary: 'Appeal a rejection, or dispute what was accepted; once a side',
    scope: 'read',
    ...create,
    body: createDisputeSchema,
    response: disputeSchema,
    errors: ['not_found', 'dispute_state', 'dispute_window_closed'],
  },
  list_disputes: {
    method: 'GET',
    path: '/v1/disputes',
    summary: 'Your disputes; for the operator those that wait for a decision, oldest first',
    ...read,
    query: listDisputesSchema,
    response: pageOf(disputeSchema),
    errors: [],
  },
  get_dispute: {
    method: 'GET',
    path: '/v1/disputes/:id',
    summary: 'One dispute, for who opened it',
    ...read,
    response: disputeSchema,
    errors: ['not_found'],
  },
  decide_dispute: {
    method: 'POST',
    path: '/v1/disputes/:id/decision',
    summary: 'Operator: uphold or deny a dispute',
    scope: 'admin',
    ...create,
    status: 200,
    body: decideDisputeSchema,
    response: disputeSchema,
    errors: ['not_found', 'dispute_state'],
  },
  list_observations: {
    method: 'GET',
    path: '/v1/observations',
    summary: 'Cards of published observations, oldest first',
    ...read,
    query: observationsQuerySchema,
    response: pageOf(cardSchema),
    errors: [],
  },
  stream_observations: {
    method: 'GET',
    path: '/v1/observations/stream',
    summary: 'Server-sent cards; resumes after Last-Event-ID',
    ...read,
    query: observationsQuerySchema,
    response: cardSchema,
    content: 'text/event-stream',
    errors: [],
  },
  get_observation: {
    method: 'GET',
    path: '/v1/observations/:id',
    summary: 'Card, and the body when it is yours or paid for',
    ...read,
    response: paidObservationSchema,
    errors: ['not_found'],
  },
  read_observation: {
    method: 'POST',
    path: '/v1/observations/:id/reads',
    summary: 'Buy one read from the prepaid balance',
    scope: 'spend',
    ...create,
    body: z.strictObject({}),
    response: paidObservationSchema,
    errors: ['not_found', 'spend_cap_exceeded', 'insufficient_funds'],
  },
  list_events: {
    method: 'GET',
    path: '/v1/events',
    summary: 'Everything that happened to what is yours, oldest first',
    ...read,
    query: listQuerySchema,
    response: pageOf(eventSchema),
    errors: [],
  },
  get_balance: {
    method: 'GET',
    path: '/v1/balance',
    summary: 'Balances of this key’s owner',
    ...read,
    response: balanceSchema,
    errors: [],
  },
  list_transfers: {
    method: 'GET',
    path: '/v1/transfers',
    summary: 'Transfers of this key’s owner, newest first',
    ...read,
    query: listQuerySchema,
    response: pageOf(transferSchema),
    errors: [],
  },
  get_keys: {
    method: 'GET',
    path: '/v1/keys',
    summary: 'Public keys that check verdicts, observations and the log',
    scope: null,
    idempotent: false,
    status: 200,
    response: z.object({ data: z.array(keysSchema) }),
    errors: [],
  },
  log_checkpoint: {
    method: 'GET',
    path: '/v1/log/checkpoint',
    summary: 'Newest signed checkpoint of a mode’s log, as a signed note',
    scope: null,
    idempotent: false,
    status: 200,
    query: z.strictObject({ mode: z.enum(['test', 'live']).default('test') }),
    response: z.string(),
    content: 'text/plain',
    errors: ['not_found'],
  },
  log_proof: {
    method: 'GET',
    path: '/v1/log/proof',
    summary: 'Consistency proof between two sizes of the log',
    scope: null,
    idempotent: false,
    status: 200,
    query: z.strictObject({
      mode: z.enum(['test', 'live']).default('test'),
      from: z.coerce.number().int().min(0),
      to: z.coerce.number().int().min(0),
    }),
    response: consistencyProofSchema,
    errors: ['not_found'],
  },
  create_payout_account: {
    method: 'POST',
    path: '/v1/payout-accounts',
    summary: 'Contributor: name the wallet that bounties on chain are paid to',
    scope: 'capture',
    ...create,
    body: createPayoutAccountSchema,
    response: payoutAccountSchema,
    errors: ['signature_invalid', 'policy_refused', 'policy_held'],
  },
  faucet: {
    method: 'POST',
    path: '/v1/faucet',
    summary: 'Test mode: test dollars for a wallet on the embedded chain',
    scope: 'read',
    ...create,
    body: faucetSchema,
    response: faucetAnswerSchema,
    errors: ['mode_mismatch'],
  },
  get_release: {
    method: 'GET',
    path: '/v1/captures/:id/release',
    summary: 'Contributor: the signed order to pay a settled capture, which anyone may post to the escrow',
    ...read,
    scope: 'capture',
    response: releaseSchema,
    errors: ['not_found'],
  },
  sandbox_credit: {
    method: 'POST',
    path: '/v1/admin/sandbox-credits',
    summary: 'Operator, test mode: credit an agent’s sandbox balance',
    scope: 'admin',
    ...create,
    body: sandboxCreditSchema,
    response: balanceSchema,
    errors: ['not_found', 'mode_mismatch'],
  },
  suspend_area: {
    method: 'POST',
    path: '/v1/admin/suspended-areas',
    summary: 'Operator: kill switch for an area',
    scope: 'admin',
    ...create,
    body: suspendAreaSchema,
    response: z.object({ id: z.string() }),
    errors: [],
  },
  lift_area: {
    method: 'DELETE',
    path: '/v1/admin/suspended-areas/:id',
    summary: 'Operator: lift the kill switch of an area',
    scope: 'admin',
    idempotent: false,
    status: 200,
    response: z.object({ id: z.string() }),
    errors: ['not_found'],
  },
  audit_books: {
    method: 'GET',
    path: '/v1/admin/books',
    summary: 'Operator: replay the ledger and say whether the books balance',
    scope: 'admin',
    idempotent: false,
    status: 200,
    response: z.object({ balanced: z.boolean(), report: z.record(z.string(), z.unknown()) }),
    errors: [],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
