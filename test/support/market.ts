import { join } from 'node:path';
import { OperatorClient } from '@groundtruth/sdk/agent';
import type { Clock } from '../../src/kernel/clock.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { KeyStore } from '../../src/platform/keys/index.js';
import { silentLog, type Log } from '../../src/platform/telemetry/index.js';
import { startMarket, type Market } from '../../src/market.js';
import { newAgent } from './cast.js';
import { testDatabase, type TestDatabase } from './postgres.js';

/** Keys, models and objects of all test markets: one server has one `verifier` role, so its password must be one too. */
const DATA_DIR = '.groundtruth/test-market';
/** The one that the tests of the role itself use. */
const VERIFIER_PASSWORD = 'verifier of the tests';

export interface TestMarket extends Market {
  readonly baseUrl: string;
  readonly operator: OperatorClient;
  readonly database: TestDatabase;
  /** An agent with a sandbox balance, decimal units; `'100.000000'` when left out. */
  funded(amount?: string): ReturnType<typeof newAgent>;
  /** Fails unless the books balance. Called by `end`. */
  balanced(): Promise<void>;
  /** Checks the books, then stops everything. */
  end(): Promise<void>;
}

const RELEASER_PASSWORD = 'releaser of the tests';

/** A whole market on a database of its own; the verifier is the built one (`npm test` builds first). */
export async function testMarket(
  settings: Record<string, string> = {},
  clock?: Clock,
  log: Log = silentLog,
): Promise<TestMarket> {
  const database = await testDatabase();
  const keys = await KeyStore.open(join(settings.DATA_DIR ?? DATA_DIR, 'keys'));
  await keys.text('verifier-role.key', () => Promise.resolve(VERIFIER_PASSWORD));
  await keys.text('releaser-role.key', () => Promise.resolve(RELEASER_PASSWORD));
  const config = loadConfig({
    DATA_DIR,
    DATABASE_URL: database.url,
    PORT: '0',
    RATE_LIMIT_PER_MINUTE: '0',
    RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
    SWEEP_INTERVAL_MS: '200',
    LOG_LEVEL: 'fatal',
    // A relayer's key belongs to one database: a market that has a chain needs a DATA_DIR of its own.
    EMBEDDED_CHAIN: settings.DATA_DIR ? 'on' : 'off',
    // Its state is there too; a market that needs no cards is spared its rounds.
    EMBEDDED_STRIPE: 'off',
    STRIPE_POLL_MS: '50',
    ...settings,
  });
  const market = await startMarket({ config, log, ...(clock && { clock }) });
  const operator = new OperatorClient({ baseUrl: market.origin, apiKey: market.keyring.operator_keys.test });
  const balanced = async (): Promise<void> =>
    expect((await operator.books()).report).toMatchObject({ balanced: true, faults: [] });
  return {
    ...market,
    baseUrl: market.origin,
    operator,
    database,
    balanced,
    funded: async (amount = '100.000000') => {
      const agent = await newAgent(market.origin, 'funded agent');
      await operator.sandbox.credit(agent.id, amount);
      return agent;
    },
    end: async () => {
      try {
        await balanced();
      } finally {
        await market.stop();
        await database.close();
      }
    },
  };
}
