import { hashTypedData, keccak256, stringToHex, type LocalAccount } from 'viem';
import {
  authorizationOf,
  entryMessage,
  fundingMessage,
  parseAmount,
  parseWireTime,
  type Authorization,
  type Bounty,
  type EscrowEntry,
} from '../protocol/index.js';

/** What a wallet was asked to sign is not what its owner asked for: nothing was signed. */
export class EscrowRefused extends Error {
  constructor(reason: string) {
    super(`the escrow was not funded: ${reason}`);
    this.name = 'EscrowRefused';
  }
}

/**
 * Signs the authorization that funds a bounty's escrow: this much, to this contract, for these terms and no others. Nothing is sent. What
 * the server offers is worked out again first, so a server that lies gets no signature. Deterministic for most wallets; may be repeated.
 *
 * @example
 * const draft = await groundtruth.bounties.create({ ...terms, rail: 'stablecoin', currency: 'USDC', payer: { address: wallet.address } });
 * const authorization = await signFunding(draft, wallet);
 * @param wallet A viem account: any with `signTypedData`, a contract wallet (EIP-1271) among them.
 * @returns What was signed, field by field, with its signature: the `authorization` that `POST /v1/bounties/:id/fund` takes.
 * @throws {EscrowRefused} when the bounty has no escrow, or its terms name another payer, bounty, refund address or amount.
 */
export async function signFunding(
  bounty: Bounty,
  wallet: Pick<LocalAccount, 'address' | 'signTypedData'>,
): Promise<Authorization> {
  const { escrow } = bounty;
  if (!escrow) throw new EscrowRefused(`${bounty.id} is not on the stablecoin rail`);
  const amount = checkOffer(bounty, escrow, wallet.address);
  const { chain, terms, entry } = escrow;
  const until = Math.floor(parseWireTime(escrow.valid_before)! / 1_000);
  const message = fundingMessage(chain, terms, entry, amount, until);
  return authorizationOf(message, await wallet.signTypedData(message));
}

function checkOffer(bounty: Bounty, escrow: EscrowEntry, address: string): bigint {
  const { chain, terms, entry } = escrow;
  const payer = bounty.terms.payer as { address?: string; refund_to?: string } | undefined;
  const same = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();
  if (!same(terms.funder, address)) throw new EscrowRefused(`it is ${terms.funder} who is to pay`);
  if (!same(payer?.refund_to ?? payer?.address, terms.refund_to))
    throw new EscrowRefused('the rest would go elsewhere');
  if (terms.bounty !== keccak256(stringToHex(bounty.id))) throw new EscrowRefused('its terms name another bounty');
  if (hashTypedData(entryMessage(chain, terms)) !== entry)
    throw new EscrowRefused('the entry is not that of its terms');
  const amount = parseAmount(escrow.amount);
  const price = parseAmount(bounty.price_now)!;
  const slots = BigInt(bounty.slots.quantity);
  const fee = (price * BigInt(terms.fee_bps) + 9_999n) / 10_000n;
  if (amount !== (price + fee) * slots) throw new EscrowRefused('the amount is not price and fee of every slot');
  return amount;
}
