import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedServer, type SeenRequest, type Step } from '../../http/scripted-server.fixture.js';
import { sha256, toHex } from '../../protocol/index.js';
import { runCli } from '../run.js';
import { watchedTerminal } from '../terminal.fixture.js';
import { COMMANDS } from './index.js';

const id = (prefix: string, digit = '1') => `${prefix}_${digit.repeat(32)}`;
const AT = '2026-11-21T06:00:00.000Z';
const LIFE = { deadline_at: null, on_silence: null, available_actions: [] };
const me = { id: id('ctr'), role: 'contributor', mode: 'test', name: 'Aiko', scopes: ['capture'] };
const reservation = { id: id('rsv'), bounty_id: id('bty'), ...LIFE, state: 'active', price: '5.000000', currency: 'USD', lapses_at: AT, created_at: AT, challenge: { nonce: 'n'.repeat(22), code: 'ABC', issued_at: AT } }; // prettier-ignore
const capture = (state: string, upload: object | null = null) => ({ id: id('cap'), bounty_id: id('bty'), ...LIFE, state, failed_stage: null, finding: 'present', created_at: AT, detail: null, derivative: null, upload }); // prettier-ignore
const device = { id: id('dev'), contributor_id: id('ctr'), label: '', certificate_pem: 'x', certificate_expires_at: '2099-01-01T00:00:00.000Z', attested_at: null, created_at: AT }; // prettier-ignore

let server: ScriptedServer;
let folder: string;
beforeAll(async () => void (server = await ScriptedServer.start('drop')));
afterAll(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'groundtruth-submit-'));
  writeFileSync(join(folder, 'sheep.jpg'), 'a picture');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A server that answers by route; what `fault` answers for a route goes first. */
function answering(fault: Readonly<Record<string, Step>> = {}): Step {
  const upload = { method: 'PUT', url: `${server.baseUrl}/upload`, headers: {}, expires_at: AT };
  const answers: Readonly<Record<string, unknown>> = {
    'GET /v1/me': me,
    [`GET /v1/reservations/${id('rsv')}`]: reservation,
    'POST /v1/devices': device,
    'PUT /upload': {},
    'POST /v1/captures': capture('uploading', upload),
    [`POST /v1/captures/${id('cap')}/submit`]: capture('submitted'),
    [`GET /v1/captures/${id('cap')}`]: capture('settled'),
  };
  return ({ method, url, body }, response) => {
    const route = `${method} ${url}`;
    if (fault[route] === 'drop') return void response.destroy();
    const seal = () => ({ id: id('seal'), ...(JSON.parse(body.toString()) as object), received_at: AT });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(route === 'POST /v1/seals' ? seal() : answers[route]));
  };
}

async function submit(...more: string[]) {
  const env = { GROUNDTRUTH_URL: server.baseUrl, GROUNDTRUTH_API_KEY: 'gt_test_x', GROUNDTRUTH_CONFIG_DIR: join(folder, 'kept') }; // prettier-ignore
  const terminal = watchedTerminal(env);
  const argv = ['submit', join(folder, 'sheep.jpg'), '--reservation', id('rsv'), '--at', '32.7,129.8', ...more];
  return { status: await runCli(COMMANDS, argv, terminal), err: terminal.err() };
}
const sent = (route: string): SeenRequest[] => server.seen.filter(({ method, url }) => `${method} ${url}` === route);
const kept = () => readdirSync(join(folder, 'kept')).sort();

describe('handing a file in', () => {
  it('seals, uploads and submits it by a device key that is made once and kept for the user alone', async () => {
    server.script(answering());
    expect(await submit('--finding', 'absent')).toEqual({ status: 0, err: '' });
    const { sealed } = JSON.parse(sent('POST /v1/captures')[0]!.body.toString()) as { sealed: { manifest: object; signature: string } }; // prettier-ignore
    expect(sealed.manifest).toMatchObject({
      finding: 'absent',
      place: { lat: 32.7, lng: 129.8 },
      device_id: id('dev'),
    });
    expect(sent('PUT /upload')[0]!.body.toString()).toBe('a picture');
    expect(kept()).toEqual([`device-${id('ctr')}.json`]);
    const file = join(folder, 'kept', kept()[0]!);
    const before = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await submit()).status).toBe(0);
    expect([sent('POST /v1/devices').length, readFileSync(file, 'utf8')]).toEqual([1, before]);
  });

  it.each(['POST /v1/seals', 'PUT /upload', `POST /v1/captures/${id('cap')}/submit`])(
    'goes on with the same capture after %s was not answered',
    async (lost) => {
      server.script(answering({ [lost]: 'drop' }));
      expect((await submit()).status).toBe(4);
      const first = sent('POST /v1/seals')[0]!;
      server.script(answering());
      expect((await submit('--wait', '1m')).status).toBe(0);
      const again = sent('POST /v1/seals')[0]!;
      expect(again.body).toEqual(first.body);
      expect(again.headers['idempotency-key']).toBe(first.headers['idempotency-key']);
      expect(kept().filter((name) => name.startsWith('sealed'))).toEqual([]);
    },
  );

  it('seals anew when the file is another one', async () => {
    server.script(answering({ 'POST /v1/seals': 'drop' }));
    await submit();
    const first = sent('POST /v1/seals')[0]!;
    writeFileSync(join(folder, 'sheep.jpg'), 'another picture');
    server.script(answering());
    expect((await submit()).status).toBe(0);
    expect(sent('POST /v1/seals')[0]!.body).not.toEqual(first.body);
  });

  it.each([
    [['--captured-at', 'yesterday'], '--captured-at is RFC 3339'],
    [['--captured-at', '2026-02-30T12:00:00Z'], '--captured-at is RFC 3339'],
    [['--at', '95,0'], '--at: '],
    [['--accuracy-m=-1'], '--accuracy-m: '],
    [['--accuracy-m', '10001'], '--accuracy-m: '],
  ])('makes and sends nothing for %j', async (options, words) => {
    server.script(answering());
    expect(await submit(...options)).toEqual({ status: 2, err: expect.stringContaining(words) });
    expect([server.seen, readdirSync(folder)]).toEqual([[], ['sheep.jpg']]);
  });

  it('makes and sends nothing for an empty file', async () => {
    writeFileSync(join(folder, 'sheep.jpg'), '');
    server.script(answering());
    expect(await submit()).toEqual({ status: 2, err: expect.stringContaining('FILE: ') });
    expect([server.seen, readdirSync(folder)]).toEqual([[], ['sheep.jpg']]);
  });

  it.each(['{"key":{"d":PRIVATE}}', '{"v":1,"device":null,"key":{"d":"PRIVATE"}}'])(
    'names a device file that was damaged, %s, and tells nothing of the key in it',
    async (text) => {
      mkdirSync(join(folder, 'kept'));
      writeFileSync(join(folder, 'kept', `device-${id('ctr')}.json`), text);
      server.script(answering());
      const { status, err } = await submit();
      expect([status, err]).toEqual([2, expect.stringContaining('is damaged')]);
      expect(err).not.toContain('PRIVATE');
    },
  );

  it('seals nothing anew while what it kept of the first time cannot be read', async () => {
    mkdirSync(join(folder, 'kept'));
    const name = `sealed-${toHex(sha256(new TextEncoder().encode(id('rsv'))))}.json`;
    writeFileSync(join(folder, 'kept', name), '{"reservation_id":"cut"}');
    server.script(answering());
    const { status, err } = await submit();
    expect([status, err]).toEqual([2, expect.stringContaining('delete it to seal anew')]);
    expect(server.seen.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
