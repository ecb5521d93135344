import { createHmac } from 'node:crypto';
import type { StripeSimulator } from '../../../src/platform/embedded/stripe-simulator/index.js';

/** An event that the simulator made. */
export interface Told {
  readonly id: string;
  readonly type: string;
  /** Whose life it belongs to: a payment, or a connected account. */
  readonly about: string;
  readonly body: string;
}

/** Types that nobody here acts on. */
export const UNKNOWN_TYPES = [
  'review.opened',
  'review.closed',
  'customer.updated',
  'invoice.paid',
  'of.tomorrow',
] as const;

/** What the simulator wants to tell since the last time, in the order in which it happened. It will not send it by itself. */
export function collect({ control }: StripeSimulator): Told[] {
  const { webhooks } = control;
  const ids = [...new Set(webhooks.waiting().map(({ event }) => event))];
  return ids.map((id) => {
    const { body } = webhooks.signed(id);
    webhooks.lose(id);
    return told(body);
  });
}

function told(body: string): Told {
  const event = JSON.parse(body) as {
    id: string;
    type: string;
    account?: string;
    related_object?: { id: string };
    data?: { object: { id?: string; payment_intent?: string | null } };
  };
  const object = event.data?.object;
  const about = event.related_object?.id ?? event.account ?? object?.payment_intent ?? object?.id ?? event.id;
  return { id: event.id, type: event.type, about, body };
}

/** The scheme of Stripe's signatures: one part of the header. */
export function signed(body: string, secret: string, at_s: number): string {
  return createHmac('sha256', secret).update(`${at_s}.${body}`, 'utf8').digest('hex');
}

export const header = (body: string, secret: string, at_s: number): string =>
  `t=${at_s},v1=${signed(body, secret, at_s)}`;
