import { amount, oneOf, optionalAddress, optionalUrl, optionalWhole, whole } from '../fields.js';
import { MINUTE_S, DAY_S } from './units.js';

/** The stablecoin rail, and reads paid on chain. */
export const chain = {
  CHAIN_RPC_URL: optionalUrl(['https', 'http'], { secret: true }).describe(
    'HTTP JSON-RPC of the EVM chain whose money mode live takes, and any key it asks for. Unset: no stablecoin rail in mode live. Mode test never uses it: its chain is the embedded one in DATA_DIR.',
  ),
  CHAIN_ID: optionalWhole({ min: 1, max: 999_999_999_999_999 }).describe(
    'Id of that chain, such as 8453. A node that serves another one is refused at start.',
  ),
  CHAIN_TOKEN: optionalAddress().describe(
    'The stablecoin there: an ERC-20 of six decimals with EIP-3009, which is USDC.',
  ),
  CHAIN_ESCROW: optionalAddress().describe('Our BountyEscrow there.'),
  CHAIN_DISTRIBUTOR: optionalAddress().describe('Our Distributor there.'),
  CHAIN_FEE_TO: optionalAddress().describe(
    'Account there that the fee of each release goes to. It needs no key on this machine.',
  ),
  CHAIN_FROM_BLOCK: whole(0, { min: 0, max: 999_999_999_999 }).describe(
    'First block of that chain to be read: the one our contracts were deployed in. Counts until something was read.',
  ),
  EMBEDDED_CHAIN: oneOf(['on', 'off'], 'on').describe(
    'Whether mode test has a chain of its own in DATA_DIR. off: no stablecoin rail in mode test.',
  ),
  CHAIN_GRACE_S: whole(30 * DAY_S, { min: 14 * DAY_S, max: 365 * DAY_S }).describe(
    'Time after a bounty’s deadline before its funders may take back what no closing statement has settled, in seconds; in both modes.',
  ),
  CHAIN_ROOT_INTERVAL_S: whole(3_600, { min: 1, max: 7 * DAY_S }).describe(
    'Least time between two roots of the Distributor, in seconds; in both modes. A root costs the root-setter one transaction.',
  ),
  CHAIN_CLAIM_MIN: amount('1.000000').describe(
    'What a wallet must at least be owed by the Distributor for the relayer to pay the gas of its claim; in both modes. Less can be claimed by anyone.',
  ),
  CHAIN_READS_TO: optionalAddress().describe(
    'Account there that reads are paid to by x402. It needs no key on this machine. Unset: reads are sold to accounts of ours only. x402’s channel contract must be on that chain.',
  ),
  X402_FACILITATOR_URL: optionalUrl(['https', 'http']).describe(
    'x402 facilitator that sends payments of single reads in mode live and pays their gas. Unset: our relayer does. Channels are always ours. What it says is checked on chain.',
  ),
  READ_EXACT_MIN: amount('0.020000').describe(
    'Least price, in USDC, at which mode live sells one read by a transfer of its own: below it, gas is too large a part. Channels sell at any price.',
  ),
  CHANNEL_DEPOSIT_MIN: amount('0.500000').describe(
    'Least deposit into a payment channel, in USDC: the relayer pays the gas of it.',
  ),
  CHANNEL_WITHDRAW_DELAY_S: whole(DAY_S, { min: 900, max: 30 * DAY_S }).describe(
    'Time between a payer’s announcement that it empties its channel and its payment, in seconds: what is left for the last claim. Changing it makes new channels.',
  ),
  CLAIM_GAS_MULTIPLE: whole(50, { min: 1, max: 10_000 }).describe(
    'How many times the gas of a claim must be worth what it claims of channels. A payer that leaves is claimed of at once.',
  ),
  CHAIN_GAS_COIN_PRICE: amount('3000.000000').describe(
    'What one whole coin that pays gas is worth, in USDC, for that comparison alone.',
  ),
  CHAIN_POLL_MS: whole(1_000, { min: 50, max: MINUTE_S * 1_000 }).describe(
    'Time between two looks for new blocks, in milliseconds; in both modes.',
  ),
};
