import type { IncomingMessage } from 'node:http';
import { DomainError } from '../../kernel/problem.js';

const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * The `Idempotency-Key` of a request.
 * @throws {DomainError} `idempotency_key_required` when it is missing or not 1 to 200 visible ASCII characters; a header sent twice is joined
 * with a space in it, so it is refused too.
 */
export function idempotencyKeyOf(request: Pick<IncomingMessage, 'headers'>): string {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new DomainError('idempotency_key_required', 'send one Idempotency-Key of 1 to 200 visible ASCII characters', {
    param: 'Idempotency-Key',
    hint: 'Make a new key for a new intent and send the same key with every attempt of it.',
  });
}
