import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signedWorld } from '../../feeds/signed-world.fixture.js';
import { ScriptedServer, type Step } from '../../http/scripted-server.fixture.js';
import { runCli } from '../run.js';
import { watchedTerminal } from '../terminal.fixture.js';
import { COMMANDS } from './index.js';

const AT = '2026-11-21T06:00:00.000Z';
const ID = `obs_${'1'.repeat(32)}`;
const card = {
  id: ID, mode: 'test', bounty_id: null, kind: 'photo', cell: '85', hour: AT, tier: 'signed', independent_captures: 1, price: '1.000000',
  currency: 'USD', commitment: '', log_index: 0, published_at: AT, disputed_at: null, revision: 1, revises: null, superseded_by: null, retracted: false,
}; // prettier-ignore
const PICTURE = { sha256: 'ab'.repeat(32), media_type: 'image/jpeg', bytes: 9, width: 8, height: 8 } as const;

let server: ScriptedServer;
let folder: string;
beforeAll(async () => {
  server = await ScriptedServer.start('drop');
  folder = mkdtempSync(join(tmpdir(), 'groundtruth-read-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

describe('a read with its picture', () => {
  it('is kept although the picture cannot be fetched, for it is paid for', async () => {
    const sold = await signedWorld('test').observation({ media: { ...PICTURE, regions: 0, checks: [] } });
    const media = { ...PICTURE, url: `${server.baseUrl}/picture`, expires_at: AT };
    const bought: Step = { status: 201, json: { card, body: { ...sold, media, media_withheld: null } } };
    server.script(bought, 'drop');
    const [to, picture] = [join(folder, 'read.json'), join(folder, 'picture.jpg')];
    const terminal = watchedTerminal({ GROUNDTRUTH_URL: server.baseUrl, GROUNDTRUTH_API_KEY: 'gt_test_x' });
    expect(await runCli(COMMANDS, ['read', ID, '--to', to, '--picture', picture], terminal)).toBe(4);
    expect(server.seen.map(({ url }) => url)).toContain('/picture');
    expect(JSON.parse(readFileSync(to, 'utf8'))).toMatchObject({ card: { id: ID }, body: { record: { id: ID } } });
    expect(existsSync(picture)).toBe(false);
  });
});
