import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ManualClock } from '../../kernel/clock.js';
import { loadConfig } from '../config/index.js';
import { createHttpApp, type HttpApp } from '../http/index.js';
import { Metrics, silentLog } from '../telemetry/index.js';
import { createStorage, StorageModule, type PresignedUpload, type Storage, type UploadTerms } from './index.js';

@Module({})
class EmptyModule {}

const KIB = 1024;
const NOW = Date.UTC(2026, 10, 21);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('disk storage behind the api', () => {
  const clock = new ManualClock(NOW);
  const bytes = randomBytes(64 * KIB);
  let data_dir: string;
  let http: HttpApp;
  let storage: Storage;
  let origin: string;

  beforeAll(async () => {
    data_dir = await mkdtemp(join(tmpdir(), 'disk-'));
    // A JSON limit far below the upload shows that uploads have their own.
    const config = loadConfig({ PORT: '0', DATA_DIR: data_dir, BODY_BYTES_MAX: '1024' });
    const address = { origin: '' };
    storage = createStorage({ config, clock, address, secret: 'secret' });
    http = await createHttpApp(
      { module: EmptyModule, imports: [StorageModule.of(storage)] },
      { config, log: silentLog, clock, metrics: new Metrics() },
    );
    origin = await http.listen();
    address.origin = origin;
  });
  afterAll(async () => {
    await http.close();
    await rm(data_dir, { recursive: true });
  });
  beforeEach(() => clock.set(NOW));

  let count = 0;
  const termsOf = (changed: Partial<UploadTerms> = {}): UploadTerms => ({
    key: `captures/c${(count += 1)}`,
    bytes: bytes.length,
    sha256: sha256(bytes),
    media_type: 'image/jpeg',
    expires_at: NOW + 60_000,
    ...changed,
  });

  /** Through `inject`, so that length and media type are what the test says they are. */
  async function put(link: PresignedUpload, payload: Buffer, headers: Record<string, string> = {}) {
    const url = link.url.slice(origin.length);
    const reply = await http.app.inject({ method: 'PUT', url, payload, headers: { ...link.headers, ...headers } });
    if (reply.statusCode === 200) return 'ok';
    const { code, request_id } = reply.json();
    expect(request_id).toBe(reply.headers['x-request-id']);
    return `${reply.statusCode} ${code}`;
  }

  const draftsLeft = () => readdir(join(data_dir, 'storage', 'drafts'));

  it('answers an upload with the tag of its bytes and refuses in the words of the catalogue', async () => {
    const terms = termsOf();
    const link = await storage.presignUpload(terms);
    const reply = await fetch(link.url, { method: 'PUT', headers: link.headers, body: new Uint8Array(bytes) });
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, `"${terms.sha256}"`]);
    const refused = await fetch(`${link.url}x`, { method: 'PUT', headers: link.headers, body: 'x' });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
  });

  it.each<[string, Partial<UploadTerms>, Buffer, Record<string, string>, string]>([
    ['exactly what it is for', {}, bytes, {}, 'ok'],
    ['a media type in capitals', {}, bytes, { 'content-type': 'IMAGE/JPEG' }, 'ok'],
    ['another media type', {}, bytes, { 'content-type': 'image/png' }, '422 media_mismatch'],
    ['JSON', {}, bytes, { 'content-type': 'application/json' }, '422 media_mismatch'],
    ['one byte more', { bytes: bytes.length - 1 }, bytes, {}, '413 upload_too_large'],
    ['one byte fewer', { bytes: bytes.length + 1 }, bytes, {}, '422 media_mismatch'],
    ['other bytes', { sha256: sha256(Buffer.from('other')) }, bytes, {}, '422 media_mismatch'],
    ['nothing, when it is for nothing', { bytes: 0, sha256: sha256(Buffer.alloc(0)) }, Buffer.alloc(0), {}, 'ok'],
  ])('takes or refuses %s', async (_what, changed, payload, headers, outcome) => {
    const terms = termsOf(changed);
    expect(await put(await storage.presignUpload(terms), payload, headers)).toBe(outcome);
    expect(await storage.stat(terms.key)).toEqual(
      outcome === 'ok' ? { key: terms.key, bytes: terms.bytes, sha256: terms.sha256, media_type: 'image/jpeg' } : null,
    );
    expect(await draftsLeft()).toEqual([]);
  });

  it('is valid until the millisecond before its end', async () => {
    const link = await storage.presignUpload(termsOf());
    clock.set(NOW + 60_000);
    expect(await put(link, bytes)).toBe('403 upload_url_invalid');
    clock.set(NOW + 59_999);
    expect(await put(link, bytes)).toBe('ok');
    const { url } = await storage.presignDownload({ key: 'captures/none', expires_at: NOW + 60_000 });
    expect((await fetch(url)).status).toBe(404);
    clock.set(NOW + 60_000);
    expect((await fetch(url)).status).toBe(403);
  });

  it('refuses a change of anything it binds, and a second spelling of its signature', async () => {
    const link = await storage.presignUpload(termsOf());
    const { pathname, searchParams } = new URL(link.url);
    const attempts = [...searchParams.keys()].flatMap((name) => {
      const value = searchParams.get(name)!;
      const changed = new URLSearchParams(searchParams);
      changed.set(name, /^\d+$/.test(value) ? String(Number(value) + 1) : `${value}x`);
      const missing = new URLSearchParams(searchParams);
      missing.delete(name);
      return [changed, missing, `${searchParams}&${name}=${encodeURIComponent(value)}`];
    });
    const signature = searchParams.get('signature')!;
    // 32 bytes fill 42 letters and two thirds: the last letter has bits to spare.
    const respelled = signature.slice(0, -1) + String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1);
    const all = [
      ...attempts.map((query) => `${pathname}?${query}`),
      `${pathname}?${searchParams}`.replace(signature, respelled),
      `${pathname}x?${searchParams}`,
    ];
    expect(all).toHaveLength(17);
    for (const url of all)
      expect([url, await put({ ...link, url: origin + url }, bytes)]).toEqual([url, '403 upload_url_invalid']);
    expect(await put(link, bytes)).toBe('ok');
  });

  it.each([
    ['/storage/..%2f..%2fkeys%2fx', 'upload_url_invalid'],
    ['/storage/a%00b', 'invalid_request'],
    ['/storage/', 'upload_url_invalid'],
  ])('has nothing at %s', async (url, code) => {
    expect(
      (await http.app.inject({ url: `${url}?filename=a&expires=9999999999999&signature=x` })).json(),
    ).toMatchObject({ code });
  });

  it('refuses other bytes where bytes are, and keeps those', async () => {
    const terms = termsOf();
    expect(await put(await storage.presignUpload(terms), bytes)).toBe('ok');
    const other = randomBytes(10);
    const second = { ...terms, bytes: 10, sha256: sha256(other) };
    expect(await put(await storage.presignUpload(second), other)).toBe('409 upload_conflict');
    expect(await put(await storage.presignUpload(terms), randomBytes(bytes.length))).toBe('422 media_mismatch');
    expect(await storage.read(terms.key, { max_bytes: bytes.length })).toEqual(bytes);
  });

  it('lets one of two different uploads at the same time win, whole', async () => {
    const other = randomBytes(bytes.length);
    for (let round = 0; round < 10; round += 1) {
      const terms = termsOf();
      const links = [terms, { ...terms, sha256: sha256(other) }].map((each) => storage.presignUpload(each));
      const outcomes = await Promise.all([put(await links[0]!, bytes), put(await links[1]!, other)]);
      expect(outcomes.sort()).toEqual(['409 upload_conflict', 'ok']);
      const kept = (await storage.read(terms.key, { max_bytes: bytes.length }))!;
      expect(sha256(kept)).toBe((await storage.stat(terms.key))!.sha256);
    }
  });

  it('stops reading a body without a stated length at the first byte too many', async () => {
    const terms = termsOf();
    const { url, headers } = await storage.presignUpload(terms);
    let sent = 0;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(url, { method: 'PUT', headers }, (response) => {
        resolve(response.statusCode);
        response.resume();
        request.destroy();
      });
      request.on('error', reject);
      const push = (): void => {
        if (sent > 1024 * bytes.length) return reject(new Error('the server swallows everything'));
        sent += bytes.length;
        if (request.write(bytes)) setImmediate(push);
        else request.once('drain', push);
      };
      push();
    });
    expect(status).toBe(413);
    expect(await storage.stat(terms.key)).toBeNull();
  });

  it('forgets an upload that was broken off', async () => {
    const terms = termsOf();
    const { url, headers } = await storage.presignUpload(terms);
    const request = httpRequest(url, {
      method: 'PUT',
      headers: { ...headers, 'content-length': String(bytes.length) },
    });
    request.on('error', () => undefined); // It is we who break it off.
    request.write(bytes.subarray(0, 1000));
    while ((await draftsLeft()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    request.destroy();
    while ((await draftsLeft()).length > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await storage.confirm(terms.key, terms)).toBe('missing');
  });

  it('serves what nobody may interpret', async () => {
    await storage.put('page', Buffer.from('<script>'), 'text/html');
    const { url } = await storage.presignDownload({ key: 'page', expires_at: NOW + 1 });
    const { headers } = await fetch(url);
    expect(headers.get('content-disposition')).toBe('attachment; filename="page"');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(headers.get('cache-control')).toBe('private, no-store');
    await expect(storage.presignDownload({ key: 'page', expires_at: NOW, filename: 'a"\r\nb' })).rejects.toThrow(
      /no file name/,
    );
  });

  it('is open to this user only, and says whether it works', async () => {
    for (const folder of ['objects', 'drafts']) {
      expect((await stat(join(data_dir, 'storage', folder))).mode & 0o777).toBe(0o700);
    }
    expect((await http.app.inject({ url: '/readyz' })).json()).toEqual({ status: 'ready', checks: { storage: 'ok' } });
  });

  it('clears drafts of processes that died, but no young ones', async () => {
    const draft = (name: string) => join(data_dir, 'storage', 'drafts', name);
    const day_s = 24 * 60 * 60;
    for (const [name, age_s] of [
      ['young', day_s - 1],
      ['old', day_s + 1],
    ] as const) {
      await writeFile(draft(name), 'x');
      await utimes(draft(name), NOW / 1000 - age_s, NOW / 1000 - age_s);
    }
    await storage.prepare();
    expect(await draftsLeft()).toEqual(['young']);
    await rm(draft('young'));
  });
});
