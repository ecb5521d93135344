import { decodeX402, paymentPayloadSchema, X402_HEADERS, type PaymentPayload } from '@groundtruth/sdk/protocol';
import type { z } from 'zod';
import { DomainError } from '../../kernel/problem.js';

/** What a payer sent. @throws {DomainError} `invalid_request` for what is no payment of x402's second version. */
export const parsePayment = (header: string): PaymentPayload => parsePayload(paymentPayloadSchema, decodeX402(header));

/** The part of a payment that its scheme defines. @throws {DomainError} `invalid_request`, naming the field. */
export function parsePayload<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = [X402_HEADERS.signature, ...(issue?.path ?? []).map(String)].join('.');
  throw new DomainError('invalid_request', `${param}: ${issue?.message ?? 'cannot be read'}`, { param });
}
