import type { ServerResponse } from 'node:http';
import { instantTiming } from '../http/instant-timing.fixture.js';
import { ScriptedServer, type SeenRequest } from '../http/scripted-server.fixture.js';
import { isSignedBy } from './device-key.js';
import { ContributorClient, DeviceKey, ProblemError, type CaptureRequest } from './index.js';
import { sealCapture } from './sealing.js';
import { manifestBytes, type Reservation, type SealedManifest } from '../protocol/index.js';

const id = (prefix: string) => `${prefix}_${'1'.repeat(32)}`;
const LIFE = { deadline_at: null, on_silence: null, available_actions: [] };
const RESERVATION = {
  id: id('rsv'), bounty_id: id('bty'), ...LIFE, state: 'active', price: '5.000000', currency: 'USD',
  challenge: { nonce: 'n'.repeat(32), code: 'ACD-EFH', issued_at: '2026-11-21T06:00:00.000Z' },
  lapses_at: '2026-11-21T06:30:00.000Z', created_at: '2026-11-21T06:00:00.000Z',
} as unknown as Reservation; // prettier-ignore
const BYTES = Uint8Array.of(0xff, 0xd8, 0xff, 0x00);

let server: ScriptedServer;
beforeAll(async () => void (server = await ScriptedServer.start('drop')));
afterAll(() => server.stop());

const capture = (state: string) => ({
  id: id('cap'), bounty_id: id('bty'), ...LIFE, state, failed_stage: null, finding: null, created_at: '2026-11-21T06:01:00.000Z', detail: null, derivative: null,
  upload: state !== 'uploading' ? null : { method: 'PUT', url: `${server.baseUrl}/storage/x?s=1`, headers: { 'content-type': 'image/jpeg' }, expires_at: '2026-11-21T06:30:00.000Z' },
}); // prettier-ignore

/** A market that answers every step, and whose capture is in this state when it is announced. */
function market(announced = 'uploading') {
  const answer = (response: ServerResponse, status: number, json: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  return (request: SeenRequest, response: ServerResponse) => {
    const body = request.body.length > 0 && request.method === 'POST' ? JSON.parse(request.body.toString()) : {};
    const path = request.url.split('?')[0]!;
    if (path === '/v1/me') return answer(response, 200, { id: id('ctr'), role: 'contributor', mode: 'test', name: 'Aiko', scopes: ['read', 'capture'] }); // prettier-ignore
    if (path === '/v1/devices') return answer(response, 201, { id: id('dev'), contributor_id: id('ctr'), label: body.label, certificate_pem: 'PEM', certificate_expires_at: '2026-11-28T06:00:00.000Z', attested_at: null, created_at: '2026-11-21T06:00:00.000Z' }); // prettier-ignore
    if (path === '/v1/seals')
      return answer(response, 201, { id: id('seal'), ...body, received_at: '2026-11-21T06:01:00.000Z' });
    if (path === '/v1/captures') return answer(response, 201, capture(announced));
    if (path.endsWith('/submit')) return answer(response, 200, capture('submitted'));
    return void response.writeHead(200).end();
  };
}

const client = () => new ContributorClient({ baseUrl: server.baseUrl, apiKey: 'gt_test_x', timing: instantTiming() });
const steps = () => server.seen.map(({ method, url }) => `${method} ${url.split('?')[0]}`);
const keys = () => server.seen.map(({ headers }) => headers['idempotency-key']);
const shot = (device: CaptureRequest['device']): CaptureRequest => ({
  reservation: RESERVATION, device, bytes: BYTES, media_type: 'image/jpeg', place: { lat: 32.7448, lng: 129.8737, accuracy_m: 12 },
}); // prettier-ignore

describe('a contributor', () => {
  it('captures: the seal first, then the announcement, the bytes and the handing in', async () => {
    server.script(market());
    const key = await DeviceKey.generate();
    const device = await client().devices.enrol(key, { label: 'phone' });
    await expect(client().capture(shot(device))).resolves.toMatchObject({ state: 'submitted' });
    expect(steps()).toEqual([
      'GET /v1/me', 'POST /v1/devices', 'POST /v1/seals', 'POST /v1/captures', 'PUT /storage/x', `POST /v1/captures/${id('cap')}/submit`,
    ]); // prettier-ignore
    const { sealed } = JSON.parse(server.seen[3]!.body.toString()) as { sealed: SealedManifest };
    expect(sealed.manifest).toMatchObject({ device_id: id('dev'), captured_at: '2025-11-24T16:00:00.000Z' });
    expect(await isSignedBy(key.publicKey, manifestBytes(sealed.manifest), sealed.signature!)).toBe(true);
    expect([...server.seen[4]!.body]).toEqual([...BYTES]);
  });

  it('uploads what was sealed offline, as the same requests however often it starts again', async () => {
    const { reservation, device, ...rest } = shot(null);
    const sealed = await sealCapture(reservation, { ...rest, captured_at: '2026-11-21T06:01:00Z' }, device);
    const stored = JSON.parse(JSON.stringify(sealed)) as typeof sealed;
    server.script(market());
    await client().captures.uploadSealed(stored, BYTES);
    const first = keys();
    expect(new Set(first).size).toBe(4);
    server.script(market('verifying'));
    await client().captures.uploadSealed(stored, BYTES);
    expect(steps()).not.toContain('PUT /storage/x');
    expect(keys()).toEqual(first.filter((key) => key !== undefined));
  });

  it('does not upload bytes that are not the sealed ones', async () => {
    const { reservation, ...rest } = shot(null);
    const sealed = await sealCapture(reservation, { ...rest, captured_at: '2026-11-21T06:01:00Z' }, null);
    server.script(market());
    await expect(client().captures.uploadSealed(sealed, Uint8Array.of(1))).rejects.toThrow(RangeError);
    expect(server.seen).toEqual([]);
  });

  it('hears why storage refuses its bytes', async () => {
    const answer = market();
    server.script((request, response) => {
      if (request.method !== 'PUT') return answer(request, response);
      response.writeHead(422, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code: 'media_mismatch', detail: 'other bytes' }));
    });
    const refused = client().capture(shot(null));
    await expect(refused).rejects.toThrow(ProblemError);
    await expect(refused).rejects.toMatchObject({ code: 'media_mismatch', retry: 'never' });
  });

  it('registers anew when the answer with its key was lost', async () => {
    const contributor = { id: id('ctr'), mode: 'test', name: 'Aiko', created_at: '2026-11-21T06:00:00.000Z' };
    server.script({ status: 201, json: { ...contributor, api_key: null } }, { status: 201, json: { ...contributor, api_key: 'gt_test_new' } }); // prettier-ignore
    const registered = await ContributorClient.contributors.register({
      baseUrl: server.baseUrl,
      name: 'Aiko',
      adult: true,
    });
    expect(registered.api_key).toBe('gt_test_new');
    expect(new Set(keys()).size).toBe(2);
    expect(JSON.parse(server.seen[0]!.body.toString())).toEqual({ name: 'Aiko', adult: true });
  });

  it('searches near a place without ever writing an exponent', async () => {
    server.script({ status: 200, json: { data: [], has_more: false, next_cursor: null } });
    for await (const _ of client().bounties.search({ near: { lat: 1e-7, lng: -129.87370000001 }, radius_m: 500 }))
      break;
    const query = new URL(server.seen[0]!.url, server.baseUrl).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      near: '0.000000,-129.873700',
      radius_m: '500',
      state: 'open',
      limit: '100',
    });
  });
});
