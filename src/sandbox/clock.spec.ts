import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { ConfigError, loadConfig } from '../platform/config/index.js';
import { MovableClock } from '../platform/movable-clock.js';
import { SystemClock } from '../platform/time.js';
import { takeUpClock } from './clock.start.js';

let db: TestDatabase;
beforeAll(async () => (db = await testDatabase()));
afterAll(() => db.close());

describe('the clock of a market that starts', () => {
  it('is where its database left it, and time never goes back', async () => {
    await db.dataSource.query('UPDATE sandbox_clock SET ahead_ms = 7000');
    const clock = new MovableClock();
    await takeUpClock(db.unitOfWork, clock);
    clock.moveTo(5_000);
    expect(clock.ahead_ms).toBe(7_000);
    await expect(takeUpClock(db.unitOfWork, new SystemClock())).rejects.toThrow(/SANDBOX_CLOCK: expected on/);
    await db.dataSource.query('UPDATE sandbox_clock SET ahead_ms = 0');
    await expect(takeUpClock(db.unitOfWork, new SystemClock())).resolves.toBeUndefined();
  });

  it('cannot be moved where there are live accounts', async () => {
    await db.dataSource.query(`INSERT INTO agent VALUES ('agt_live', 'live', 'live', now())`);
    await expect(takeUpClock(db.unitOfWork, new MovableClock())).rejects.toThrow(/accounts of mode live/);
  });
});

describe('the configuration', () => {
  it.each([
    { STRIPE_SECRET_KEY: 'sk_live_x', STRIPE_WEBHOOK_SECRETS: 'whsec_x', CARD_RESERVE_FLOOR: '0' },
    { CHAIN_RPC_URL: 'https://rpc.example.org' },
  ])('refuses a clock that can be moved beside %o', (live) => {
    expect(() => loadConfig({ SANDBOX_CLOCK: 'on', ...live })).toThrow(ConfigError);
    expect(() => loadConfig({ SANDBOX_CLOCK: 'on', ...live })).toThrow(/where the clock can be moved/);
    expect(() => loadConfig({ SANDBOX_CLOCK: 'on' })).not.toThrow();
  });
});
