import { mulCeil, type Verdict } from '@groundtruth/sdk/protocol';

/** The fee of a slot that pays `pay` of its `price`: the same proportion of the fee that was held, rounded up, so never more than held. */
export function slotFee(heldFee: bigint, price: bigint, pay: bigint): bigint {
  return mulCeil(heldFee, pay, price);
}

/** Whether a paid capture counts towards its contributor's reputation. Silence says nothing about the work, so it earns none. */
export function earnsReputation(basis: Verdict['basis']): boolean {
  return basis !== 'silence';
}
