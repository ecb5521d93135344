import { z } from 'zod';
import { logRootSchema } from '../log-root.js';
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
  log_checkpoints: {
    method: 'GET',
    path: '/v1/log/checkpoints',
    summary: 'Every checkpoint that was signed, by size',
    scope: null,
    idempotent: false,
    status: 200,
    query: z.strictObject({
      mode: z.enum(['test', 'live']).default('test'),
      /** Sizes above this one; the last size of a page asks for the next. */
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.object({
      data: z.array(z.object({ size: z.int(), checkpoint: z.string(), log_root: logRootSchema })),
      has_more: z.boolean(),
    }),
    errors: [],
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
