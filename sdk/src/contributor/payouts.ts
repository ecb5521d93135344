import { encodeFunctionData, type LocalAccount } from 'viem';
import { bountyEscrowAbi } from '../abi/index.js';
import type { Answer, CallOptions, Transport } from '../http/index.js';
import { escrowTermsStruct, parseAmount, payoutProof, type Release } from '../protocol/index.js';

/** Being paid on chain. */
export class Payouts {
  constructor(
    private readonly transport: Transport,
    private readonly contributorId: () => Promise<string>,
  ) {}

  /**
   * Names the wallet that bounties on the stablecoin rail pay to, and proves that it is yours. Counts for reservations made from then on.
   *
   * @example
   * await contributor.payouts.name(privateKeyToAccount(key));
   * @param wallet A viem account: any with `signMessage`.
   * @throws {ProblemError} `signature_invalid`, `policy_refused`.
   */
  async name(
    wallet: Pick<LocalAccount, 'address' | 'signMessage'>,
    options: CallOptions = {},
  ): Promise<Answer<'create_payout_account'>> {
    const { address } = wallet;
    const signature = await wallet.signMessage({ message: payoutProof(await this.contributorId(), address) });
    return this.transport.call('create_payout_account', {
      ...options,
      body: { rail: 'stablecoin', address, signature },
    });
  }

  /**
   * The signed order to pay a settled capture of yours. Keep it: whoever holds it can have it paid, whatever becomes of the exchange.
   *
   * @example
   * const release = await contributor.payouts.release(capture.id);
   * if (release.state === 'signed') await walletClient.sendTransaction(releaseTransaction(release));
   * @throws {ProblemError} `not_found` until it is signed, and for captures paid by the balance rail.
   */
  release(captureId: string, options: CallOptions = {}): Promise<Release> {
    return this.transport.call('get_release', { ...options, id: captureId });
  }
}

/**
 * The transaction that has a release paid. Any account may send it; it fails while an earlier release of the same entry is unpaid
 * (`paid_before`), and once it is paid.
 *
 * @example
 * await walletClient.sendTransaction(releaseTransaction(release));
 */
export function releaseTransaction(release: Release) {
  const { chain, terms, capture_commitment, to, signature } = release;
  const payment = { capture: capture_commitment, to, amount: parseAmount(release.amount)! };
  const args = [escrowTermsStruct(terms), payment, parseAmount(release.paid_before)!, signature, '0x'] as const;
  return { to: chain.escrow, data: encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'release', args }) };
}
