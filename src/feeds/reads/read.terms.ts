import {
  CHANNEL_CONTRACT,
  networkOf,
  toWireTime,
  X402_VERSION,
  type PaymentRequired,
  type PaymentRequirement,
} from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { READ_HOLD_S, type ReadChain } from '../../payments/index.js';
import type { Config } from '../../platform/config/index.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import { cardOf } from '../observations/observation.view.js';

/** The ways to pay for a read on chain, the one that asks for less beforehand first. None for a read that costs nothing. */
export function offersOf(
  chain: ReadChain,
  row: Pick<ObservationRow, 'mode' | 'price'>,
  config: Config,
): PaymentRequirement[] {
  if (row.price === 0n) return [];
  const { name, version } = chain.view.token;
  const common = {
    network: networkOf(chain.view.chain_id),
    amount: String(row.price),
    asset: chain.view.token.address,
    payTo: chain.receiver,
    maxTimeoutSeconds: READ_HOLD_S,
  };
  const batch = {
    scheme: 'batch-settlement',
    ...common,
    extra: {
      name,
      version,
      assetTransferMethod: 'eip3009',
      receiverAuthorizer: chain.authorizer.address.toLowerCase() as Hex,
      withdrawDelay: config.CHANNEL_WITHDRAW_DELAY_S,
      minDeposit: String(config.CHANNEL_DEPOSIT_MIN),
    },
  };
  const exact = { scheme: 'exact', ...common, extra: { name, version, assetTransferMethod: 'eip3009' } };
  // Below that, its gas is too large a part of the price; gas on a test chain is worth nothing.
  return row.mode === 'live' && row.price < config.READ_EXACT_MIN ? [batch] : [exact, batch];
}

/** What a 402 says of an observation: how to pay, what one gets, and what was wrong with the payment that came. */
export function requiredOf(
  row: ObservationRow,
  accepts: PaymentRequirement[],
  { origin, error }: { readonly origin: string; readonly error: string | null },
): PaymentRequired {
  const { kind, cell, hour, tier, independent_captures } = cardOf(row, '');
  return {
    x402Version: X402_VERSION,
    ...(error !== null && { error }),
    resource: {
      url: `${origin}/v1/observations/${row.id}`,
      description: `A signed observation: ${kind} in cell ${cell}, ${hour}, tier ${tier}, ${independent_captures} independent captures`,
      mimeType: 'application/json',
    },
    accepts,
    extensions: { bazaar: BAZAAR },
  };
}

/** The discovery extension: how to ask, and the shape of the answer. */
const BAZAAR = {
  info: {
    input: { type: 'http', method: 'GET' },
    output: { type: 'json', example: { card: {}, body: { record: {}, salt: '', proof: {} }, receipt: {} } },
  },
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      input: {
        type: 'object',
        properties: { type: { const: 'http' }, method: { const: 'GET' } },
        required: ['type', 'method'],
      },
    },
    required: ['input'],
  },
} as const;

/** What is sold here and how, for those who look before they ask. */
export function catalogueOf(chains: readonly (ReadChain | null)[], config: Config, origin: string, now: number) {
  return {
    x402Version: X402_VERSION,
    at: toWireTime(now),
    documentation: `${origin}/docs/reads.md`,
    resources: chains.flatMap((chain) =>
      chain === null
        ? []
        : [
            {
              resource: `${origin}/v1/observations/{id}`,
              mode: chain.view.mode,
              cards: `${origin}/v1/observations`,
              accepts: offersOf(chain, { mode: chain.view.mode, price: config.READ_PRICE }, config),
              channel_contract: CHANNEL_CONTRACT,
              extensions: { bazaar: BAZAAR },
            },
          ],
    ),
  };
}
