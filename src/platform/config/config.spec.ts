import { ConfigError, loadConfig, renderConfigurationDoc } from './index.js';
import { CONFIG_GROUPS, configSchema } from './schema.js';

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('works on one machine with an empty environment', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8787,
      DATA_DIR: '.groundtruth',
      RESERVATION_TTL_S: 1800,
      UPLOAD_BYTES_MAX: 26_214_400,
    });
    expect([config.DATABASE_URL, config.PUBLIC_URL, config.S3_ENDPOINT]).toEqual([undefined, undefined, undefined]);
  });

  it('holds amounts as exact micros', () => {
    expect(loadConfig({}).SIGNED_VALUE_MAX).toBe(20_000_000n);
    expect(loadConfig({ READ_PRICE: '0.000001' }).READ_PRICE).toBe(1n);
  });

  it('cannot be changed after it is read', () => {
    const config = loadConfig({ CORS_ORIGINS: 'https://a.example, https://b.example' });
    expect(() => Object.assign(config, { PORT: 1 })).toThrow(TypeError);
    expect(() => (config.CORS_ORIGINS as string[]).push('https://c.example')).toThrow(TypeError);
    expect(config.CORS_ORIGINS).toEqual(['https://a.example', 'https://b.example']);
  });

  it('takes an empty variable for an unset one and ignores variables of others', () => {
    expect(loadConfig({ PORT: '', PUBLIC_URL: '', SHELL: '/bin/sh' })).toEqual(loadConfig({}));
  });

  it('takes the slash off an origin and refuses a path', () => {
    expect(loadConfig({ PUBLIC_URL: 'https://example.org/' }).PUBLIC_URL).toBe('https://example.org');
    expect(faultsOf({ PUBLIC_URL: 'https://example.org/api' })).toHaveLength(1);
  });

  it('names every wrong variable in one message', () => {
    const env = { PORT: 'abc', LOG_LEVEL: 'loud', READ_PRICE: '1e-7', PUBLIC_URL: 'ftp://x', S3_BUCKET: 'only-me' };
    expect(faultsOf(env)).toEqual([
      'PORT: expected a whole number from 0 to 65535, got "abc"',
      expect.stringMatching(/^PUBLIC_URL: expected an http or https origin/),
      'LOG_LEVEL: expected one of fatal, error, warn, info, debug, silent, got "loud"',
      expect.stringMatching(/^READ_PRICE: expected an amount .* got "1e-7"$/),
      'S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY: expected all of them or none',
    ]);
    expect(() => loadConfig(env)).toThrow(/wrong in 5 places:\n  PORT.*\n/);
  });

  it('takes live cards only with a floor of the loss reserve that somebody chose, be it 0', () => {
    const live = { STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_WEBHOOK_SECRETS: 'whsec_1' };
    expect(faultsOf(live)).toEqual([expect.stringMatching(/^CARD_RESERVE_FLOOR: expected an amount/)]);
    expect(faultsOf({ ...live, CARD_RESERVE_FLOOR: '0' })).toEqual([]);
    expect(faultsOf({ ...live, STRIPE_SECRET_KEY: 'sk_test_1' })).toEqual([]);
  });

  it('pays by bank to the United States unless other places are named', () => {
    expect(loadConfig({}).CARD_PAYOUT_COUNTRIES).toEqual(['US']);
    expect(loadConfig({ CARD_PAYOUT_COUNTRIES: 'US, PR' }).CARD_PAYOUT_COUNTRIES).toEqual(['US', 'PR']);
    expect(faultsOf({ CARD_PAYOUT_COUNTRIES: 'usa' })).toHaveLength(1);
  });

  it('knows a chain by its node, its id and all its addresses, or not at all', () => {
    const address = '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913';
    const chain = {
      CHAIN_RPC_URL: 'https://node.example/v2/key',
      CHAIN_ID: '8453',
      CHAIN_TOKEN: address,
      CHAIN_ESCROW: address,
      CHAIN_DISTRIBUTOR: address,
      CHAIN_FEE_TO: address,
    };
    expect(loadConfig(chain)).toMatchObject({
      CHAIN_ID: 8453,
      CHAIN_TOKEN: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
    });
    for (const name of Object.keys(chain)) {
      expect(faultsOf({ ...chain, [name]: '' })).toEqual([
        `${Object.keys(chain).join(', ')}: expected all of them or none`,
      ]);
    }
    expect(loadConfig({}).CHAIN_RPC_URL).toBeUndefined();
  });

  it('refuses an address that was mistyped', () => {
    const faults = (address: string): readonly string[] =>
      faultsOf({ CHAIN_TOKEN: address }).filter((fault) => fault.startsWith('CHAIN_TOKEN: expected an address'));
    expect(faults('0x833589fcd6edb6e08f4c7c32d4f71b54bda02913')).toEqual([]);
    for (const wrong of ['0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02931', '0x833589', 'vitalik.eth'])
      expect(faults(wrong)).toHaveLength(1);
  });

  it('does not show the value of a secret that is wrong', () => {
    expect(faultsOf({ DATABASE_URL: 'mysql://me:hunter2@db/x' })).toEqual([
      'DATABASE_URL: expected a URL with scheme postgres or postgresql',
    ]);
  });

  it.each([
    ['PORT', '65535', '65536'],
    ['FEE_BPS', '5000', '5001'],
    ['RESERVATION_TTL_S', '1', '0'],
    ['CHAIN_GRACE_S', '1209600', '1209599'],
    ['PORT', '0', '-1'],
    ['PORT', '80', '80.5'],
    ['PORT', '80', ' 80'],
    ['PORT', '80', '0x50'],
  ])('takes %s=%s and refuses %s', (name, inside, outside) => {
    expect(faultsOf({ [name]: inside })).toEqual([]);
    expect(faultsOf({ [name]: outside })).toHaveLength(1);
  });

  it('describes every variable on its page', () => {
    const page = renderConfigurationDoc();
    for (const [name, field] of Object.entries(configSchema.shape)) {
      expect({ name, described: (field.description ?? '').length > 0 && page.includes(`| \`${name}\` |`) }).toEqual({
        name,
        described: true,
      });
    }
    expect(Object.values(CONFIG_GROUPS).flatMap((group) => Object.keys(group))).toEqual(
      Object.keys(configSchema.shape),
    );
    expect(page).toContain('| `SIGNED_VALUE_MAX` | `20.000000` | an amount');
    expect(page).not.toContain('undefined');
  });
});
