import type { z } from 'zod';
import type { Scope } from '../identity.js';
import type { ProblemCode } from '../problems.js';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** null: no key needed. */
  readonly scope: Scope | null;
  /** The key may be left out; one that is sent counts. */
  readonly keyless?: true;
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

/** What most reads have in common. */
export const read = { scope: 'read', idempotent: false, status: 200 } as const;
/** What everything that makes something has in common. */
export const create = { idempotent: true, status: 201 } as const;
