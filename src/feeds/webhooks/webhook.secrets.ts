import { createHmac } from 'node:crypto';
import type { Instant } from '../../kernel/clock.js';
import type { EndpointRow } from './webhook.entity.js';

/** The key of this instance that all secrets of webhooks follow from: 32 bytes. */
export const WEBHOOK_KEY = Symbol('key of webhooks');

/**
 * Secrets of endpoints, and what is signed with them (Standard Webhooks, HMAC-SHA256). None is stored: a copy of the database signs nothing.
 * Each follows from the instance's key, the endpoint and the secret's number.
 */
export class WebhookSecrets {
  constructor(private readonly key: Uint8Array) {}

  /** `whsec_` and base64 of 32 bytes. The same for the same two, always. */
  secretOf(endpointId: string, number: number): string {
    return `whsec_${this.bytesOf(endpointId, number).toString('base64')}`;
  }

  /** The headers of one attempt. In the hours after a rotation there are two signatures, the newer first. */
  headersOf(
    endpoint: Pick<EndpointRow, 'id' | 'secret_number' | 'previous_secret_until'>,
    message: { readonly id: string; readonly body: string },
    now: Instant,
  ): Record<string, string> {
    const timestamp = Math.floor(now / 1000);
    const both = endpoint.previous_secret_until !== null && now < endpoint.previous_secret_until;
    const numbers = both ? [endpoint.secret_number, endpoint.secret_number - 1] : [endpoint.secret_number];
    const signatures = numbers.map((number) => {
      const mac = createHmac('sha256', this.bytesOf(endpoint.id, number));
      return `v1,${mac.update(`${message.id}.${timestamp}.${message.body}`).digest('base64')}`;
    });
    return {
      'webhook-id': message.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatures.join(' '),
    };
  }

  private bytesOf(endpointId: string, number: number): Buffer {
    return createHmac('sha256', this.key).update(`webhook-secret:${endpointId}:${number}`).digest();
  }
}
