import { isIP } from 'node:net';
import { parseAmount } from '@groundtruth/sdk/protocol';

/** Variables that are set, by name; an empty one counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigRule {
  readonly variables: readonly string[];
  readonly expected: string;
  readonly holds: (env: Environment) => boolean;
}

/** Rules over several variables. Each sees the raw environment, so that it speaks even when a variable alone is wrong too. */
export const CONFIG_RULES: readonly ConfigRule[] = [
  allOrNone('S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'),
  allOrNone('SECURITY_CONTACTS', 'SECURITY_EXPIRES'),
  allOrNone('ANDROID_PACKAGES', 'ANDROID_SIGNING_DIGESTS', 'ANDROID_STATUS_FILE'),
  // A chain without one of these is not known well enough to send money to it.
  allOrNone('CHAIN_RPC_URL', 'CHAIN_ID', 'CHAIN_TOKEN', 'CHAIN_ESCROW', 'CHAIN_DISTRIBUTOR', 'CHAIN_FEE_TO'),
  {
    variables: ['CARD_PAYOUT_MIN'],
    expected: 'expected at least 25',
    holds: ({ CARD_PAYOUT_MIN: least }) => least === undefined || (parseAmount(least) ?? 0n) >= 25_000_000n,
  },
  {
    variables: ['STRIPE_SECRET_KEY'],
    expected: 'expected sk_test_… or sk_live_…',
    holds: ({ STRIPE_SECRET_KEY: key }) => key === undefined || /^sk_(test|live)_\S+$/.test(key),
  },
  allOrNone('STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRETS'),
  {
    // How much of other people's money may be lost before somebody looks is nothing to leave to a default.
    variables: ['CARD_RESERVE_FLOOR'],
    expected: 'expected an amount, 0 if you mean it, with a sk_live_… key',
    holds: ({ STRIPE_SECRET_KEY: key, CARD_RESERVE_FLOOR: floor }) =>
      !key?.startsWith('sk_live_') || floor !== undefined,
  },
  {
    // Time that can be moved and real money never meet.
    variables: ['SANDBOX_CLOCK', 'CHAIN_RPC_URL', 'STRIPE_SECRET_KEY'],
    expected: 'expected neither a chain of mode live nor a sk_live_… key where the clock can be moved',
    holds: ({ SANDBOX_CLOCK: clock, CHAIN_RPC_URL: chain, STRIPE_SECRET_KEY: key }) =>
      clock !== 'on' || (chain === undefined && !key?.startsWith('sk_live_')),
  },
  {
    variables: ['EGRESS_ALLOW_PRIVATE'],
    expected: 'expected CIDR ranges such as 127.0.0.0/8 or fd00::/8',
    holds: ({ EGRESS_ALLOW_PRIVATE: ranges }) =>
      (ranges ?? '').split(',').every((one) => /^\s*$/.test(one) || isRange(one.trim())),
  },
];

function isRange(text: string): boolean {
  const [, network, bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const bits_max = { 0: -1, 4: 32, 6: 128 }[isIP(network ?? '')] ?? -1;
  return Number(bits) <= bits_max;
}

function allOrNone(...variables: string[]): ConfigRule {
  return {
    variables,
    expected: `expected ${variables.length === 2 ? 'both' : 'all'} of them or none`,
    holds: (env) => new Set(variables.map((name) => env[name] === undefined)).size === 1,
  };
}
