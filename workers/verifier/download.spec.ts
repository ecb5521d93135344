import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '../../src/kernel/clock.js';
import { downloadFrom } from './download.js';

const PHOTO = Buffer.from('the bytes of a photo');

describe('a download', () => {
  let server: Server;
  let answer: RequestListener;
  const download = (bytes = PHOTO.length) =>
    downloadFrom(new ManualClock(0))(`http://127.0.0.1:${(server.address() as AddressInfo).port}/upload`, bytes);

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  it('gives the bytes and their hash', async () => {
    answer = (_request, response) => void response.end(PHOTO);
    const sha256 = createHash('sha256').update(PHOTO).digest('hex');
    expect(await download()).toEqual({ ok: true, value: { content: new Uint8Array(PHOTO), sha256, duration_ms: 0 } });
  });

  it('reads one byte too many of an upload that is longer than announced, and no more', async () => {
    answer = (_request, response) => {
      response.write(PHOTO); // And never ends: whoever waits for the end hangs.
    };
    const result = await download(PHOTO.length - 3);
    expect(result.ok && result.value.content.length).toBe(PHOTO.length - 2);
  });

  it('is unavailable when the upload is gone', async () => {
    answer = (_request, response) => void response.writeHead(404).end();
    expect(await download()).toMatchObject({ ok: false, reason: 'missing' });
  });

  it.each([
    ['does not answer', (_request, response) => response.destroy()],
    ['is broken', (_request, response) => response.writeHead(500).end()],
    ['no longer takes the link', (_request, response) => response.writeHead(403).end()],
    ['sends elsewhere', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    [
      'stops in the middle',
      (_request, response) => {
        response.writeHead(200, { 'content-length': String(PHOTO.length) });
        response.write(PHOTO.subarray(0, 5), () => response.destroy());
      },
    ],
  ] as [string, RequestListener][])('is an outage, to be tried again, when storage %s', async (_what, listener) => {
    answer = listener;
    await expect(download()).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });
});
