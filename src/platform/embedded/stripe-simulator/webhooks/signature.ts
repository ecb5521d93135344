import { createHmac } from 'node:crypto';

/** The `Stripe-Signature` header of a body sent at `at_s`, seconds since 1970. */
export function signature(body: string, secret: string, at_s: number): string {
  const v1 = createHmac('sha256', secret).update(`${at_s}.${body}`, 'utf8').digest('hex');
  return `t=${at_s},v1=${v1}`;
}
