import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually.js';
import { fetchFile } from './fetch-file.js';
import { sha256Of } from './package-file.js';

const MODEL = Buffer.from('weights of a model '.repeat(1_000));
let server: Server;
let folder: string;
let base: string;
let asked: (string | undefined)[];
/** Bytes after which the server hangs up; null: never. */
let cut: number | null;
let ranges: boolean;

const arrived = (): number => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'models-fetch-'));
  [asked, cut, ranges] = [[], null, true];
  server = createServer((request, response) => {
    if (request.url !== '/model.onnx') return void response.writeHead(404).end();
    asked.push(request.headers.range);
    const from = ranges ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
    if (from >= MODEL.length) return void response.writeHead(416).end();
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': MODEL.length - from });
    if (cut === null) return void response.end(MODEL.subarray(from));
    const length = from + cut;
    response.write(MODEL.subarray(from, length));
    // Hangs up once the client has written down what it got: what is still on its way when a line breaks is lost.
    void eventually(async () => arrived() === length).then(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});
const file = (change: object = {}) => ({ name: 'model.onnx', sha256: sha256Of(MODEL), url: `${base}/model.onnx`, ...change }); // prettier-ignore

describe('fetching a pinned model', () => {
  it('puts the whole file in its place, and asks no more once it is there', async () => {
    expect(await fetchFile(file(), folder)).toBe('fetched');
    expect(readFileSync(join(folder, 'model.onnx')).equals(MODEL)).toBe(true);
    expect(await fetchFile(file(), folder)).toBe('present');
    expect([readdirSync(folder), asked]).toEqual([['model.onnx'], [undefined]]);
  });

  it('goes on where a download was cut off', async () => {
    cut = 7_000;
    await expect(fetchFile(file(), folder)).rejects.toThrow(/broke off after 7000 bytes/);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.part$/)]);
    cut = null;
    expect(await fetchFile(file(), folder)).toBe('fetched');
    expect(asked).toEqual([undefined, 'bytes=7000-']);
    expect(readFileSync(join(folder, 'model.onnx')).equals(MODEL)).toBe(true);
  });

  it('starts again where the server knows no ranges', async () => {
    cut = 7_000;
    ranges = false;
    await expect(fetchFile(file(), folder)).rejects.toThrow(/broke off/);
    cut = null;
    expect(await fetchFile(file(), folder)).toBe('fetched');
    expect(readFileSync(join(folder, 'model.onnx')).equals(MODEL)).toBe(true);
  });

  it('refuses another file, keeps nothing of it and leaves what is there alone', async () => {
    writeFileSync(join(folder, 'model.onnx'), 'an older model');
    const other = file({ sha256: '00'.repeat(32) });
    await expect(fetchFile(other, folder)).rejects.toThrow(/has sha256 .*, pinned is 0000/);
    expect(readdirSync(folder)).toEqual(['model.onnx']);
    expect(readFileSync(join(folder, 'model.onnx'), 'utf8')).toBe('an older model');
  });

  it('replaces a file that is not the pinned one', async () => {
    writeFileSync(join(folder, 'model.onnx'), 'an older model');
    expect(await fetchFile(file(), folder)).toBe('fetched');
  });

  it.each([
    ['offline', () => ({ url: 'http://127.0.0.1:1/model.onnx' }), /cannot be reached; is this machine offline/],
    ['not there', () => ({ url: `${base}/other` }), /answered 404/],
    ['without an address', () => ({ url: null }), /has no address: put it into .* by hand/],
  ])('says so when the source is %s', async (_what, change, message) => {
    await expect(fetchFile(file(change()), folder)).rejects.toThrow(message);
    expect(readdirSync(folder).filter((name) => name.endsWith('.onnx'))).toEqual([]);
  });
});
