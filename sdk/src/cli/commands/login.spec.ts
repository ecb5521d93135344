import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedServer, type Step } from '../../http/scripted-server.fixture.js';
import { runCli } from '../run.js';
import { watchedTerminal } from '../terminal.fixture.js';
import { COMMANDS } from './index.js';

const agent = { id: `agt_${'1'.repeat(32)}`, mode: 'test', name: 'bot' };
const me: Step = { status: 200, json: { ...agent, role: 'agent', scopes: ['read', 'spend'] } };

let server: ScriptedServer;
let folder: string;
beforeAll(async () => void (server = await ScriptedServer.start('drop')));
afterAll(() => server.stop());
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'groundtruth-login-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => join(folder, 'login.json');
const kept = () => JSON.parse(readFileSync(file(), 'utf8')) as unknown;
async function run(argv: readonly string[], env: Record<string, string> = {}) {
  const terminal = watchedTerminal({ GROUNDTRUTH_CONFIG_DIR: folder, ...env }, { stdin: 'gt_test_given' });
  return { status: await runCli(COMMANDS, argv, terminal), said: `${terminal.out()}${terminal.err()}` };
}

describe('a new key', () => {
  it('is kept although nothing answers after it was given, for nobody shows it again', async () => {
    const created: Step = { status: 201, json: { ...agent, api_key: 'gt_test_new', created_at: '2026-11-21T06:00:00.000Z' } }; // prettier-ignore
    server.script(created, 'drop');
    const { status, said } = await run(['login', '--url', server.baseUrl, '--register', 'bot']);
    expect([status, said]).toEqual([4, expect.not.stringContaining('gt_test_new')]);
    expect(kept()).toEqual({ v: 1, base_url: server.baseUrl, api_key: 'gt_test_new' });
  });
});

describe.each(['{"v":1,"api_key":gt_test_SECRET', '{"v":7,"api_key":"gt_test_SECRET"}'])(
  'the login file %s',
  (text) => {
    beforeEach(() => {
      writeFileSync(file(), text);
      server.script(me);
    });

    it('is mended by logging in again', async () => {
      const { status } = await run(['login', '--api-key-stdin'], { GROUNDTRUTH_URL: server.baseUrl });
      expect([status, kept()]).toEqual([0, { v: 1, base_url: server.baseUrl, api_key: 'gt_test_given' }]);
    });

    it('is not mended by a guess at the server: the key would go to whoever is there', async () => {
      const { status, said } = await run(['login', '--api-key-stdin']);
      expect([status, said]).toEqual([2, expect.stringContaining('login.json is damaged')]);
      expect([readFileSync(file(), 'utf8'), server.seen]).toEqual([text, []]);
    });

    it('is not needed by whoever says URL and key', async () => {
      const env = { GROUNDTRUTH_URL: server.baseUrl, GROUNDTRUTH_API_KEY: 'gt_test_mine' };
      expect((await run(['whoami'], env)).status).toBe(0);
      expect(server.seen[0]!.headers.authorization).toBe('Bearer gt_test_mine');
    });

    it('is named to everybody else, and what it holds is not', async () => {
      const { status, said } = await run(['whoami'], { GROUNDTRUTH_URL: server.baseUrl });
      expect([status, said]).toEqual([2, expect.stringContaining('login.json is damaged')]);
      expect([said, server.seen]).toEqual([expect.not.stringContaining('SECRET'), []]);
    });
  },
);
