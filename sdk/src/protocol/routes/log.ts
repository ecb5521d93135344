import { z } from 'zod';
import { consistencyProofSchema } from '../proof.js';
import { type Route } from './route.js';

/** Keys that check what this instance signs, one set per mode. */
export const keysSchema = z.object({
  mode: z.enum(['test', 'live']),
  verdict: z.string(),
  observation: z.string(),
  log: z.object({ origin: z.string(), verifier_key: z.string(), root_signer: z.string() }),
});
export type ModeKeys = z.infer<typeof keysSchema>;

/** By what anyone checks us. */
export const LOG_ROUTES = {
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
} as const satisfies Record<string, Route>;
