import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import Stripe from 'stripe';
import { z } from 'zod';
import { assert } from '../../kernel/assert.js';
import type { Instant } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import type { NewInboxEvent } from './inbox.repository.js';
import type { StripeAccesses } from './stripe.access.js';

const ID_MAX = 255;
const idText = z.string().min(1).max(ID_MAX);
const snapshotSchema = z.object({
  id: idText,
  object: z.literal('event'),
  type: idText,
  livemode: z.boolean(),
  account: idText.nullish(),
  data: z.object({ object: z.object({ id: idText.optional() }) }),
});
const thinSchema = z.object({
  id: idText,
  object: z.literal('v2.core.event'),
  type: idText,
  livemode: z.boolean(),
  context: idText.nullish(),
  related_object: z.object({ id: idText }).nullish(),
});

/**
 * What a webhook tells, once its signature over the bytes as they came holds; v1 events and thin v2 notifications alike.
 * @throws {DomainError} `webhook_signature_invalid`; `invalid_request` for signed bytes that are no event.
 */
export function readWebhook(bytes: Buffer, signature: string, access: StripeAccesses, now: Instant): NewInboxEvent {
  const mode = MODES.find((candidate) => isSigned(bytes, signature, access[candidate]?.webhook_secrets ?? [], now));
  if (!mode) throw new DomainError('webhook_signature_invalid', 'no secret of ours made this signature, or it is old');
  const event = eventOf(bytes);
  if (!event || event.livemode !== (mode === 'live'))
    throw new DomainError('invalid_request', 'this is no event of the mode whose secret signed it');
  return inboxEvent(mode, event);
}

function isSigned(bytes: Buffer, header: string, secrets: readonly string[], now: Instant): boolean {
  const { signature, DEFAULT_TOLERANCE } = Stripe.webhooks;
  assert(signature !== null, 'the SDK checks no signatures');
  return secrets.some((secret) => {
    try {
      return signature.verifyHeader(bytes, header, secret, DEFAULT_TOLERANCE, undefined, now);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
      throw error;
    }
  });
}

type Told = z.output<typeof snapshotSchema> | z.output<typeof thinSchema>;

function eventOf(bytes: Buffer): Told | null {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return null; // No JSON is no event.
  }
  return z.union([snapshotSchema, thinSchema]).safeParse(json).data ?? null;
}

function inboxEvent(mode: Mode, event: Told): NewInboxEvent {
  const { id, type } = event;
  if (event.object === 'event')
    return { id, mode, type, object_id: event.data.object.id ?? null, account: event.account ?? null };
  return { id, mode, type, object_id: event.related_object?.id ?? null, account: event.context ?? null };
}
