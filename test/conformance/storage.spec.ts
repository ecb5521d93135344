import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { Client } from 'minio';
import { ManualClock } from '../../src/kernel/clock.js';
import { refusalOf } from '../../src/platform/http/index.js';
import {
  DiskStorage,
  S3Storage,
  type PresignedUpload,
  type Storage,
  type UploadTerms,
} from '../../src/platform/storage/index.js';

/** What every adapter of the `Storage` port must do, seen through links as their holders see them. */

interface Subject {
  readonly storage: Storage;
  readonly close: () => Promise<void>;
}

// The server of an adapter has its own clock, so ours starts at the machine's.
const clock = new ManualClock(Date.now());

async function openDisk(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'storage-'));
  let origin = '';
  const storage = new DiskStorage({ folder, secret: 'conformance', clock, origin: () => origin });
  await storage.prepare();
  const server = fastify();
  server.setErrorHandler((error, _request, reply) => reply.code(refusalOf(error)?.status ?? 500).send());
  await server.register(storage.routes());
  origin = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    storage,
    close: async () => Promise.all([server.close(), rm(folder, { recursive: true })]).then(() => undefined),
  };
}

async function openS3(): Promise<Subject> {
  const { TEST_S3_ENDPOINT, TEST_S3_ACCESS_KEY, TEST_S3_SECRET_KEY, TEST_S3_BUCKET = 'groundtruth-test' } = process.env;
  const endpoint = new URL(TEST_S3_ENDPOINT!);
  const account = {
    endpoint: endpoint.origin,
    region: 'us-east-1',
    access_key: TEST_S3_ACCESS_KEY!,
    secret_key: TEST_S3_SECRET_KEY!,
  };
  const client = new Client({
    endPoint: endpoint.hostname,
    port: Number(endpoint.port || (endpoint.protocol === 'https:' ? 443 : 80)),
    useSSL: endpoint.protocol === 'https:',
    accessKey: account.access_key,
    secretKey: account.secret_key,
    region: account.region,
  });
  if (!(await client.bucketExists(TEST_S3_BUCKET))) await client.makeBucket(TEST_S3_BUCKET, account.region);
  const storage = new S3Storage({ account, bucket: TEST_S3_BUCKET, clock });
  await storage.prepare();
  return { storage, close: () => Promise.resolve() };
}

const subjects: [string, () => Promise<Subject>][] = [['the disk', openDisk]];
if (process.env.TEST_S3_ENDPOINT) subjects.push(['S3', openS3]);
else process.stdout.write('SKIP storage conformance on S3: TEST_S3_ENDPOINT is not set\n');

const MINUTE_MS = 60_000;
const JPEG = 'image/jpeg';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const photo = (bytes = 50_000) => Buffer.alloc(bytes, randomUUID());
const newKey = () => `conformance/${randomUUID()}`;

function termsOf(bytes: Buffer, changed: Partial<UploadTerms> = {}): UploadTerms {
  const expires_at = clock.now() + MINUTE_MS;
  return { key: newKey(), bytes: bytes.length, sha256: sha256(bytes), media_type: JPEG, expires_at, ...changed };
}

/** Sends bytes to a link; the length header is always that of the bytes, as HTTP clients set it. 0 when the server hung up. */
async function send(
  link: PresignedUpload,
  bytes: Buffer,
  changed: { url?: string; type?: string; method?: string } = {},
): Promise<number> {
  const headers = { 'content-type': changed.type ?? link.headers['content-type']! };
  const options = { method: changed.method ?? link.method, headers, body: new Uint8Array(bytes) };
  return fetch(changed.url ?? link.url, options).then(
    (reply) => reply.arrayBuffer().then(() => reply.status),
    () => 0,
  );
}

/** A whole answer: one that is left unread keeps its connection, and with it the test. */
async function get(url: string, headers: Record<string, string> = {}) {
  const reply = await fetch(url, { headers });
  return { status: reply.status, headers: reply.headers, bytes: Buffer.from(await reply.arrayBuffer()) };
}

const refused = (status: number) => status === 0 || status >= 400;

describe.each(subjects)('%s', (_name, open) => {
  let subject: Subject;
  let storage: Storage;

  beforeAll(async () => {
    clock.set(Date.now());
    subject = await open();
    storage = subject.storage;
  });
  afterAll(() => subject.close());

  async function stored(bytes: Buffer, key = newKey()): Promise<UploadTerms> {
    const terms = termsOf(bytes, { key });
    expect(await send(await storage.presignUpload(terms), bytes)).toBe(200);
    expect(await storage.confirm(terms.key, terms)).toBe('confirmed');
    return terms;
  }

  it('keeps what was uploaded through a link, and knows what it is', async () => {
    const bytes = photo();
    const terms = await stored(bytes);
    expect(await storage.stat(terms.key)).toEqual({
      key: terms.key,
      bytes: bytes.length,
      sha256: terms.sha256,
      media_type: JPEG,
    });
    expect(await storage.read(terms.key, { max_bytes: bytes.length })).toEqual(bytes);
  });

  it('keeps an upload of many megabytes', async () => {
    const bytes = photo(6 * 1024 * 1024 + 1);
    const { key } = await stored(bytes);
    expect(sha256((await storage.read(key, { max_bytes: bytes.length }))!)).toBe(sha256(bytes));
  });

  it('serves it through a link as an attachment, and parts of it', async () => {
    const bytes = photo();
    const { key, expires_at } = await stored(bytes);
    const { url } = await storage.presignDownload({ key, expires_at, filename: 'harbour-1.jpg' });
    const reply = await get(url);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, JPEG]);
    expect(reply.headers.get('content-disposition')).toBe('attachment; filename="harbour-1.jpg"');
    expect(reply.bytes).toEqual(bytes);
    const part = await get(url, { range: 'bytes=10-19' });
    expect([part.status, part.bytes]).toEqual([206, bytes.subarray(10, 20)]);
    expect((await get(url, { range: `bytes=${bytes.length}-` })).status).toBe(416);
  });

  it('says that nothing has arrived when nothing has', async () => {
    const terms = termsOf(photo());
    expect(await storage.confirm(terms.key, terms)).toBe('missing');
    expect(await storage.stat(terms.key)).toBeNull();
    expect(await storage.read(terms.key, { max_bytes: 1 })).toBeNull();
    expect((await get((await storage.presignDownload(terms)).url)).status).toBe(404);
  });

  describe('an upload link', () => {
    const bytes = photo();

    it.each<[string, (link: PresignedUpload) => { url?: string; method?: string }]>([
      [
        'with another signature',
        ({ url }) => ({
          url: url.replace(/(signature=)(.)/i, (_all, name, first) => name + (first === '0' ? '1' : '0')),
        }),
      ],
      ['for another key', ({ url }) => ({ url: url.replace(/conformance\/./, 'conformance/_') })],
      ['with a query field more', ({ url }) => ({ url: `${url}&x=1` })],
      ['without its query', ({ url }) => ({ url: url.split('?')[0] })],
      [
        'with a later end',
        ({ url }) => ({ url: url.replace(/(expires=)(\d+)/i, (_all, name, end) => `${name}${Number(end) + 1}`) }),
      ],
      ['with another method', () => ({ method: 'POST' })],
    ])('is worth nothing %s', async (_what, change) => {
      const terms = termsOf(bytes);
      const link = await storage.presignUpload(terms);
      expect(refused(await send(link, bytes, change(link)))).toBe(true);
      expect(await storage.confirm(terms.key, terms)).toBe('missing');
    });

    it('does not let its holder read', async () => {
      const terms = termsOf(bytes);
      const link = await storage.presignUpload(terms);
      expect(await send(link, bytes)).toBe(200);
      expect(refused((await get(link.url)).status)).toBe(true);
    });

    it('ends when it says', async () => {
      const inside = termsOf(bytes, { expires_at: clock.now() + 10_000 });
      expect(await send(await storage.presignUpload(inside), bytes)).toBe(200);
      const outside = termsOf(bytes, { expires_at: clock.now() - 1_000 });
      expect(refused(await send(await storage.presignUpload(outside), bytes))).toBe(true);
      expect(await storage.confirm(outside.key, outside)).toBe('missing');
    });

    it('takes exactly its number of bytes, not one more and not one fewer', async () => {
      for (const length of [bytes.length - 1, bytes.length + 1]) {
        const terms = termsOf(bytes);
        expect(refused(await send(await storage.presignUpload(terms), Buffer.alloc(length, 1)))).toBe(true);
        expect(await storage.confirm(terms.key, terms)).toBe('missing');
      }
    });

    it('takes its media type only', async () => {
      const terms = termsOf(bytes);
      expect(refused(await send(await storage.presignUpload(terms), bytes, { type: 'text/html' }))).toBe(true);
      expect(await storage.confirm(terms.key, terms)).toBe('missing');
    });

    it('never makes other bytes of the same length count', async () => {
      const terms = termsOf(bytes);
      const other = photo();
      await send(await storage.presignUpload(terms), other);
      expect(await storage.confirm(terms.key, terms)).not.toBe('confirmed');
      expect(await storage.stat(terms.key)).toBeNull();
    });

    it('may be used again with the same bytes, and an end repeated', async () => {
      const terms = termsOf(bytes);
      const link = await storage.presignUpload(terms);
      expect([await send(link, bytes), await send(link, bytes)]).toEqual([200, 200]);
      expect([await storage.confirm(terms.key, terms), await storage.confirm(terms.key, terms)]).toEqual([
        'confirmed',
        'confirmed',
      ]);
      await send(link, bytes);
      expect(await storage.confirm(terms.key, terms)).toBe('confirmed');
    });

    it('cannot change what was confirmed, whatever it is for', async () => {
      const first = await stored(bytes);
      const other = photo();
      const second = termsOf(other, { key: first.key });
      await send(await storage.presignUpload(second), other);
      expect(await storage.confirm(first.key, second)).toBe('mismatch');
      expect(await storage.confirm(first.key, first)).toBe('confirmed');
      expect(await storage.read(first.key, { max_bytes: bytes.length })).toEqual(bytes);
    });
  });

  describe('a deposit link', () => {
    const bytes = photo();
    const deposit = (bytes_max: number) => ({
      key: newKey(),
      media_type: JPEG,
      bytes_max,
      expires_at: clock.now() + MINUTE_MS,
    });
    const told = (content: Buffer) => ({ bytes: content.length, sha256: sha256(content), media_type: JPEG });

    it('takes bytes that nobody knew before, and counts them once their hash is told', async () => {
      const terms = deposit(bytes.length);
      expect(await storage.confirm(terms.key, told(bytes))).toBe('missing');
      expect(await send(await storage.presignDeposit(terms), bytes)).toBe(200);
      expect(await storage.confirm(terms.key, told(photo()))).toBe('mismatch');
      expect(await storage.confirm(terms.key, told(bytes))).toBe('confirmed');
      expect(await storage.read(terms.key, { max_bytes: bytes.length })).toEqual(bytes);
    });

    it('never makes more bytes count than it is for, nor another type', async () => {
      const small = deposit(bytes.length - 1);
      await send(await storage.presignDeposit(small), bytes);
      expect(await storage.confirm(small.key, told(bytes.subarray(1)))).not.toBe('confirmed');
      const typed = deposit(bytes.length);
      expect(refused(await send(await storage.presignDeposit(typed), bytes, { type: 'text/html' }))).toBe(true);
      expect(await storage.confirm(typed.key, told(bytes))).toBe('missing');
    });

    it('cannot change what was confirmed', async () => {
      const terms = deposit(bytes.length);
      const link = await storage.presignDeposit(terms);
      expect([await send(link, bytes), await send(link, bytes)]).toEqual([200, 200]);
      expect(await storage.confirm(terms.key, told(bytes))).toBe('confirmed');
      await send(link, photo());
      expect(await storage.confirm(terms.key, told(bytes))).toBe('confirmed');
      expect(await storage.read(terms.key, { max_bytes: bytes.length })).toEqual(bytes);
    });

    it.each<[string, (url: string) => string]>([
      ['for more bytes', (url) => url.replace(/bytes_max=\d+/, 'bytes_max=99999999')],
      ['for another key', (url) => url.replace(/conformance\/./, 'conformance/_')],
      ['without its query', (url) => url.split('?')[0]!],
    ])('is worth nothing altered %s', async (what, change) => {
      const terms = deposit(bytes.length);
      const link = await storage.presignDeposit(terms);
      if (change(link.url) === link.url) return expect(what).toBe('for more bytes'); // Not every server can bind it.
      expect(refused(await send(link, bytes, { url: change(link.url) }))).toBe(true);
      expect(await storage.confirm(terms.key, told(bytes))).toBe('missing');
    });

    it('lets its holder neither read nor upload by other terms, and ends when it says', async () => {
      const terms = deposit(bytes.length);
      const link = await storage.presignDeposit(terms);
      expect(await send(link, bytes)).toBe(200);
      expect(refused((await get(link.url)).status)).toBe(true);
      const over = await storage.presignDeposit({ ...deposit(bytes.length), expires_at: clock.now() - 1_000 });
      expect(refused(await send(over, bytes))).toBe(true);
    });
  });

  describe('a download link', () => {
    it.each<[string, (url: string) => string]>([
      [
        'with another signature',
        (url) => url.replace(/(signature=)(.)/i, (_all, name, first) => name + (first === '0' ? '1' : '0')),
      ],
      ['for another key', (url) => url.replace(/conformance\/./, 'conformance/_')],
      ['with another file name', (url) => url.replace('a.jpg', 'b.htm')],
      ['with a later end', (url) => url.replace(/(expires=)(\d+)/i, (_all, name, end) => `${name}${Number(end) + 1}`)],
      ['without its query', (url) => url.split('?')[0]!],
    ])('is worth nothing %s', async (_what, change) => {
      const { key, expires_at } = await stored(photo());
      const { url } = await storage.presignDownload({ key, expires_at, filename: 'a.jpg' });
      expect((await get(url)).status).toBe(200);
      expect(change(url)).not.toBe(url);
      expect(refused((await get(change(url))).status)).toBe(true);
    });

    it('ends when it says', async () => {
      const { key } = await stored(photo());
      const { url } = await storage.presignDownload({ key, expires_at: clock.now() - 1_000 });
      expect(refused((await get(url)).status)).toBe(true);
    });
  });

  it('replaces what we put ourselves, and removes it, twice if asked', async () => {
    const key = newKey();
    for (const text of ['first', 'second, longer', '']) {
      await storage.put(key, Buffer.from(text), 'text/plain');
      expect((await storage.read(key, { max_bytes: 100 }))!.toString()).toBe(text);
      expect(await storage.stat(key)).toMatchObject({
        bytes: text.length,
        sha256: sha256(Buffer.from(text)),
        media_type: 'text/plain',
      });
    }
    await storage.remove(key);
    await storage.remove(key);
    expect(await storage.stat(key)).toBeNull();
  });

  it('reads up to a limit and not a byte more', async () => {
    const key = newKey();
    await storage.put(key, Buffer.alloc(10), 'text/plain');
    expect(await storage.read(key, { max_bytes: 10 })).toHaveLength(10);
    await expect(storage.read(key, { max_bytes: 9 })).rejects.toThrow(RangeError);
  });

  it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/.b', 'A', 'a b', 'a?b', 'ä', 'a'.repeat(201)])(
    'takes %p for no key',
    async (key) => {
      await expect(storage.put(key, Buffer.alloc(1), 'text/plain')).rejects.toThrow(/is no storage key/);
      await expect(storage.presignUpload(termsOf(photo(), { key }))).rejects.toThrow(/is no storage key/);
      await expect(storage.read(key, { max_bytes: 1 })).rejects.toThrow(/is no storage key/);
    },
  );

  it('is well when it is asked', async () => {
    await storage.check();
  });
});
