import { entryMessage, type EscrowTerms } from '@groundtruth/sdk/protocol';
import { hashTypedData, keccak256, stringToHex, zeroAddress, type Hex } from 'viem';
import type { Instant } from '../../../kernel/clock.js';
import type { EscrowChain } from './escrow.chain.js';

/** What the terms of an entry are made from. Nothing in them is the funder's to choose but the two addresses. */
export interface Offer {
  readonly bounty_id: string;
  readonly funder: Hex;
  readonly refund_to: Hex;
  /** From when on the entry takes no more money. */
  readonly deadline: Instant;
  readonly fee_bps: number;
  readonly salt: Hex;
}

/** The bounty as the chain knows it: its id is public to whoever funds it and to nobody else. */
export const bountyKey = (bountyId: string): Hex => keccak256(stringToHex(bountyId));

export function termsOf(chain: EscrowChain, offer: Offer): EscrowTerms {
  return {
    bounty: bountyKey(offer.bounty_id),
    funder: offer.funder,
    refund_to: offer.refund_to,
    releaser: chain.releaser,
    cosigner: zeroAddress,
    cosign_above: '0',
    distributor: chain.view.distributor,
    fee_to: chain.fee_to,
    fee_bps: offer.fee_bps,
    deadline: Math.ceil(offer.deadline / 1_000),
    grace: chain.grace_s,
    salt: offer.salt,
  };
}

/** The entry's id: the hash of its terms on this chain. */
export const entryIdOf = (chain: EscrowChain, terms: EscrowTerms): Hex =>
  hashTypedData(entryMessage(chain.view, terms));
