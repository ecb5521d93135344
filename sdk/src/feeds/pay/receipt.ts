import { isAddressEqual, recoverTypedDataAddress } from 'viem';
import {
  ProofInvalid,
  readReceiptMessage,
  readReceiptSchema,
  type ModeKeys,
  type ReadReceipt,
} from '../../protocol/index.js';
import type { VerifyOptions } from '../verify.js';

/**
 * Checks the receipt of a read that was paid on chain: signed by the observation key of its mode. With the card's commitment it says what was
 * bought: the body opens that commitment, or nothing was delivered. Pure computation, repeatable, no network.
 *
 * @example
 * const { card, receipt } = await feeds.observations.read(onSale.id, { pay: readWallet });
 * const { payer, amount, at } = await verifyReceipt(receipt, keys, { commitment: card.commitment, allowTest: true });
 * @param keys Obtained once, from a place you trust; keys that come with the data prove nothing.
 * @throws {ProofInvalid} naming the first thing that does not hold.
 */
export async function verifyReceipt(
  receipt: unknown,
  keys: ModeKeys,
  { allowTest = false, commitment }: VerifyOptions & { readonly commitment?: string } = {},
): Promise<ReadReceipt> {
  const parsed = readReceiptSchema.safeParse(receipt);
  if (!parsed.success) throw new ProofInvalid('the receipt does not fit its schema', { cause: parsed.error });
  const { signature, signer, ...signed } = parsed.data;
  if (signed.mode !== keys.mode)
    throw new ProofInvalid(`the receipt is of mode ${signed.mode}, the keys are of ${keys.mode}`);
  if (signed.mode === 'test' && !allowTest) throw new ProofInvalid('a receipt of test mode vouches for nothing');
  if (commitment !== undefined && signed.commitment !== commitment)
    throw new ProofInvalid('the receipt is for another content');
  const recovered = await recoverTypedDataAddress({ ...readReceiptMessage(signed), signature }).catch(
    (cause: unknown) => {
      throw new ProofInvalid('the signature of the receipt is malformed', { cause });
    },
  );
  if (!isAddressEqual(recovered, keys.observation as `0x${string}`) || !isAddressEqual(recovered, signer))
    throw new ProofInvalid('the receipt is not signed by the observation key');
  return parsed.data;
}
