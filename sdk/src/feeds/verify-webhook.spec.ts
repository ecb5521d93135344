import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { verifyWebhook, WebhookInvalid } from './verify-webhook.js';

const NOW_MS = 1_700_000_000_000;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const BODY = '{"type":"ping","timestamp":"2023-11-14T22:13:20.000Z","data":{"endpoint_id":"whe_1"}}';

function signed(body: string, { id = 'evt_1', secret = SECRET, at = NOW_MS / 1000 } = {}) {
  const key = Buffer.from(secret.slice(6), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` };
}
const verify = (headers: Record<string, string | string[] | undefined>, body: string | Uint8Array = BODY) =>
  verifyWebhook(body, headers, SECRET, { now_ms: NOW_MS });
const refused = expect.objectContaining({ name: 'WebhookInvalid' });

describe('a webhook', () => {
  it('is taken when it is signed by the secret, as text or bytes, from an object or Headers', async () => {
    const message = { type: 'ping', data: { endpoint_id: 'whe_1' } };
    expect(await verify(signed(BODY))).toMatchObject({ id: 'evt_1', message });
    expect(await verify(signed(BODY), new TextEncoder().encode(BODY))).toMatchObject({ message });
    expect(await verifyWebhook(BODY, new Headers(signed(BODY)), SECRET, { now_ms: NOW_MS })).toMatchObject({ message });
  });

  it('has the signature that Standard Webhooks publishes', async () => {
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const check = (body: string) =>
      verifyWebhook(body, headers, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', { now_ms: 1_614_265_330_000 });
    // It is signed, and then it is none of ours: the one refusal comes after the other.
    await expect(check('{"test": 2432232314}')).rejects.toThrow('something this version does not know');
    await expect(check('{"test": 2432232315}')).rejects.toThrow('no signature is by this secret');
  });

  it('may have several signatures, of which one must hold', async () => {
    const [old, now] = [signed(BODY, { secret: OTHER }), signed(BODY)];
    const both = (...signatures: string[]) => ({ ...now, 'webhook-signature': signatures.join(' ') });
    const [bad, good] = [old['webhook-signature'], now['webhook-signature']];
    for (const headers of [both(bad, good), both(good, bad), both('v1a,AAAA', 'nonsense', good)])
      await expect(verify(headers)).resolves.toMatchObject({ id: 'evt_1' });
    for (const headers of [both(bad), both(), both(good.replace('v1,', 'v2,')), both(good.slice(3))])
      await expect(verify(headers)).rejects.toEqual(refused);
  });

  it('is refused once any byte of body, id, time or signature is another', async () => {
    const headers = signed(BODY);
    const parts = ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'body'] as const;
    const property = fc.asyncProperty(fc.constantFrom(...parts), fc.nat(), fc.nat(61), async (part, at, to) => {
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
      const change = (text: string): string => {
        const place = at % text.length;
        return text.slice(0, place) + alphabet[to] + text.slice(place + 1);
      };
      const body = part === 'body' ? change(BODY) : BODY;
      const changed = part === 'body' ? headers : { ...headers, [part]: change(headers[part]) };
      fc.pre(body !== BODY || JSON.stringify(changed) !== JSON.stringify(headers));
      await expect(verifyWebhook(body, changed, SECRET, { now_ms: NOW_MS })).rejects.toBeInstanceOf(WebhookInvalid);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('is refused when it is older or newer than the tolerance', async () => {
    const at = (seconds: number) => verify(signed(BODY, { at: NOW_MS / 1000 + seconds }));
    for (const inside of [-300, 0, 300]) await expect(at(inside)).resolves.toMatchObject({ id: 'evt_1' });
    for (const outside of [-301, 301]) await expect(at(outside)).rejects.toThrow('another time');
    const wide = { tolerance_s: 400, now_ms: NOW_MS };
    const old = signed(BODY, { at: NOW_MS / 1000 - 400 });
    await expect(verifyWebhook(BODY, old, SECRET, wide)).resolves.toMatchObject({ id: 'evt_1' });
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'is refused without %s, or with two',
    async (name) => {
      const headers: Record<string, string | string[]> = signed(BODY);
      await expect(verify({ ...headers, [name]: undefined })).rejects.toEqual(refused);
      await expect(verify({ ...headers, [name]: [String(headers[name]), 'x'] })).rejects.toEqual(refused);
    },
  );

  it.each(['', 'whsec_', 'whsec_not base64', 'whsec_abc'])(
    'is not checked with %p, which is no secret',
    async (secret) => {
      await expect(verifyWebhook(BODY, signed(BODY), secret, { now_ms: NOW_MS })).rejects.toBeInstanceOf(TypeError);
    },
  );
});
