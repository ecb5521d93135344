import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROUTES, type RouteName } from '@groundtruth/sdk/protocol';
import { EXAMPLES } from '../../sdk/src/protocol/routes/examples/index.js';
import { deskMarket, type DeskMarket } from '../support/desk-market.js';
import { Player } from './openapi-examples/player.js';
import { STORY, UNPLAYED } from './openapi-examples/story.js';

const dataDir = mkdtempSync(join(tmpdir(), 'gt-examples-'));
let market: DeskMarket;
let player: Player;

beforeAll(async () => {
  market = await deskMarket({
    DATA_DIR: dataDir,
    EMBEDDED_CHAIN: 'off',
    EMBEDDED_STRIPE: 'on',
    CARD_MATURITY_S: '0',
    CARD_MATURITY_NEW_S: '0',
    LOSS_RESERVE_BPS: '10000',
    EGRESS_ALLOW_PRIVATE: '127.0.0.0/8',
    WEBHOOK_POLL_MS: '50',
    APP_ATTEST_APP_IDS: 'AB12CD34EF.org.example.app',
  });
  player = new Player(market.baseUrl, market.keyring.operator_keys.test);
});
afterAll(async () => {
  await market?.end();
  rmSync(dataDir, { recursive: true, force: true });
});

/** `route.name` of every example there is. */
const ALL = Object.entries(EXAMPLES).flatMap(([route, named]) => Object.keys(named).map((name) => `${route}.${name}`));

describe('the examples of the OpenAPI document', () => {
  it('are answered by a market as they say, one after the other', async () => {
    for (const [title, run] of STORY) {
      await run({ market, player }).catch((cause: unknown) => {
        throw new Error(`${title}: ${String(cause)}`, { cause });
      });
    }
  });

  it('are all played, but for those that say why they cannot be', () => {
    expect([...player.played, ...Object.keys(UNPLAYED)].toSorted()).toEqual(ALL.toSorted());
  });

  it.each(Object.entries(UNPLAYED))('cannot be played here: %s', async (title, { code }) => {
    const [name, which] = title.split('.') as [RouteName, string];
    expect(ROUTES[name].errors).toContain(code);
    await expect(player.play(name, which)).rejects.toThrow(`"code":"${code}"`);
  });
});
