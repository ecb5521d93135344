import { z } from 'zod';
import { captureSchema, createCaptureSchema, createSealSchema, sealSchema } from '../capture.js';
import { listQuerySchema, pageOf } from '../event.js';
import { openOriginalSchema, originalAccessSchema, originalLinkSchema } from '../original.js';
import { inclusionProofSchema } from '../proof.js';
import { verdictSchema } from '../verdict.js';
import { read, create, type Route } from './route.js';

/** What was brought, and what was found of it. */
export const CAPTURES_ROUTES = {
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
} as const satisfies Record<string, Route>;
