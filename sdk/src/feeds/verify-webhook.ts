import { webhookMessageSchema, type WebhookMessage } from '../protocol/index.js';
import { SYSTEM_TIMING } from '../http/timing.js';

/** A request that is not a webhook of ours, or not one of now. Answer it 400 and do nothing. */
export class WebhookInvalid extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`the webhook is not valid: ${reason}`, options);
    this.name = 'WebhookInvalid';
  }
}

export interface VerifyWebhookOptions {
  /** How far the sender's clock and yours may differ, in seconds; 300 when left out. */
  readonly tolerance_s?: number;
  /** Your clock, epoch milliseconds; the system's when left out. */
  readonly now_ms?: number;
}

export interface VerifiedWebhook {
  /** The same in every attempt and replay: remember it, and do nothing for one you have seen. */
  readonly id: string;
  readonly message: WebhookMessage;
}

type Headers =
  { readonly get: (name: string) => string | null } | Readonly<Record<string, string | string[] | undefined>>;

const TOLERANCE_S = 300;
const PREFIX = 'whsec_';
const SIGNATURES_MAX = 10;

/**
 * Checks who sent a webhook and when, and reads it. Takes the body as it came: parsed and written again it has other bytes.
 *
 * @example
 * const { id, message } = await verifyWebhook(await request.text(), request.headers, secret);
 * if (await isNew(id)) switch (message.type) { case 'capture.accepted': await act(message.data.resource_id); }
 * @param payload The raw body.
 * @param headers A `Headers`, or an object by lower-case name as Node has it.
 * @param secret `whsec_…`; after a rotation the old one or the new one, as both sign for 24 hours.
 * @throws {WebhookInvalid} for a signature, time or body that does not hold. @throws {TypeError} for a secret that is none.
 */
export async function verifyWebhook(
  payload: string | Uint8Array,
  headers: Headers,
  secret: string,
  options: VerifyWebhookOptions = {},
): Promise<VerifiedWebhook> {
  const id = await checkedId(payload, headers, secret, options);
  const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
  const parsed = webhookMessageSchema.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new WebhookInvalid('it says something this version does not know', { cause: parsed.error });
  return { id, message: parsed.data };
}

/** The message's id, once its signature and time hold. */
async function checkedId(
  payload: string | Uint8Array,
  headers: Headers,
  secret: string,
  { tolerance_s = TOLERANCE_S, now_ms = SYSTEM_TIMING.wall_ms() }: VerifyWebhookOptions,
): Promise<string> {
  const key = await keyOf(secret);
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(headers, name),
  ) as [string, string, string];
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookInvalid('its time is none');
  if (Math.abs(now_ms / 1000 - Number(timestamp)) > tolerance_s)
    throw new WebhookInvalid('it was signed at another time than now');
  const encoder = new TextEncoder();
  const body = typeof payload === 'string' ? encoder.encode(payload) : payload;
  const head = encoder.encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  for (const signature of signatures.split(' ').slice(0, SIGNATURES_MAX)) {
    const bytes = signature.startsWith('v1,') ? fromBase64(signature.slice(3)) : null;
    // The platform's own comparison, which takes as long for a wrong signature as for a right one.
    if (bytes && (await crypto.subtle.verify('HMAC', key, bytes, signed))) return id;
  }
  throw new WebhookInvalid('no signature is by this secret');
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const bytes = fromBase64(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret);
  if (!bytes || bytes.length === 0) throw new TypeError('a webhook secret is whsec_ and base64');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function headerOf(headers: Headers, name: string): string {
  const value = typeof headers.get === 'function' ? headers.get(name) : (headers as Record<string, unknown>)[name];
  if (typeof value !== 'string' || value === '') throw new WebhookInvalid(`it has no one header ${name}`);
  return value;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const binary = atob(text);
  if (btoa(binary) !== text) return null; // Of all the ways to write the same bytes one is taken.
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No schema takes it, so it is refused in one place.
  }
}
