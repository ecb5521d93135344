import { z } from 'zod';
import { derivativeMediaSchema, WITHHELD_REASONS } from '../derivative.js';
import { cardsQuerySchema, eventSchema, listQuerySchema, observationsQuerySchema, pageOf } from '../event.js';
import { EVIDENCE_FORMATS, evidenceSchema } from '../evidence.js';
import { cardSchema, observationRecordSchema } from '../observation.js';
import { inclusionProofSchema } from '../proof.js';
import { timeOutSchema } from '../time.js';
import { readReceiptSchema } from '../x402/index.js';
import { read, create, type Route } from './route.js';

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
  /** Our word that this read was paid for, when it was paid on chain. */
  receipt: readReceiptSchema.optional(),
});

/** What is sold, and what has happened. */
export const OBSERVATIONS_ROUTES = {
  list_observations: {
    method: 'GET',
    path: '/v1/observations',
    summary: 'Cards of published observations, oldest first',
    ...read,
    query: observationsQuerySchema,
    response: pageOf(cardSchema),
    errors: ['not_found'],
  },
  stream_observations: {
    method: 'GET',
    path: '/v1/observations/stream',
    summary: 'Server-sent cards; resumes after Last-Event-ID',
    ...read,
    query: cardsQuerySchema,
    response: cardSchema,
    content: 'text/event-stream',
    errors: [],
  },
  get_observation: {
    method: 'GET',
    path: '/v1/observations/:id',
    summary: 'Card, and the body when it is yours or paid for; without a key it is sold by x402',
    ...read,
    keyless: true,
    response: paidObservationSchema,
    errors: ['not_found', 'payment_required'],
  },
  observation_evidence: {
    method: 'GET',
    path: '/v1/observations/:id/evidence',
    summary: 'What was read, ready to be shown to an oracle, a court of disputes or a contract',
    ...read,
    query: z.strictObject({ format: z.enum(EVIDENCE_FORMATS) }),
    response: evidenceSchema,
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
    errors: ['not_found', 'spend_cap_exceeded', 'insufficient_funds', 'account_frozen'],
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
} as const satisfies Record<string, Route>;
